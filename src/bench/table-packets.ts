/** Packets of numbered sessions: session n always has the same two ends, and no two sessions share them. */
import { mix32 } from './random.ts';
import type { PacketColumns } from './table-under-test.ts';

const MAPPED = 0xffff;
/** 10.0.0.0/8 */
const CLIENTS = 0x0a000000;
/** 198.18.0.0, for benchmarks (RFC 2544) */
const SERVERS = 0xc6120000;
const SERVER_COUNT = 65_536;
const FIRST_CLIENT_PORT = 1024;
const SERVER_PORT = 443;
const IPV6_CLIENT_PREFIX = 0x20010db8;
const IPV6_SERVER_PREFIX = 0x2a000001;

/** Appends a packet of session `session` to the batch. */
export function addPacket(
  packets: PacketColumns,
  session: number,
  fromServer: boolean,
  proto: number,
  tcpFlags: number,
  time: number,
): void {
  const i = packets.count;
  const scattered = mix32(session);
  const clientPort = FIRST_CLIENT_PORT + (scattered >>> 24);
  const server = session % SERVER_COUNT;
  setAddress(
    fromServer ? packets.dst : packets.src,
    i,
    packets.version,
    IPV6_CLIENT_PREFIX,
    CLIENTS + (scattered & 0xffffff),
  );
  setAddress(
    fromServer ? packets.src : packets.dst,
    i,
    packets.version,
    IPV6_SERVER_PREFIX,
    SERVERS + server,
  );
  packets.sport[i] = fromServer ? SERVER_PORT : clientPort;
  packets.dport[i] = fromServer ? clientPort : SERVER_PORT;
  packets.proto[i] = proto;
  packets.tcpFlags[i] = tcpFlags;
  packets.time[i] = time;
  packets.count += 1;
}

/** The host's number stands in the last word; an IPv6 address has it in the second one as well, scattered. */
function setAddress(words: Uint32Array, i: number, version: 4 | 6, prefix: number, host: number): void {
  words[4 * i] = version === 4 ? 0 : prefix;
  words[4 * i + 1] = version === 4 ? 0 : mix32(host);
  words[4 * i + 2] = version === 4 ? MAPPED : 0;
  words[4 * i + 3] = host;
}
