/**
 * Payloads as real programs send them, mostly from public captures, with the application that PAN-OS
 * gives them. Hexadecimal where binary, text where text.
 */

import { ENTERPRISE_DATAGRAMS, ENTERPRISE_STREAMS } from './samples/enterprise.ts';
import { NETWORK_DATAGRAMS } from './samples/network-datagrams.ts';
import { NETWORK_STREAMS } from './samples/networks.ts';
import { type DatagramSample, type StreamSample, zeros } from './samples/shape.ts';
import { TEXT_DATAGRAMS, TEXT_STREAMS } from './samples/text.ts';

export function bytes(payload: string): Uint8Array {
  return /^(?:[0-9a-f]{2})+$/.test(payload)
    ? Uint8Array.from(payload.match(/../g)!, (pair) => Number.parseInt(pair, 16))
    : Uint8Array.from(payload, (character) => character.charCodeAt(0));
}

export const CLIENT_HELLO =
  '16030101340100013003033c43f42cb5066a41e2dff5392f187e3dda9a5b991e3ddd6f11cc7bbcb83b491e205e46701e7790fe5c0ae02c83fe363949b4616a47752483c9b1e04590539ee6e1003e130213031301c02cc030009fcca9cca8ccaac02bc02f009ec024c028006bc023c0270067c00ac0140039c009c0130033009d009c003d003c0035002f00ff010000a90000000c000a0000077777772e6c6162000b000403000102000a00160014001d0017001e0019001801000101010201030104002300000016000000170000000d002a0028040305030603080708080809080a080b080408050806040105010601030303010302040205020602002b0009080304030303020301002d00020101003300260024001d0020fb678bcdccf8dcba52daa9ebc8d851672bc95db64c621eac9cca183a4cbf5b66';
export const SERVER_HELLO =
  '160303004a0200004603030000000000000000000000000000000000000000000000000000000000000000200000000000000000000000000000000000000000000000000000000000000000130100';
const SSLV2_HELLO =
  '802e0100020015000000100700c00500800300800100800600400400800200801c30e2b12f4c04525476f280c07abee5';
/** one record of 105 bytes and the header of the next */
const APPLICATION_DATA = `1703030069${'5a'.repeat(105)}1703030020`;
const FTP_GREETING = '220 (vsFTPd 3.0.3)\r\n';
export const ESMTP_GREETING =
  '220-xc90.example.com ESMTP Exim 4.69 #1 Mon, 05 Oct 2009 01:05:54 -0500 \r\n220-We do not\r\n';
const BARE_GREETING = '220 ready.example.com\r\n';

const BASIC_STREAMS: readonly StreamSample[] = [
  ['TLS 1.3 ClientHello', CLIENT_HELLO, '', 443, 'ssl', 'ssl-client-hello'],
  ['TLS on any port', CLIENT_HELLO, '', 12_345, 'ssl', 'ssl-client-hello'],
  ['TLS on the web port', CLIENT_HELLO, '', 80, 'ssl', 'ssl-client-hello'],
  ['TLS to Panorama', CLIENT_HELLO, '', 3978, 'panorama', 'panorama-client-hello'],
  ['ServerHello of Panorama', '', SERVER_HELLO, 3978, 'panorama', 'panorama-server-hello'],
  ['ServerHello alone', '', SERVER_HELLO, 993, 'ssl', 'ssl-server-hello'],
  ['SSLv2 ClientHello', SSLV2_HELLO, '', 443, 'ssl', 'ssl-sslv2-client-hello'],
  ['TLS that began before the capture', APPLICATION_DATA, '', 443, 'ssl', 'ssl-application-data'],
  ['the same from the server', '', APPLICATION_DATA, 8443, 'ssl', 'ssl-application-data'],
  ['TLS, its last alert', '', `150303001a${'5a'.repeat(26)}`, 443, 'ssl', 'ssl-application-data'],
  ['HTTP request', 'GET / HTTP/1.1\r\nHost: qq.com\r\n', '', 80, 'web-browsing', 'http-request'],
  ['HTTP on any port', 'HEAD /x HTTP/1.0\r\n', '', 31_337, 'web-browsing', 'http-request'],
  ['HTTP on the TLS port', 'POST /x HTTP/1.1\r\n', '', 443, 'web-browsing', 'http-request'],
  ['HTTP proxy', 'CONNECT example.com:443 HTTP/1.1\r\n', '', 8080, 'http-proxy', 'http-proxy-request'],
  [
    'HTTP, absolute target',
    'GET http://example.com/ HTTP/1.1\r\n',
    '',
    3128,
    'http-proxy',
    'http-proxy-request',
  ],
  ['HTTP, request line goes on', `GET /${'a'.repeat(600)}`, '', 80, 'web-browsing', 'http-request'],
  ['HTTP response', '', 'HTTP/1.1 404 Not Found\r\n', 80, 'web-browsing', 'http-response'],
  ['HTTP/2 in clear', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '', 80, 'http2', 'http2-preface'],
  ['SSH, server first', '', 'SSH-2.0-OpenSSH_5.6\r\n', 22, 'ssh', 'ssh-version'],
  ['SSH, client first, any port', 'SSH-2.0-OpenSSH_5.3\r\n', '', 2222, 'ssh', 'ssh-version'],
  ['SSH 1', '', 'SSH-1.99-Cisco-1.25\n', 22, 'ssh', 'ssh-version'],
  ['FTP by its greeting', '', FTP_GREETING, 21, 'ftp', 'ftp-greeting-words'],
  ['FTP by its greeting on any port', '', FTP_GREETING, 2121, 'ftp', 'ftp-greeting-words'],
  ['FTP, a bare greeting on its port', '', BARE_GREETING, 21, 'ftp', 'ftp-greeting'],
  ['FTP, a bare greeting, then USER', 'USER anonymous\r\n', BARE_GREETING, 2121, 'ftp', 'ftp-command'],
  ['FTP, a bare greeting, then FEAT', 'FEAT\r\n', BARE_GREETING, 990, 'ftp', 'ftp-command'],
  ['FTP, a bare greeting, then AUTH', 'AUTH TLS\r\n', BARE_GREETING, 990, 'ftp', 'ftp-command'],
  [
    'FTP that began before the capture',
    'PASS IEUser@\r\n',
    "502 Unknown command 'utf8'.\r\n",
    21,
    'ftp',
    'ftp-dialogue',
  ],
  ['FTP, only its replies captured', '', '530 Login incorrect.\r\n', 21, 'ftp', 'ftp-dialogue'],
  ['SMTP by its greeting', '', ESMTP_GREETING, 25, 'smtp', 'smtp-greeting-words'],
  ['SMTP by its greeting on any port', '', ESMTP_GREETING, 10_025, 'smtp', 'smtp-greeting-words'],
  [
    'SMTP of a host called ftp',
    '',
    '220 ftp.example.com ESMTP Postfix\r\n',
    2525,
    'smtp',
    'smtp-greeting-words',
  ],
  [
    'FTP of a host called smtp',
    '',
    '220 smtp.example.com FTP server ready\r\n',
    2121,
    'ftp',
    'ftp-greeting-words',
  ],
  ['SMTP, a bare greeting on its port', '', BARE_GREETING, 587, 'smtp', 'smtp-greeting'],
  ['SMTP, a bare greeting on port 465', '', BARE_GREETING, 465, 'smtp', 'smtp-greeting'],
  ['SMTP, a bare greeting, then EHLO', 'EHLO me\r\n', BARE_GREETING, 2525, 'smtp', 'smtp-command'],
  ['SMTP, only the client captured', 'HELO me\r\n', '', 2525, 'smtp', 'smtp-command'],
  ['SMTP that began before the capture', 'MAIL FROM:<a@b>\r\n', '250 OK\r\n', 25, 'smtp', 'smtp-dialogue'],
  ['SMTP that refuses', '', '554 no service here\r\n', 25, 'smtp', 'smtp-greeting'],
  [
    'DNS over TCP, query',
    '0025200d010000010000000000000774637074657374076578616d706c65036f72670000010001',
    '',
    53,
    'dns',
    'dns-over-tcp',
  ],
  [
    'DNS over TCP, answer, any port',
    '',
    '0048200d858000010001000000000774637074657374076578616d706c65036f726700000100010774637074657374076578616d706c65036f726700000100010000012c00040a0a0a0a',
    5300,
    'dns',
    'dns-over-tcp',
  ],
  [
    'DNS over TCP, a private type',
    '00131234010000010000000000000161 00ff010001'.replace(' ', ''),
    '',
    53,
    'dns',
    'dns-over-tcp-lenient',
  ],
  ['DNS over TCP, the root', '00112222010000010000000000000000020001', '', 53, 'dns', 'dns-over-tcp'],
];

const DNS_QUERY = 'dca28180000100000000000003777777016c06676f6f676c6503636f6d00001c0001';
const MDNS_QUERY = '000000000001000000000000086d79646576696365056c6f63616c0000010001';
const MDNS_ANNOUNCEMENT =
  '000084000000000100000000086d79646576696365056c6f63616c00000180010000007800040a010dc8';
const NBNS_QUERY =
  '12340110000100000000000020464845504643454c4644464545424645454a4550454f434143414341434141410000200001';
const DHCP_DISCOVER = `0101060012345678${zeros(20)}aabb${zeros(206)}638253633501010c0874657374686f7374ff`;

const BASIC_DATAGRAMS: readonly DatagramSample[] = [
  ['DNS answer without records', DNS_QUERY, 53, 32_795, 'dns', 'dns-message'],
  [
    'DNS query',
    '123401000001000000000000076578616d706c6503636f6d0000010001',
    12_345,
    53,
    'dns',
    'dns-message',
  ],
  [
    'DNS query from a port that is mDNS where a server has it',
    '123401000001000000000000076578616d706c6503636f6d0000010001',
    5353,
    53,
    'dns',
    'dns-message',
  ],
  [
    'DNS on any port',
    '123401000001000000000000076578616d706c6503636f6d0000010001',
    12_345,
    5300,
    'dns',
    'dns-message',
  ],
  ['DNS, the root', '1234010000010000000000000000020001', 12_345, 53, 'dns', 'dns-message'],
  ['DNS error without question', '123481810000000000000000', 53, 12_345, 'dns', 'dns-message-lenient'],
  [
    'DNS, bytes in a label',
    '123401000001000000000000047ae9fa8102743100000a0001',
    12_345,
    53,
    'dns',
    'dns-message-lenient',
  ],
  ['DNS, a private type', '123401000001000000000000016100ff010001', 12_345, 53, 'dns', 'dns-message-lenient'],
  [
    'LLMNR, a name in UTF-8',
    '1234000000010000000000000562c3bc726f00001c0001',
    50_000,
    5355,
    'llmnr',
    'llmnr-lenient',
  ],
  [
    'mDNS announcement, a name in UTF-8',
    '0000840000000001000000000542c3bc726f055f68747470045f746370056c6f63616c0000218001000000780008000000000050016100',
    5353,
    5353,
    'mdns',
    'mdns-announcement',
  ],
  ['mDNS query', MDNS_QUERY, 5353, 5353, 'mdns', 'mdns-message'],
  ['mDNS announcement', MDNS_ANNOUNCEMENT, 5353, 5353, 'mdns', 'mdns-announcement'],
  [
    'mDNS, several questions',
    '0000000000030000000000010f5f636f6d70616e696f6e2d6c696e6b045f746370056c6f63616c00000c8001085f686f6d656b6974c01c000c80010c5f736c6565702d70726f7879045f756470c021000c800100002905a00000119400120004000e009a3a810e468ec818810e468ec8',
    5353,
    5353,
    'mdns',
    'mdns-announcement',
  ],
  ['LLMNR query', '200c00000001000000000000046d7970630000010001', 61_000, 5355, 'llmnr', 'llmnr-message'],
  ['NetBIOS name query', NBNS_QUERY, 137, 137, 'netbios-ns', 'netbios-name'],
  [
    'NetBIOS registration',
    '567885000000000100000000204547454a454d454646444546464346474546464343414341434143414343414100002000010000012c000640000a1407c8',
    137,
    49_153,
    'netbios-ns',
    'netbios-name',
  ],
  [
    'NTP client',
    'e3000800000000000000000000000000000000000000000000000000000000000000000000000000dbaca3e877c408ac',
    49_999,
    123,
    'ntp',
    'ntp',
  ],
  [
    'NTP server',
    '240108ec000000000000004147505373dbaca3e7f6d6ae36dbaca3e877c408acdbaca3e8820d178fdbaca3e8820e179e',
    123,
    49_999,
    'ntp',
    'ntp',
  ],
  ['NTP control', '160200010000000000000000', 50_000, 123, 'ntp', 'ntp'],
  ['NTP monlist', `1700032a${zeros(4)}`, 50_000, 123, 'ntp', 'ntp'],
  ['DHCP', DHCP_DISCOVER, 68, 67, 'dhcp', 'dhcp'],
  ['BOOTP without cookie', `0101060012345678${zeros(292)}`, 68, 67, 'dhcp', 'bootp'],
  [
    'DHCPv6 solicit',
    '01aabbcc0001000e000100012aabbccdd0011223344500080002000000060004001700180003000c000000000000000000000000',
    546,
    547,
    'dhcpv6',
    'dhcpv6',
  ],
  [
    'DHCPv6 relay',
    '0c0020010db800dc0000000000000000000120010db800dc000000000000000000020009001201abcdef0001000a0003000102deadbeef01',
    547,
    547,
    'dhcpv6',
    'dhcpv6',
  ],
  ['SNMPv1', '301802010004067075626c6963a00b0201010201000201003000', 54_325, 161, 'snmp', 'snmp'],
  [
    'SNMPv2c on any port',
    '303102010104067075626c6963a72402010102010002010030193017060a2b06010603010104010006092b0601060301010503',
    55_002,
    1162,
    'snmp',
    'snmp',
  ],
  ['SNMPv3', `303a020103300e020104020300ffe30401040201030410${zeros(37)}`, 50_000, 161, 'snmp', 'snmp'],
  [
    'QUIC 1 Initial',
    `c00000000108e1647e77be9b14db08f15ff98cfe75cf6c00452c${zeros(1174)}`,
    50_000,
    443,
    'quic',
    'quic-long-header',
  ],
  [
    'QUIC on any port',
    `c3000000010801010101010101010044a0${zeros(1183)}`,
    50_000,
    4443,
    'quic',
    'quic-long-header',
  ],
  ['QUIC 2', `d36b3343cf08010101010101010100${zeros(1185)}`, 50_000, 443, 'quic', 'quic-long-header'],
  ['QUIC draft 29', `c5ff00001d08010101010101010100${zeros(1185)}`, 50_000, 443, 'quic', 'quic-long-header'],
  [
    'Google QUIC 46',
    `c3513034365001020304050607080000000100${zeros(1330)}`,
    50_000,
    443,
    'quic',
    'quic-long-header',
  ],
  [
    'Google QUIC 25',
    `0d484a3d55c439cd1351303235010bf5${zeros(1334)}`,
    64_144,
    443,
    'quic',
    'gquic-public-header',
  ],
  [
    'QUIC version negotiation',
    '80000000000401020304040506070800000001ff00001d',
    443,
    50_000,
    'quic',
    'quic-version-negotiation',
  ],
  ['syslog', '<34>Oct 11 22:14:15 mymachine su: failed', 50_000, 514, 'syslog', 'syslog-header'],
  ['syslog of a priority and no header', '<13>link down', 50_000, 514, 'syslog', 'syslog'],
  [
    'syslog of RFC 5424',
    '<165>1 2003-10-11T22:14:15.003Z host app - ID47 - x',
    514,
    514,
    'syslog',
    'syslog-header',
  ],
  ['SSDP search', 'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n', 61_328, 1900, 'ssdp', 'ssdp'],
  ['SSDP answer', 'HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\n', 1900, 61_328, 'ssdp', 'ssdp-search-response'],
  [
    'SSDP answer without its headers',
    'HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=1800\r\n',
    1900,
    61_328,
    'ssdp',
    'ssdp-response',
  ],
];

export const STREAMS: readonly StreamSample[] = [
  ...BASIC_STREAMS,
  ...TEXT_STREAMS,
  ...ENTERPRISE_STREAMS,
  ...NETWORK_STREAMS,
];

export const DATAGRAMS: readonly DatagramSample[] = [
  ...BASIC_DATAGRAMS,
  ...TEXT_DATAGRAMS,
  ...ENTERPRISE_DATAGRAMS,
  ...NETWORK_DATAGRAMS,
];
