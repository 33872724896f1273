/**
 * Frames of the day, by the hundred thousand: Ethernet, IPv4, and TCP, UDP or ICMP, checksums left 0 (they are
 * verified only where that is asked for).
 */
import { tcpFlagBits } from '../../dsl/frame.ts';

export interface Ends {
  /** IPv4 addresses as numbers */
  readonly client: number;
  readonly server: number;
  readonly clientPort: number;
  readonly serverPort: number;
}

const ETHERNET_BYTES = 14;
const IP_BYTES = 20;
const TCP_BYTES = 20;
const UDP_BYTES = 8;

function frame(ends: Ends, fromClient: boolean, proto: number, length: number): DataView {
  const bytes = new Uint8Array(ETHERNET_BYTES + IP_BYTES + length);
  const view = new DataView(bytes.buffer);
  bytes[5] = fromClient ? 2 : 1;
  bytes[11] = fromClient ? 1 : 2;
  view.setUint16(12, 0x0800);
  view.setUint16(14, 0x4500);
  view.setUint16(16, IP_BYTES + length);
  view.setUint16(18, 1);
  view.setUint16(22, (64 << 8) | proto);
  view.setUint32(26, fromClient ? ends.client : ends.server);
  view.setUint32(30, fromClient ? ends.server : ends.client);
  view.setUint16(34, fromClient ? ends.clientPort : ends.serverPort);
  view.setUint16(36, fromClient ? ends.serverPort : ends.clientPort);
  return view;
}

function bytesWith(view: DataView, at: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(view.buffer);
  bytes.set(payload, at);
  return bytes;
}

export interface Numbers {
  readonly seq: number;
  readonly ack: number;
}

export function tcpFrame(
  ends: Ends,
  fromClient: boolean,
  flags: string,
  { seq, ack }: Numbers,
  payload: Uint8Array,
): Uint8Array {
  const view = frame(ends, fromClient, 6, TCP_BYTES + payload.length);
  view.setUint32(38, seq >>> 0);
  view.setUint32(42, flags.includes('A') ? ack >>> 0 : 0);
  view.setUint16(46, (5 << 12) | tcpFlagBits(flags));
  view.setUint16(48, 65_535);
  return bytesWith(view, 54, payload);
}

export function udpFrame(ends: Ends, fromClient: boolean, payload: Uint8Array): Uint8Array {
  const view = frame(ends, fromClient, 17, UDP_BYTES + payload.length);
  view.setUint16(38, UDP_BYTES + payload.length);
  return bytesWith(view, 42, payload);
}

/** Echo request of the client or the reply to it; the ports of `ends` are not used. */
export function echoFrame(
  ends: Ends,
  fromClient: boolean,
  identifier: number,
  sequence: number,
  bytes: number,
): Uint8Array {
  const view = frame(ends, fromClient, 1, 8 + bytes);
  view.setUint16(34, fromClient ? 0x0800 : 0);
  view.setUint16(36, 0);
  view.setUint16(38, identifier);
  view.setUint16(40, sequence);
  return new Uint8Array(view.buffer);
}
