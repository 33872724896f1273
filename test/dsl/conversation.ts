/**
 * The packet language of the tests. A conversation is a line of text, one word a packet:
 *
 *     0>S 0.1<SA 0.2>A 1>D100 1.1<D'HTTP/1.1 200 OK' 2>F 2.1<F 2.2>A
 *
 * time, direction (`>` client to server), what it is, then changes behind slashes. Sequence and
 * acknowledgement numbers follow from what was sent before.
 *
 *   S SA A F R RA    flags (F carries ACK; R alone does not)
 *   D100  D'text'    payload of 100 bytes, or of this text
 *   K K0             keepalive probe with one byte, or none, just below the next number
 *   X<letters>       any flags, e.g. XSF
 *   /seq+5 /seq-1 /seq=7 /ack+9 /ack=0   moves or sets a number
 *   /win=0 /ttl=9 /id=7 /ws=7 /len=0     window, TTL, IP identification, window scale option
 *   /ts              the timestamps option
 *   /re              a retransmission: does not move the sender's numbers, starts where the last packet did
 *   /data=hex        payload bytes in hexadecimal
 *   /new             the side starts over with another initial sequence number
 */
import { concat, text, zeros } from './bytes.ts';
import {
  ethernet,
  ipv4,
  ipv6,
  type Segment,
  tcp,
  tcpOptions,
  timestamps,
  udp,
  windowScale,
} from './frame.ts';

/** One frame and when it was captured, in seconds after the start of the case. */
export interface TimedFrame {
  readonly at: number;
  readonly bytes: Uint8Array;
}

export interface Ends {
  readonly client?: string;
  readonly server?: string;
  readonly clientPort?: number;
  readonly serverPort?: number;
  readonly vlans?: readonly number[];
}

interface Side {
  isn: number;
  next: number;
  lastStart: number;
}

const WORD = /([\d.]+)([<>])([A-Z]+)(\d+)?('[^']*')?((?:\/[^\s/]+)*)/g;

const FLAGS: Readonly<Record<string, string>> = {
  S: 'S',
  SA: 'SA',
  A: 'A',
  F: 'FA',
  R: 'R',
  RA: 'RA',
  D: 'PA',
  K: 'A',
};

/** IP packet inside Ethernet, between the two ends. */
export function frameBetween(
  ends: Ends,
  fromClient: boolean,
  ttl: number,
  id: number,
  segment: Segment,
): Uint8Array {
  const client = ends.client ?? '10.0.0.1';
  const server = ends.server ?? '192.0.2.80';
  const [src, dst] = fromClient ? [client, server] : [server, client];
  const packet = client.includes(':')
    ? ipv6({ src, dst, hopLimit: ttl }, segment)
    : ipv4({ src, dst, ttl, id }, segment);
  return ethernet(packet, { vlans: ends.vlans ?? [] });
}

/** TCP segments of one connection. */
export function tcpTalk(script: string, ends: Ends = {}): readonly TimedFrame[] {
  const ports = { client: ends.clientPort ?? 40000, server: ends.serverPort ?? 80 };
  const sides = {
    client: { isn: 1000, next: 1000, lastStart: 1000 },
    server: { isn: 5_000_000, next: 5_000_000, lastStart: 5_000_000 },
  };
  const words = [...script.matchAll(WORD)];
  if (words.map((word) => word[0]).join('') !== script.replaceAll(/\s+(?=(?:[^']*'[^']*')*[^']*$)/g, '')) {
    throw new Error(`the conversation is not in the packet language: ${script}`);
  }
  return words.map(([, at, direction, kind, count, quoted, changes]) => {
    const fromClient = direction === '>';
    const own = fromClient ? sides.client : sides.server;
    const peer = fromClient ? sides.server : sides.client;
    const change = parseChanges(changes ?? '');
    if (change.flag('new')) renew(own);
    const flags = kind!.startsWith('X') ? kind!.slice(1) : FLAGS[kind!]!;
    const payload = payloadOf(kind!, count, quoted, change);
    const start = change.flag('re')
      ? own.lastStart
      : kind === 'K'
        ? own.next - 1
        : flags.includes('S')
          ? own.isn
          : own.next;
    const seq = change.number('seq', start);
    const ack = change.number('ack', flags.includes('A') ? peer.next : 0);
    if (!change.flag('re') && kind !== 'K' && !flags.includes('R') && !change.flag('seq'))
      advance(own, flags, payload.length);
    const shift = change.value('ws');
    const options = [
      ...(shift === null ? [] : [windowScale(shift)]),
      ...(change.flag('ts') ? [timestamps(1, 0)] : []),
    ];
    const segment = tcp(
      {
        sport: fromClient ? ports.client : ports.server,
        dport: fromClient ? ports.server : ports.client,
        seq: seq >>> 0,
        ack: ack >>> 0,
        flags,
        window: change.value('win') ?? 65535,
        options: tcpOptions(...options),
      },
      payload,
    );
    const ttl = change.value('ttl') ?? 64;
    return { at: Number(at), bytes: frameBetween(ends, fromClient, ttl, change.value('id') ?? 1, segment) };
  });
}

/** UDP datagrams: `0>D100 0.1<D'text' 1>D0`. */
export function udpTalk(script: string, ends: Ends = {}): readonly TimedFrame[] {
  const ports = { client: ends.clientPort ?? 40000, server: ends.serverPort ?? 4000 };
  return [...script.matchAll(WORD)].map(([, at, direction, kind, count, quoted, changes]) => {
    const fromClient = direction === '>';
    const change = parseChanges(changes ?? '');
    const segment = udp(
      {
        sport: fromClient ? ports.client : ports.server,
        dport: fromClient ? ports.server : ports.client,
      },
      payloadOf(kind!, count, quoted, change),
    );
    return { at: Number(at), bytes: frameBetween(ends, fromClient, change.value('ttl') ?? 64, 1, segment) };
  });
}

/** Any segment each way: ICMP, SCTP, ESP ... */
export function talk(
  packets: readonly (readonly [at: number, direction: '>' | '<', segment: Segment])[],
  ends: Ends = {},
): readonly TimedFrame[] {
  return packets.map(([at, direction, segment]) => ({
    at,
    bytes: frameBetween(ends, direction === '>', 64, 1, segment),
  }));
}

/** Conversations as one capture holds them: by time, packets of the same time in the order given. */
export function together(...talks: readonly (readonly TimedFrame[])[]): readonly TimedFrame[] {
  return talks.flat().sort((a, b) => a.at - b.at);
}

function advance(side: Side, flags: string, payloadLength: number): void {
  const syn = flags.includes('S');
  side.lastStart = syn ? side.isn : side.next;
  if (syn) side.next = side.isn + 1 + payloadLength;
  else side.next += payloadLength + (flags.includes('F') ? 1 : 0);
}

function renew(side: Side): void {
  side.isn += 1_000_000;
  side.next = side.isn;
}

function payloadOf(
  kind: string,
  count: string | undefined,
  quoted: string | undefined,
  change: Changes,
): Uint8Array {
  const hex = change.text('data');
  if (hex !== null) return Uint8Array.from(hex.match(/../g)!.map((byte) => Number.parseInt(byte, 16)));
  if (quoted !== undefined) return text(quoted.slice(1, -1).replaceAll('\\r\\n', '\r\n'));
  if (kind === 'K') return zeros(count === undefined ? 1 : Number(count));
  // Bytes that no signature knows: a case that wants an application says so.
  return concat(new Uint8Array(count === undefined ? 0 : Number(count)).fill(0xee));
}

interface Changes {
  flag(name: string): boolean;
  /** value of `/name=N`, or null */
  value(name: string): number | null;
  /** `base` moved by `/name+N` or `/name-N`, or set by `/name=N` */
  number(name: string, base: number): number;
  text(name: string): string | null;
}

function parseChanges(source: string): Changes {
  const parts = source.split('/').filter((part) => part !== '');
  const find = (name: string): string | undefined =>
    parts.find((part) => new RegExp(`^${name}([+=-]|$)`).test(part));
  return {
    flag: (name) => find(name) !== undefined,
    text: (name) => find(name)?.split('=')[1] ?? null,
    value: (name) => {
      const part = find(name);
      return part?.includes('=') ? Number(part.split('=')[1]) : null;
    },
    number: (name, base) => {
      const part = find(name);
      if (part === undefined) return base;
      const amount = Number(part.slice(name.length + 1));
      return part[name.length] === '=' ? amount : part[name.length] === '+' ? base + amount : base - amount;
    },
  };
}
