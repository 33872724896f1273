/**
 * The judges' names for applications, and ours. A name that stands for several of ours is met by any of
 * them. What App-ID cannot see, or has no name for that is known to us, is not compared, with the reason.
 */
import type { JudgeName } from './conversation.ts';
import { type Mapped, NO_NAME, NOT_IP_APPLICATION, SMB, TUNNELLED, WEB } from './mapped.ts';
import { NDPI } from './names-ndpi.ts';
import { TSHARK } from './names-tshark.ts';

/** Arkime lists all protocols that it saw in a session; any of them may be the one that App-ID ends at. */
const ARKIME: Readonly<Record<string, Mapped>> = {
  'adcs-cep': WEB,
  'adcs-ces': WEB,
  'adcs-ndes': WEB,
  'adcs-web': WEB,
  bacnet: ['bacnet'],
  bgp: ['bgp'],
  bitcoin: ['bitcoin'],
  bittorrent: ['bittorrent'],
  c1222: NO_NAME,
  cip: ['cip-ethernet-ip-base'],
  'corrupt-ip': NOT_IP_APPLICATION,
  dcerpc: ['msrpc-base'],
  dhcp: ['dhcp'],
  dhcpv6: ['dhcpv6'],
  diameter: ['diameter'],
  dnp3: ['dnp3'],
  dns: ['dns'],
  dtls: ['dtls'],
  enip: ['cip-ethernet-ip-base'],
  // Facebook Zero is a protocol over TCP; that Arkime adds QUIC is a mistake
  'fbzero quic': NO_NAME,
  ftp: ['ftp'],
  // Arkime says so of both forms of a request to a proxy
  http: ['web-browsing', 'http-proxy'],
  http2: ['http2'],
  imap: ['imap'],
  ipfix: ['netflow'],
  irc: ['irc'],
  isakmp: ['ike', 'ipsec-esp-udp'],
  kafka: ['kafka'],
  krb5: ['kerberos'],
  ldap: ['ldap'],
  llmnr: ['llmnr'],
  mdns: ['mdns'],
  modbus: ['modbus-base'],
  mqtt: ['mqtt'],
  mysql: ['mysql'],
  nbns: ['netbios-ns'],
  netflow: ['netflow'],
  ntp: ['ntp'],
  opcua: ['opc-ua'],
  oracle: ['oracle'],
  pana: NO_NAME,
  postgresql: ['postgres'],
  ptp: NO_NAME,
  quic: ['quic'],
  radius: ['radius'],
  rdp: ['ms-rdp'],
  'rpc-over-http': ['rpc-over-http'],
  s7comm: ['cotp'],
  's7comm-plus': ['cotp'],
  sflow: ['sflow'],
  sip: ['sip'],
  smb: SMB,
  smtp: ['smtp'],
  snmp: ['snmp'],
  socks: ['socks'],
  ssh: ['ssh'],
  stun: ['stun'],
  synchrophasor: NO_NAME,
  tds: ['mssql-db', 'sybase'],
  telnet: ['telnet'],
  tftp: ['tftp'],
  thrift: NO_NAME,
  tls: ['ssl', 'panorama'],
  tlsrulestest: { notCompared: "a mark that Arkime's own test rules set" },
  websocket: ['websocket'],
  winrm: ['windows-remote-management'],
};

const SURICATA: Readonly<Record<string, Mapped>> = {
  bittorrent_dht: ['bittorrent'],
  'bittorrent-dht': ['bittorrent'],
  dnp3: ['dnp3'],
  dns: ['dns'],
  http: WEB,
  http2: ['http2'],
  ike: ['ike'],
  krb5: ['kerberos'],
  mqtt: ['mqtt'],
  nfs: ['nfs'],
  pgsql: ['postgres'],
  pop3: ['pop3'],
  quic: ['quic'],
  rfb: ['vnc'],
  sip: ['sip'],
  smb: SMB,
  tls: ['ssl', 'panorama'],
};

const ZEEK: Readonly<Record<string, Mapped>> = {
  ayiya: NO_NAME,
  dhcp: ['dhcp'],
  // Zeek says so of NetBIOS names as well, which have the same format
  dns: ['dns', 'netbios-ns'],
  geneve: ['geneve'],
  http: WEB,
  krb_tcp: ['kerberos'],
  pop3: ['pop3'],
  rdpeudp: ['ms-rdp'],
  ssl: ['ssl', 'panorama'],
  teredo: ['teredo'],
  vxlan: ['vxlan'],
};

const TABLES: Readonly<Record<JudgeName, Readonly<Record<string, Mapped>>>> = {
  ndpi: NDPI,
  arkime: ARKIME,
  suricata: SURICATA,
  zeek: ZEEK,
  tshark: TSHARK,
};

/** The row for one word of a judge; undefined where the table has none. */
function lookUp(judge: JudgeName, word: string): Mapped | undefined {
  const table = TABLES[judge];
  if (judge === 'ndpi') return table[word] ?? table[word.replace(/\..*/, '')];
  return table[word];
}

/** What a judge's name means here. Several words: any of those that are compared. Undefined: no row. */
export function ourNames(judge: JudgeName, name: string): Mapped | undefined {
  if (name.includes(':')) return TUNNELLED;
  const whole = TABLES[judge][name];
  if (whole !== undefined) return whole;
  const rows = name.split(' ').map((word) => lookUp(judge, word));
  if (rows.includes(undefined)) return undefined;
  const known = rows as readonly Mapped[];
  const apps = known.flatMap((row) => ('notCompared' in row ? [] : row));
  return apps.length > 0 ? [...new Set(apps)] : known[0];
}
