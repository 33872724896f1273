/** Conversations that a judge calls otherwise, or that only the judge names: who is right, and why. */
import type { Comparison } from './measure.ts';

export interface ArguedName {
  /** part of the capture's name; '' for all captures */
  readonly capture: string;
  /** part of the conversation's name; left out: all of them */
  readonly conversation?: string;
  /** the judges' word or its beginning */
  readonly theirs: readonly string[];
  /** what we name it; null: nothing */
  readonly ours: string | null;
  readonly right: 'endreason' | 'judge' | 'both';
  readonly because: string;
}

const BY_PORT =
  'the payload is nothing of the kind: the judge goes by the port, which names no session here (firewall-model 5)';
const STARTTLS =
  'the session begins in clear and turns to TLS by a command; App-ID names what it began as, the judge the outermost layer of the later packets';
const BROKEN =
  'the message contradicts itself (lengths, check sums or fields that cannot be): no signature of the public format can hold';
const CUT = 'what would tell is not in the capture: it was cut, or the connection began long before';

export const ARGUED_NAMES: readonly ArguedName[] = [
  { capture: '', theirs: ['tls'], ours: 'pop3', right: 'both', because: STARTTLS },
  { capture: '', theirs: ['tls'], ours: 'smtp', right: 'both', because: STARTTLS },
  { capture: '', theirs: ['tls'], ours: 'mysql', right: 'both', because: STARTTLS },
  { capture: 'ndpi-gnutella', theirs: ['tls'], ours: 'gnutella', right: 'both', because: STARTTLS },
  {
    capture: 'ndpi-gnutella',
    theirs: ['rtcp', 'openvpn'],
    ours: 'gnutella',
    right: 'endreason',
    because:
      'a descriptor of Gnutella, its length exact; the judge takes one random byte of its identifier, or the port, for another protocol',
  },
  {
    capture: 'ndpi-gnutella',
    theirs: ['bittorrent'],
    ours: 'ssl',
    right: 'endreason',
    because: 'a TLS handshake on port 6888, which the judge takes for BitTorrent by its port',
  },
  {
    capture: 'ndpi-gnutella',
    theirs: ['Gnutella'],
    ours: null,
    right: 'endreason',
    because:
      'the SYN-ACK comes more than 5 s after the SYN: the session has left the table (tcp-init, firewall-model 3.2), and what comes later finds none',
  },
  {
    capture: 'ndpi-socks',
    theirs: ['http'],
    ours: 'socks',
    right: 'endreason',
    because: 'the session is one to a proxy; HTTP begins behind the answer of the proxy',
  },
  {
    capture: 'ndpi-stun_dtls_rtp',
    theirs: ['DTLS.GoogleCall'],
    ours: 'stun',
    right: 'both',
    because:
      'STUN, DTLS and RTP share the ports; the first datagram is STUN, and one datagram names a UDP session here',
  },
  {
    capture: 'zeek-http-get-to-ssh-server',
    theirs: ['ssh'],
    ours: 'web-browsing',
    right: 'both',
    because: 'a client of HTTP at a server of SSH: both say so, and the client is the first to speak',
  },
  {
    capture: 'zeek-tcp-syslog-nontransparent',
    theirs: ['rsh'],
    ours: 'syslog',
    right: 'endreason',
    because: 'lines of syslog with priority and date; the judge goes by TCP port 514',
  },
  {
    capture: 'markofu-evilprogram',
    theirs: ['dcerpc'],
    ours: 'mssql-mon',
    right: 'endreason',
    because:
      'a request for an instance (type 4) to port 1434, overlong: the worm of 2003; the judge takes its first byte for DCE version 4',
  },
  { capture: 'tcpdump-babel', theirs: ['kerberos'], ours: null, right: 'endreason', because: BY_PORT },
  { capture: 'ppa3-tcp_dupack', theirs: ['http'], ours: null, right: 'both', because: CUT },
  { capture: 'ndpi-anyconnect', theirs: ['tls'], ours: null, right: 'both', because: CUT },
  { capture: 'ssh-snaplen68', theirs: ['ssh'], ours: null, right: 'both', because: CUT },
  {
    capture: 'tls_multiple_synack',
    theirs: ['tls', 'TLS'],
    ours: null,
    right: 'both',
    because:
      'the SYN-ACKs are more than 10 s apart: the session has left the table (tcp-handshake, firewall-model 3.2), and what comes later finds none',
  },
  {
    capture: 'tcpdump-resp_3_malicious',
    theirs: ['resp'],
    ours: null,
    right: 'both',
    because: 'replies of Redis sent by a client, to be refused: by the port alone they are Redis',
  },
  {
    capture: 'ndpi-jabber',
    theirs: ['Jabber'],
    ours: null,
    right: 'endreason',
    because: 'binary records on port 5223, no XML at all: another messenger, by its port',
  },
  { capture: 'arkime-arkime_synthetic', theirs: ['snmp'], ours: null, right: 'both', because: BROKEN },
  {
    capture: 'arkime-arkime_synthetic',
    theirs: ['mysql', 'rpc', 'kerberos', 'oracle', 'tns'],
    ours: null,
    right: 'both',
    because: BROKEN,
  },
  {
    capture: 'arkime-arkime_synthetic',
    theirs: ['smb', 'nbss'],
    ours: null,
    right: 'judge',
    because:
      'a NEGOTIATE that is never answered: the name waits for the version that the answer would tell; the firewall would show the base application',
  },
  {
    capture: 'arkime-arkime_synthetic',
    theirs: ['dns'],
    ours: null,
    right: 'endreason',
    because: 'VXLAN-GPE on port 4790 with DNS inside; the session is the tunnel',
  },
  {
    capture: 'arkime-long-session',
    theirs: ['http'],
    ours: null,
    right: 'endreason',
    because: 'the client sends `GET` and no target: too little to name anything',
  },
  { capture: 'ndpi-fuzz', theirs: ['HTTP', 'http'], ours: null, right: 'both', because: BROKEN },
  {
    capture: 'zeek-mixed-vlan-mpls',
    theirs: ['http'],
    ours: null,
    right: 'judge',
    because: 'a request of HTTP/0.9, without a version: too little to tell from any other line of text',
  },
  { capture: 'ndpi-tftp', theirs: ['tftp'], ours: null, right: 'both', because: BROKEN },
  {
    capture: 'ndpi-bittorrent_tcp_miss',
    theirs: ['BitTorrent', 'bittorrent'],
    ours: null,
    right: 'endreason',
    because: 'encrypted from the first byte (message stream encryption): the judges go by port 6881',
  },
  {
    capture: 'ndpi-teamviewer',
    theirs: ['wg'],
    ours: null,
    right: 'endreason',
    because: 'TeamViewer: its first datagrams are no message of WireGuard',
  },
  {
    capture: 'pcapplusplus-gtpv2',
    theirs: ['gtp'],
    ours: null,
    right: 'endreason',
    because: 'GTP does not run over TCP (3GPP TS 29.274 4.4)',
  },
  {
    capture: 'pgsql-events-UnknownMessage',
    theirs: ['pgsql'],
    ours: null,
    right: 'endreason',
    because: BY_PORT,
  },
  { capture: 'zeek-contentline-rlogin', theirs: ['rlogin'], ours: null, right: 'both', because: BROKEN },
  {
    capture: 'zeek-finger-long',
    theirs: ['finger'],
    ours: null,
    right: 'judge',
    because: 'a name of 1300 letters, an attack on the server; the signature takes names of up to 64',
  },
  {
    capture: 'zeek-syslog-missing-pri',
    theirs: ['syslog'],
    ours: null,
    right: 'endreason',
    because: BY_PORT,
  },
  {
    capture: 'zeek-dce-rpc-mapi',
    theirs: ['msnms'],
    ours: null,
    right: 'judge',
    because: 'MSN Messenger has no signature here',
  },
];

/** The entry that argues a comparison in which we and the judge differ. */
export function argueName(comparison: Comparison): ArguedName | undefined {
  return ARGUED_NAMES.find(
    (row) =>
      comparison.capture.includes(row.capture) &&
      comparison.conversation.includes(row.conversation ?? '') &&
      row.theirs.some((word) => comparison.theirs.startsWith(word)) &&
      row.ours === comparison.ours,
  );
}
