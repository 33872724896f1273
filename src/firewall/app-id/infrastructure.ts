/** What networks run on besides names: time, addresses, management, logs, discovery. */
import { BER, berElement } from './ber.ts';
import { uint16, uint32 } from './bytes.ts';
import { atLeast } from './opening.ts';
import { type Datagram, type DatagramSignature, type Match, matchIf } from './signature.ts';

const NTP_BYTES = 48;
const NTP_MODE = { CONTROL: 6, PRIVATE: 7 } as const;
/** precision that a client gives which tells nothing about its clock */
const NTP_NO_PRECISION = 0x20;

function matchNtp({ payload, wireLength }: Datagram): Match | null {
  if (payload.length < 4) return null;
  const version = (payload[0]! >> 3) & 7;
  const mode = payload[0]! & 7;
  if (version < 1 || version > 4 || mode === 0) return null;
  if (mode === NTP_MODE.CONTROL) {
    // count of data bytes behind a header of twelve (RFC 9327 2)
    return matchIf(payload.length >= 12 && 12 + uint16(payload, 10) <= wireLength);
  }
  if (mode === NTP_MODE.PRIVATE) return matchIf(wireLength >= 8 && [0, 2, 3].includes(payload[2]!));
  const [, stratum, poll, precision] = payload;
  const isPrecision = precision === 0 || precision === NTP_NO_PRECISION || precision! >= 0xe0;
  return matchIf(wireLength >= NTP_BYTES && stratum! <= 16 && poll! <= 17 && isPrecision);
}

/** The first byte: any leap indicator, version 1 to 4, one of these modes. */
function ntpFirst(modes: readonly number[]): string {
  const versions = Array.from({ length: 32 }, (_, high) => high).filter(
    (high) => high % 8 >= 1 && high % 8 <= 4,
  );
  return versions
    .flatMap((high) => modes.map((mode) => (high * 8 + mode).toString(16).padStart(2, '0')))
    .join(',');
}

const BOOTP_FIXED_BYTES = 236;
const DHCP_MAGIC_COOKIE = 0x6382_5363;

function isBootp({ payload, wireLength }: Datagram): boolean {
  return (
    wireLength >= BOOTP_FIXED_BYTES &&
    payload.length >= 4 &&
    (payload[0] === 1 || payload[0] === 2) &&
    payload[1]! >= 1 &&
    payload[1]! <= 37 &&
    payload[2]! <= 16 &&
    payload[3]! <= 16
  );
}

function matchDhcp(datagram: Datagram): Match | null {
  const { payload } = datagram;
  const hasCookie =
    payload.length >= BOOTP_FIXED_BYTES + 4 && uint32(payload, BOOTP_FIXED_BYTES) === DHCP_MAGIC_COOKIE;
  return matchIf(hasCookie && isBootp(datagram));
}

/** messages assigned by IANA: those of RFC 8415, lease queries, failover */
const LAST_DHCPV6_MESSAGE = 36;
const DHCPV6_RELAY = new Set([12, 13]);

function matchDhcpv6({ payload, wireLength }: Datagram): Match | null {
  const type = payload[0] ?? 0;
  if (type < 1 || type > LAST_DHCPV6_MESSAGE) return null;
  const optionAt = DHCPV6_RELAY.has(type) ? 34 : 4;
  if (wireLength < optionAt + 4 || payload.length < optionAt + 4) return null;
  const option = uint16(payload, optionAt);
  return matchIf(option >= 1 && option <= 150 && optionAt + 4 + uint16(payload, optionAt + 2) <= wireLength);
}

const SNMP_PDU = { first: 0xa0, last: 0xa8 } as const;

function matchSnmp({ payload, wireLength }: Datagram): Match | null {
  const message = berElement(payload, 0, BER.SEQUENCE);
  if (message === null || message.start + message.length !== wireLength) return null;
  const version = berElement(payload, message.start, BER.INTEGER);
  const number = version === null ? undefined : payload[version.start];
  if (version === null || version.length !== 1 || number === undefined) return null;
  if (number === 3) return matchIf(berElement(payload, version.start + 1, BER.SEQUENCE) !== null);
  if (number > 1) return null;
  const community = berElement(payload, version.start + 1, BER.OCTET_STRING);
  if (community === null || community.start + community.length >= wireLength) return null;
  const pdu = payload[community.start + community.length];
  return matchIf(pdu === undefined || (pdu >= SNMP_PDU.first && pdu <= SNMP_PDU.last));
}

const HIGHEST_PRIORITY = 191;

function matchSyslog({ text }: Datagram): Match | null {
  const priority = /^<(\d{1,3})>/.exec(text)?.[1];
  return matchIf(priority !== undefined && Number(priority) <= HIGHEST_PRIORITY);
}

export const INFRASTRUCTURE_SIGNATURES: readonly DatagramSignature[] = [
  {
    name: 'ntp',
    begins: [
      `${ntpFirst([1, 2, 3, 4, 5])} 00-10 00-11 00,20,e0-ff`,
      atLeast(12, ntpFirst([NTP_MODE.CONTROL])),
      `${ntpFirst([NTP_MODE.PRIVATE])} ?? 00,02-03 ??`,
    ],
    app: 'ntp',
    speaksFirst: 'client',
    match: matchNtp,
    ports: [123],
    strength: 'plausible',
    source: 'RFC 5905 7.3, RFC 9327 2',
  },
  {
    name: 'dhcp',
    begins: [atLeast(28, '01-02 01-25 00-10 00-10')],
    app: 'dhcp',
    speaksFirst: 'client',
    match: matchDhcp,
    ports: [67, 68],
    strength: 'content',
    source: 'RFC 951 3, RFC 2131 2, 3 (magic cookie)',
  },
  {
    name: 'bootp',
    begins: ['01-02 01-25 00-10 00-10'],
    app: 'dhcp',
    speaksFirst: 'client',
    match: (datagram) => matchIf(isBootp(datagram)),
    ports: [67, 68],
    strength: 'plausible',
    source: 'RFC 951 3: without the cookie, or cut before it',
  },
  {
    name: 'dhcpv6',
    begins: ['01-0b,0e-24 ?? ?? ?? 00 01-96 ?? ??', atLeast(28, '0c-0d')],
    app: 'dhcpv6',
    speaksFirst: 'client',
    match: matchDhcpv6,
    ports: [546, 547],
    strength: 'plausible',
    source: 'RFC 8415 8, 9, 21; messages of RFC 5007, RFC 5460, RFC 8156',
  },
  {
    name: 'snmp',
    begins: ['30 00-7f 02', '30 81 ?? 02', '30 82 ?? ?? 02', '30 83 ?? ?? ?? 02', '30 84 ?? ?? ?? ?? 02'],
    app: 'snmp',
    speaksFirst: 'client',
    match: matchSnmp,
    ports: [161, 162],
    strength: 'content',
    source: 'RFC 1157 4, RFC 3416 3, RFC 3412 6',
  },
  {
    name: 'syslog',
    app: 'syslog',
    speaksFirst: 'client',
    match: matchSyslog,
    ports: [514],
    strength: 'plausible',
    source: 'RFC 3164 4.1.1, RFC 5424 6.2.1',
  },
  {
    name: 'ssdp',
    app: 'ssdp',
    speaksFirst: 'client',
    match: ({ text }) => matchIf(/^(?:M-SEARCH|NOTIFY) \* HTTP\/1\./.test(text)),
    ports: [1900],
    strength: 'content',
    source: 'UPnP Device Architecture 1.1, 1.2 and 1.3',
  },
  {
    name: 'ssdp-search-response',
    app: 'ssdp',
    speaksFirst: 'server',
    match: ({ text }) =>
      matchIf(/^HTTP\/1\.[01] 200 [\s\S]*\r\n(?:ST|USN): ?(?:upnp:|uuid:|urn:|ssdp:)/i.test(text)),
    ports: [1900],
    strength: 'content',
    source: 'UPnP Device Architecture 1.1, 1.3.3: search target or service name in the answer',
  },
  {
    name: 'ssdp-response',
    app: 'ssdp',
    speaksFirst: 'server',
    match: ({ text }) => matchIf(/^HTTP\/1\.[01] 200/.test(text)),
    ports: [1900],
    strength: 'plausible',
    source: 'UPnP Device Architecture 1.1, 1.3.3',
  },
];
