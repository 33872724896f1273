/** What each kind of conversation sends, packet by packet. */
import { TCP_FLAG } from '../decode/packet.ts';
import { MAX_FRAME_BYTES } from './capture-chunks.ts';
import type { Flow, FlowKind } from './flow.ts';
import type { Frames, Payload } from './frames.ts';
import type { Random } from './random.ts';

const { SYN, ACK, FIN, RST, PSH } = TCP_FLAG;

/** What the talks of one capture share. */
export interface Stage {
  readonly frames: Frames;
  readonly random: Random;
  /** random bytes to take payload from */
  readonly noise: Uint8Array;
}

/** Sends the next packet of a conversation. @returns whether there is another one to come */
export type Talk = (flow: Flow, stage: Stage) => boolean;

/** Bytes of noise that payloads are cut from. */
export const NOISE_BYTES: number = 1 << 20;

function noise({ random, noise: data }: Stage, length: number): Payload {
  return { data, at: random.below(NOISE_BYTES - MAX_FRAME_BYTES), length };
}

function text(characters: string): Payload {
  const data = new TextEncoder().encode(characters);
  return { data, at: 0, length: data.length };
}

/** Handshake, a request, `length - 1` packets of data and acknowledgements, and the end that is given. */
function tcpTalk(ending: Talk | null): Talk {
  return (flow, stage) => {
    const step = flow.step - 3;
    if (step < 0) {
      handshake(flow, stage);
      return true;
    }
    if (step >= flow.length) {
      if (ending === null) return false;
      flow.step -= 3 + flow.length;
      const goesOn = ending(flow, stage);
      flow.step += 3 + flow.length;
      return goesOn;
    }
    if (step === 0) stage.frames.tcp(flow, false, PSH | ACK, request(flow, stage));
    else if (step % 3 === 2) stage.frames.tcp(flow, false, ACK);
    else data(flow, stage, step);
    return true;
  };
}

function handshake(flow: Flow, { frames }: Stage): void {
  if (flow.step === 0) frames.tcp(flow, false, SYN);
  else if (flow.step === 1) frames.tcp(flow, true, SYN | ACK);
  else frames.tcp(flow, false, ACK);
}

function data(flow: Flow, stage: Stage, step: number): void {
  const fromServer = stage.random.unit() < 0.8;
  const flags = fromServer && step % 3 === 0 ? ACK : PSH | ACK;
  const length = fromServer ? answerBytes(stage.random) : 20 + stage.random.below(400);
  stage.frames.tcp(flow, fromServer, flags, noise(stage, length));
}

/** Bytes of a packet from a server: mostly full segments. */
function answerBytes(random: Random): number {
  const share = random.unit();
  if (share < 0.12) return 1 + random.below(60);
  if (share < 0.4) return 60 + random.below(500);
  if (share < 0.55) return 500 + random.below(700);
  return 1440;
}

/** handshake record of 0x138 bytes, ClientHello of 0x134, version 3.3 */
const CLIENT_HELLO_HEAD = [0x16, 3, 1, 0x01, 0x38, 1, 0, 0x01, 0x34, 3, 3] as const;
const CLIENT_HELLO_BYTES = 317;

/** What the client says first: HTTP on port 80, a TLS ClientHello on 443, noise elsewhere. */
function request(flow: Flow, stage: Stage): Payload {
  if (flow.serverPort === 80) {
    const path = flow.clientSeq.toString(16).padStart(8, '0');
    return text(
      `GET /${path} HTTP/1.1\r\nHost: www.example${flow.serverSeq % 5000}.com\r\n` +
        'User-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nAccept: */*\r\n\r\n',
    );
  }
  const hello = noise(stage, CLIENT_HELLO_BYTES);
  if (flow.serverPort !== 443) return hello;
  const bytes = hello.data.slice(hello.at, hello.at + hello.length);
  bytes.set(CLIENT_HELLO_HEAD);
  return { data: bytes, at: 0, length: bytes.length };
}

function closeByFin(flow: Flow, { frames }: Stage): boolean {
  if (flow.step === 0) frames.tcp(flow, false, FIN | ACK);
  else if (flow.step === 1) frames.tcp(flow, true, FIN | ACK);
  else frames.tcp(flow, false, ACK);
  return flow.step < 2;
}

function reset(fromServer: boolean): Talk {
  return (flow, { frames }) => {
    frames.tcp(flow, fromServer, RST | ACK);
    return false;
  };
}

/** A SYN and its three retransmissions, 1, 2 and 4 s apart on average. */
function unanswered(flow: Flow, { frames }: Stage): boolean {
  if (flow.step > 0) flow.clientSeq = (flow.clientSeq - 1) >>> 0;
  frames.tcp(flow, false, SYN);
  flow.gap = 1 << flow.step;
  return flow.step < 3;
}

function refused(flow: Flow, { frames }: Stage): boolean {
  frames.tcp(flow, flow.step > 0, flow.step > 0 ? RST | ACK : SYN);
  return flow.step < 1;
}

/** Ten packets of 60 bytes: handshake, four with 6 bytes of data, FIN from both sides, the last ACK. */
function short(flow: Flow, stage: Stage): boolean {
  const { frames } = stage;
  if (flow.step < 3) handshake(flow, stage);
  else if (flow.step < 7) frames.tcp(flow, flow.step % 2 === 1, PSH | ACK, noise(stage, 6));
  else if (flow.step === 9) frames.tcp(flow, false, ACK);
  else frames.tcp(flow, flow.step === 8, FIN | ACK);
  return flow.step < 9;
}

/** A query for one name and, 20 ms later on average, its answer with one address. */
function dns(flow: Flow, stage: Stage): boolean {
  const isAnswer = flow.step === 1;
  const id = flow.clientSeq & 0xffff;
  const label = String.fromCharCode(
    ...Array.from({ length: 4 + (id % 12) }, (_, i) => 97 + (mixed(id, i) % 26)),
  );
  const name = `${String.fromCharCode(label.length)}${label}\u0003com\u0000`;
  const head = [
    id >> 8,
    id & 0xff,
    isAnswer ? 0x81 : 0x01,
    isAnswer ? 0x80 : 0x00,
    0,
    1,
    0,
    isAnswer ? 1 : 0,
  ];
  const answer = [0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 1, 0x2c, 0, 4, 192, 0, 2, id & 0xff];
  const bytes = [...head, 0, 0, 0, 0, ...codes(name), 0, 1, 0, 1, ...(isAnswer ? answer : [])];
  stage.frames.udp(flow, isAnswer, { data: Uint8Array.from(bytes), at: 0, length: bytes.length });
  return !isAnswer;
}

function codes(characters: string): number[] {
  return Array.from(characters, (character) => character.charCodeAt(0));
}

function mixed(id: number, i: number): number {
  return (id * 31 + i * 7919 + (id >> (i % 8))) & 0xffff;
}

/**
 * A long header of QUIC version 1, Initial (RFC 9000 17.2.2): a destination connection id of 8 bytes, and
 * behind it no source connection id, no token, and the length of the rest as an integer of two bytes.
 */
const QUIC_HEAD = [0xc3, 0, 0, 0, 1, 8] as const;
const QUIC_ID_BYTES = 8;
const QUIC_INITIAL_BYTES = 1250;
const QUIC_TAIL_AT = QUIC_HEAD.length + QUIC_ID_BYTES;
const QUIC_REST_BYTES = QUIC_INITIAL_BYTES - QUIC_TAIL_AT - 4;
const QUIC_TAIL = [0, 0, 0x40 | (QUIC_REST_BYTES >> 8), QUIC_REST_BYTES & 0xff] as const;

function quic(flow: Flow, stage: Stage): boolean {
  const { random, frames } = stage;
  if (flow.step === 0) {
    const initial = noise(stage, QUIC_INITIAL_BYTES);
    const bytes = initial.data.slice(initial.at, initial.at + initial.length);
    bytes.set(QUIC_HEAD);
    bytes.set(QUIC_TAIL, QUIC_TAIL_AT);
    frames.udp(flow, false, { data: bytes, at: 0, length: bytes.length });
  } else {
    const length = random.unit() < 0.5 ? 1250 : 30 + random.below(1000);
    frames.udp(flow, random.unit() < 0.6, noise(stage, length));
  }
  return flow.step + 1 < flow.length;
}

/** Requests a second apart on average, each answered after 30 ms. */
function ping(flow: Flow, stage: Stage): boolean {
  const isReply = flow.step % 2 === 1;
  stage.frames.ping(flow, isReply, flow.step >> 1, noise(stage, 56));
  flow.gap = isReply ? 1 : 0.03;
  return flow.step + 1 < 2 * flow.length;
}

export const TALKS: Readonly<Record<FlowKind, Talk>> = {
  'tcp-fin': tcpTalk(closeByFin),
  'tcp-client-reset': tcpTalk(reset(false)),
  'tcp-server-reset': tcpTalk(reset(true)),
  'tcp-left-open': tcpTalk(null),
  'tcp-unanswered': unanswered,
  'tcp-refused': refused,
  'tcp-short': short,
  dns,
  quic,
  ping,
};
