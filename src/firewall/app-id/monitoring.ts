/** What watches networks: flow exports, syslog, traceroute, remote control of machines (RMCP). */
import { uint16, uint32 } from './bytes.ts';
import { atLeast } from './opening.ts';
import {
  type Application,
  type Datagram,
  type DatagramSignature,
  datagramSays,
  INFERRED_NAME,
  type Match,
  matchIf,
  type StreamSignature,
} from './signature.ts';

const NETFLOW: Application = {
  app: 'netflow',
  ports: [2055, 9995, 9996],
  nameNote: `IPFIX, its successor, included; ${INFERRED_NAME}`,
};
const SFLOW: Application = { app: 'sflow', ports: [6343], nameNote: INFERRED_NAME };
const SYSLOG: Application = { app: 'syslog', ports: [514] };
const TRACEROUTE_FIRST_PORT = 33_434;
const TRACEROUTE: Application = {
  app: 'traceroute',
  ports: Array.from({ length: 101 }, (_, i) => TRACEROUTE_FIRST_PORT + i),
};
const RMCP: Application = { app: 'rmcp', ports: [623] };

const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
/** priority up to 191, then the header of either syslog: a version and a date, or month, day and time */
const SYSLOG_HEADER = new RegExp(
  `^<(?:\\d{1,2}|1[0-8]\\d|19[01])>(?:1 \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d|${MONTH} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d[ :])`,
);
/** a length of the message may come first */
const SYSLOG_OVER_TCP = new RegExp(`^(?:\\d{1,5} )?${SYSLOG_HEADER.source.slice(1)}`);
const SYSLOG_PRIORITY = /^(?:\d{1,5} )?<(?:\d{1,2}|1[0-8]\d|19[01])>[\x20-\x7e]/;

const NETFLOW_RECORD: ReadonlyMap<number, { header: number; record: number; most: number }> = new Map([
  [1, { header: 16, record: 52, most: 24 }],
  [5, { header: 24, record: 48, most: 30 }],
  [7, { header: 24, record: 52, most: 28 }],
]);
const NETFLOW_9 = { VERSION: 9, HEADER_BYTES: 20 } as const;
const IPFIX = { VERSION: 10, HEADER_BYTES: 16 } as const;

/** Version, and a count of records of fixed size that fill the datagram. */
function isFixedNetflow({ payload, wireLength }: Datagram): boolean {
  const layout = payload.length < 4 ? undefined : NETFLOW_RECORD.get(uint16(payload, 0));
  if (layout === undefined) return false;
  const count = uint16(payload, 2);
  return count >= 1 && count <= layout.most && layout.header + count * layout.record === wireLength;
}

/** Sets one behind the other up to the end: identifier 0 to 3 or from 256, and a length. */
function areSets(payload: Uint8Array, from: number, wireLength: number): boolean {
  let at = from;
  while (at + 4 <= payload.length) {
    const id = uint16(payload, at);
    const length = uint16(payload, at + 2);
    if ((id > 3 && id < 256) || length < 4) return false;
    at += length;
  }
  return at > from && (at === wireLength || (at <= wireLength && payload.length < wireLength));
}

function matchNetflow(datagram: Datagram): Match | null {
  const { payload, wireLength } = datagram;
  if (isFixedNetflow(datagram)) return matchIf(true);
  if (payload.length < NETFLOW_9.HEADER_BYTES + 4) return null;
  const version = uint16(payload, 0);
  if (version === NETFLOW_9.VERSION) return matchIf(areSets(payload, NETFLOW_9.HEADER_BYTES, wireLength));
  const isIpfix = version === IPFIX.VERSION && uint16(payload, 2) === wireLength;
  return matchIf(isIpfix && areSets(payload, IPFIX.HEADER_BYTES, wireLength));
}

const NETFLOW_VERSIONS = new Set([1, 5, 7, 8, NETFLOW_9.VERSION, IPFIX.VERSION]);

/** A version that exists, and a count or a length that is possible. */
function matchNetflowVersion({ payload, wireLength }: Datagram): Match | null {
  if (payload.length < 16 || !NETFLOW_VERSIONS.has(uint16(payload, 0))) return null;
  const second = uint16(payload, 2);
  return matchIf(uint16(payload, 0) === IPFIX.VERSION ? second <= wireLength : second >= 1 && second <= 64);
}

const SFLOW_VERSION = 5;
/** flow and counter samples, plain and expanded, of enterprise 0 */
const SFLOW_SAMPLES = new Set([1, 2, 3, 4]);

/** Version, address of the agent by its type, agent, sequence, time, number of samples, and the first. */
function matchSflow({ payload, wireLength }: Datagram): Match | null {
  if (payload.length < 28 || uint32(payload, 0) !== SFLOW_VERSION) return null;
  const addressType = uint32(payload, 4);
  if (addressType !== 1 && addressType !== 2) return null;
  const samplesAt = 8 + (addressType === 1 ? 4 : 16) + 12;
  if (samplesAt + 4 > payload.length) return null;
  const count = uint32(payload, samplesAt);
  if (count === 0) return matchIf(wireLength === samplesAt + 4);
  return matchIf(
    count < 200 &&
      samplesAt + 12 <= payload.length &&
      SFLOW_SAMPLES.has(uint32(payload, samplesAt + 4)) &&
      samplesAt + 12 + uint32(payload, samplesAt + 8) <= wireLength,
  );
}

/** `@ABCDEFG…`: what traceroute of Linux and of many routers fills its probes with. */
function matchAlphabet({ payload, wireLength }: Datagram): Match | null {
  if (payload.length < 16 || wireLength > 72) return null;
  return matchIf(payload.subarray(0, 32).every((byte, i) => byte === 0x40 + i));
}

const LONGEST_PROBE = 72;

/** Nothing but one byte over and over, or a sequence number, a hop count and a time in front of that. */
function matchProbe({ payload, wireLength }: Datagram): Match | null {
  if (wireLength > LONGEST_PROBE) return null;
  const isFilled = (from: number) => payload.subarray(from).every((byte) => byte === payload[from]);
  return matchIf(isFilled(0) || (wireLength >= 12 && payload[1]! >= 1 && payload[1]! <= 64 && isFilled(12)));
}

const RMCP_VERSION = 6;
/** ASF, IPMI, OEM; the top bit acknowledges */
const RMCP_CLASSES = new Set([0x06, 0x07, 0x08, 0x86, 0x87, 0x88]);

/** Version, a reserved zero, sequence (255: no acknowledgement wanted), class. */
function matchRmcp({ payload, wireLength }: Datagram): Match | null {
  if (payload.length < 4 || wireLength < 4 || payload[0] !== RMCP_VERSION || payload[1] !== 0) return null;
  return matchIf(RMCP_CLASSES.has(payload[3]!));
}

export const MONITORING_STREAM_SIGNATURES: readonly StreamSignature[] = [
  {
    ...SYSLOG,
    ports: [514, 601, 1514],
    name: 'syslog-header-over-tcp',
    speaksFirst: 'client',
    match: ({ clientText }) => matchIf(SYSLOG_OVER_TCP.test(clientText)),
    strength: 'content',
    source: 'RFC 6587 3.4, RFC 5424 6.2, RFC 3164 4.1',
  },
  {
    ...SYSLOG,
    ports: [514, 601, 1514],
    name: 'syslog-priority-over-tcp',
    speaksFirst: 'client',
    match: ({ clientText }) => matchIf(SYSLOG_PRIORITY.test(clientText)),
    strength: 'plausible',
    source: 'RFC 6587 3.4',
  },
];

export const MONITORING_DATAGRAM_SIGNATURES: readonly DatagramSignature[] = [
  {
    ...SYSLOG,
    name: 'syslog-header',
    speaksFirst: 'client',
    match: datagramSays(SYSLOG_HEADER),
    strength: 'content',
    source: 'RFC 5424 6.2, RFC 3164 4.1.2',
  },
  {
    ...NETFLOW,
    name: 'netflow',
    begins: ['00 01,05,07,09,0a ?? ??'],
    speaksFirst: 'client',
    match: matchNetflow,
    strength: 'content',
    source: "Cisco's published NetFlow export formats 1, 5, 7; RFC 3954 5, RFC 7011 3",
  },
  {
    ...NETFLOW,
    name: 'netflow-version',
    begins: [atLeast(16, '00 01,05,07-0a')],
    speaksFirst: 'client',
    match: matchNetflowVersion,
    strength: 'plausible',
    source: 'the same formats, records of another size or cut',
  },
  {
    ...SFLOW,
    name: 'sflow',
    begins: ['00 00 00 05 00 00 00 01-02'],
    speaksFirst: 'client',
    match: matchSflow,
    strength: 'content',
    source: 'sFlow version 5 (sflow.org), 4, 5.3',
  },
  {
    ...TRACEROUTE,
    name: 'traceroute-alphabet',
    begins: ['40 41 42 43 44 45 46 47'],
    speaksFirst: 'client',
    match: matchAlphabet,
    strength: 'content',
    source: 'what the common programs send: RFC 1393 1, RFC 2151 3.4',
  },
  {
    ...TRACEROUTE,
    name: 'traceroute-probe',
    // one byte over and over may be any
    begins: ['??'],
    speaksFirst: 'client',
    match: matchProbe,
    strength: 'plausible',
    source: 'RFC 2151 3.4: short probes to ports from 33434 on',
  },
  {
    ...RMCP,
    name: 'rmcp',
    begins: ['06 00 ?? 06-08,86-88'],
    speaksFirst: 'client',
    match: matchRmcp,
    strength: 'plausible',
    source: 'DMTF ASF 2.0 (DSP0136), 3.2.2.1; IPMI 2.0, 13.1.3',
  },
];
