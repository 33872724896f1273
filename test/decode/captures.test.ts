/**
 * Packet by packet against tshark over public captures: a packet with a key must have tshark's
 * addresses, protocol, ports and TCP fields; a packet without one must be what its cause says.
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readCaptureBytes } from '../../src/capture/read-bytes.ts';
import { addressText } from '../../src/decode/address.ts';
import { decodePacket, makeDecodedPacket } from '../../src/decode/decode.ts';
import { type DecodedPacket, PROTO } from '../../src/decode/packet.ts';
import { readTshark, reasonToSkip, sharedCapture, type TsharkRow } from './tshark.ts';

/** link type, file, what is malformed in it (counter to packets) */
const CAPTURES: [string, string, Record<string, number>?][] = [
  ['Ethernet, TCP', 'joy-sample.pcap'],
  ['Ethernet, IPv4 and IPv6, UDP, IGMP', 'ndpi-teams.pcap'],
  ['Ethernet, all kinds', 'tcpreplay-test.pcap', { flow_parse_ip_martian: 3 }],
  [
    'Ethernet, all kinds and encapsulations',
    'arkime-arkime_synthetic.pcap',
    { flow_parse_l4_len: 1, flow_parse_l4_tcpflags: 3 },
  ],
  ['Ethernet, VLAN', 'arkime-kafka.pcap'],
  ['Ethernet, VLAN, IPv6', 'ndpi-smtp-starttls.pcap'],
  ['Ethernet, stacked VLANs', 'pcapplusplus-VlanPackets.pcap'],
  ['Ethernet, QinQ', 'tcpdump-802.1ad_QinQ.pcap'],
  ['Ethernet, QinQ, TCP', 'pcapplusplus-one_http_stream_rst.pcap'],
  ['Ethernet, MPLS and VLAN', 'zeek-mixed-vlan-mpls.pcap'],
  ['Ethernet, PPPoE', 'arkime-pppoe.pcap'],
  ['Ethernet, LLC and SNAP', 'ndpi-dos_win98_smb_netbeui.pcap'],
  ['Ethernet, IPv6 extension headers', 'pcapplusplus-ipv6_options.pcap'],
  ['Ethernet, IPv6 routing header', 'tcpdump-ipv6-routing-header.pcap'],
  ['Ethernet, IPv6 atomic fragments', 'zeek-ipv6-http-atomic-frag.pcap'],
  [
    'Ethernet, IPv6 fragments in a VLAN',
    'suricata-defrag-bug-6887-defrag-eth-vlan-ipv6-tcp-frag-eth-vlan-ipv6-tcp.pcap',
  ],
  [
    'Ethernet, IPv6 fragments and ICMPv6 errors',
    'suricata-ipv6-evasion-ipv6-malformed-fragments-15-frag-15.pcap',
    { flow_parse_pod: 1 },
  ],
  ['Ethernet, ICMPv6 error quoting extension headers', 'zeek-icmp-icmp6-destunreach-ip6ext-udp.pcap'],
  ['Ethernet, ICMPv6 packet too big', 'zeek-icmp-icmp6-toobig.pcap'],
  ['Ethernet, ICMPv6 redirect', 'zeek-icmp-icmp6-redirect.pcap'],
  ['Ethernet, ping and ICMP errors', 'recorded-udp-closed-port-icmp-unreachable.pcap'],
  ['Ethernet, too short for their headers', 'suricata-decode-too-small.pcap', { flow_parse_l4_hdr: 6 }],
  ['Ethernet, ICMP errors about IGMP', 'markofu-suspicious-time.pcap'],
  ['Ethernet, SCTP', 'arkime-m3ua_synthetic.pcap'],
  ['Ethernet, AH and ESP', 'arkime-ah-esp.pcap'],
  ['Ethernet, 6in4', 'ndpi-6in4tunnel.pcap'],
  ['Ethernet, GRE', 'pcapplusplus-GrePackets.pcap'],
  ['Ethernet, cut by the snapshot length', 'derived-ssh-snaplen68.pcap'],
  ['Ethernet and raw IP in one file', 'derived-ssh-merged-two-linktypes.pcapng'],
  ['raw IP', 'pcapplusplus-raw_ip.pcap'],
  ['raw IP as DLT 12', 'pcapplusplus-four_ipv6_http_streams.pcap'],
  ['IPV4', 'zeek-tcp-timeout-with-pings.pcap'],
  ['IPV6, fragments', 'suricata-defrag-bug-6887-defrag-ipv6-tcp-frag-ip-tcp.pcap'],
  ['IPV6, mobility', 'tcpdump-ipv6_mobility_1.pcap'],
  ['LINUX_SLL', 'pcapplusplus-sll.pcap'],
  ['LINUX_SLL, SCTP', 'tcpdump-forces2.pcap'],
  ['LINUX_SLL2', 'zeek-tls-openjdk-25.0.2-zeek.org.pcap'],
  ['NULL, IPv4 and IPv6', 'zeek-redis-attr.pcap'],
  ['NULL, with an ethertype for a family', 'pcapplusplus-null_loopback.pcap'],
  ['PPP, Cisco HDLC in truth', 'ndpi-BGP_Cisco_hdlc_slarp.pcap'],
  ['PPP', 'ndpi-dlt_ppp.pcap'],
  ['PPP, MPLS', 'tcpdump-mpls-ldp-hello.pcap'],
  ['PPP, IPv6 fragments', 'suricata-defrag-bug-6887-defrag-ppp-ipv6-tcp-frag-ppp-ipv6-tcp.pcap'],
  ['Cisco HDLC, MPLS in it', 'ndpi-BGP_redist.pcap'],
  ['Cisco HDLC, IS-IS', 'libpcap-ISIS_p2p_adjacency.pcap'],
  ['Cisco HDLC, SLARP', 'tcpdump-hdlc_slarp.pcapng'],
  ['frame relay', 'arkime-icmp-frame-relay.pcap'],
  ['frame relay, IPv6', 'tcpdump-OSPFv3_multipoint_adjacencies.pcap'],
  ['frame relay, VRRP', 'tcpdump-vrrp-vrrp_print-oobr.pcap'],
  ['FDDI', 'zeek-llc.pcap'],
  ['ARCNET', 'libpcap-arcnet-rfc1051-arp-icmp-http.pcap'],
  ['802.11', 'libpcap-Network_Join_Nokia_Mobile.pcap'],
  ['802.11, ARP', 'zeek-arp-who-has-wlanmon.pcap'],
  ['802.11 behind radiotap', 'arkime-80211http.pcap'],
  ['802.11 behind radiotap, HT control', 'tcpdump-ieee802.11_htc.pcap'],
  ['802.11 behind radiotap, encrypted', 'libpcap-wpa2linkuppassphraseiswireshark.pcap'],
  ['802.11 behind radiotap of several bit maps', 'libpcap-ieee802.11_exthdr.pcap'],
  ['802.11 behind radiotap, EAPOL', 'ppa3-3e80211_wpaauthfail.pcapng'],
  ['802.11 behind PPI', 'libpcap-http_PPI.pcap'],
  ['NFLOG', 'zeek-nflog-http.pcap'],
  ['NFLOG, an item of a wrong length', 'zeek-nflog-bad-tlv-len.pcap', { flow_rcv_err: 1 }],
  ['PKTAP', 'tcpdump-LINKTYPE_PKTAP.pcap'],
  ['PKTAP as USER2', 'tcpdump-LINKTYPE_USER2_PKTAP.pcap'],
  ['Juniper Ethernet', 'tcpdump-isis_poi2.pcap'],
  ['IEEE 802.15.4', 'scapy-zigbee-join-authenticate.pcap'],
  ['netlink', 'pcapplusplus-microsecs_big_endian.pcap'],
  ['Ethernet, MPLS', 'arkime-mpls-basic.pcap'],
  ['Ethernet, PPPoE, HTTP', 'suricata-bug-4810-pppoe-session-http.pcap'],
  ['Ethernet, PPPoE in two VLANs', 'ndpi-dns.pcap'],
  ['Ethernet, FabricPath, OSPF', 'suricata-decode-dce.pcap'],
  ['Ethernet, E-tag', 'suricata-decode-etag-01.pcap'],
  ['Ethernet, VN-Tag', 'suricata-decode-vntag-01.pcap'],
  ['Ethernet, VN-Tag between VLANs', 'zeek-vntag_vlan_sandwich_clean.pcap'],
  ['Ethernet, 802.1ah', 'zeek-pbb.pcap'],
  ['Ethernet, NSH', 'tcpdump-nsh.pcap'],
  ['Ethernet, MACsec without encryption', 'tcpdump-macsec-integonly.pcap'],
  ['Ethernet, MACsec, short', 'tcpdump-macsec-short-longer.pcap'],
];

const WITHOUT_CHECKSUMS = { verifyChecksums: false };

const skipReason = reasonToSkip();
if (skipReason !== null) console.warn(`captures.test.ts is skipped: ${skipReason}`);

describe.skipIf(skipReason !== null)('tshark agrees', () => {
  test.each(CAPTURES)('%s: %s', (_name, file, malformed = {}) => {
    const path = sharedCapture(file);
    expect(existsSync(path), `${file} is among the shared captures`).toBe(true);
    const { records } = readCaptureBytes(readFileSync(path), file);
    const rows = readTshark(path);
    expect(rows.length).toBe(records.length);

    const packet = makeDecodedPacket();
    const counted: Record<string, number> = {};
    records.forEach((record, i) => {
      decodePacket(record, packet, WITHOUT_CHECKSUMS);
      const where = `${file} packet ${i + 1}`;
      if (packet.counter !== null) counted[packet.counter] = (counted[packet.counter] ?? 0) + 1;
      else if (packet.cause !== null) expectCause(packet, rows[i]!, where);
      else expect(ourFields(packet), where).toEqual(judgedFields(packet, rows[i]!));
    });
    expect(counted).toEqual(malformed);
  });
});

type Fields = Record<string, string | number | undefined>;

function ourFields(packet: DecodedPacket): Fields {
  const { version, ttl, sport, dport, proto } = packet;
  const common = {
    src: addressText(packet.src, version),
    dst: addressText(packet.dst, version),
    vlan: packet.vlan,
    ttl,
    ...(version === 4 ? { proto, id: packet.ipId } : {}),
  };
  if (proto === PROTO.TCP) {
    const { tcpFlags, seq, ack, window, windowShift, payloadLength } = packet;
    return { ...common, sport, dport, tcpFlags, seq, ack, window, windowShift, payloadLength };
  }
  if (proto === PROTO.UDP) return { ...common, sport, dport, payloadLength: packet.payloadLength };
  if (proto === PROTO.SCTP) return { ...common, sport, dport };
  const { icmpType, icmpCode, embedded } = packet;
  if (icmpType < 0) return common;
  const quoted =
    embedded === null
      ? undefined
      : `${addressText(embedded.src, embedded.version)} ${addressText(embedded.dst, embedded.version)}`;
  return { ...common, icmpType, icmpCode, ...(isEcho(packet) ? { sport, dport } : {}), quoted };
}

/** The same fields out of tshark's row. */
function judgedFields(packet: DecodedPacket, row: TsharkRow): Fields {
  const ip = packet.version === 4;
  const number = (field: keyof TsharkRow): number => Number(row[field][0] ?? -1);
  const sources = row[ip ? 'ip.src' : 'ipv6.src'];
  const destinations = row[ip ? 'ip.dst' : 'ipv6.dst'];
  const common = {
    src: sources[0],
    dst: destinations[0],
    vlan: outerVlan(row),
    ttl: number(ip ? 'ip.ttl' : 'ipv6.hlim'),
    ...(ip ? { proto: number('ip.proto'), id: number('ip.id') } : {}),
  };
  const ports = (name: 'tcp' | 'udp' | 'sctp'): Fields => ({
    sport: number(`${name}.srcport`),
    dport: number(`${name}.dstport`),
  });
  switch (packet.proto) {
    case PROTO.TCP:
      return {
        ...common,
        ...ports('tcp'),
        tcpFlags: number('tcp.flags') & 0xff,
        seq: number('tcp.seq_raw'),
        ack: number('tcp.ack_raw'),
        window: number('tcp.window_size_value'),
        windowShift: number('tcp.options.wscale.shift'),
        payloadLength: number('tcp.len'),
      };
    case PROTO.UDP:
      return { ...common, ...ports('udp'), payloadLength: number('udp.length') - 8 };
    case PROTO.SCTP:
      return { ...common, ...ports('sctp') };
  }
  if (packet.icmpType < 0) return common;
  const icmp = ip ? 'icmp' : 'icmpv6';
  const identifier = number(ip ? 'icmp.ident' : 'icmpv6.echo.identifier');
  const sequence = number(ip ? 'icmp.seq' : 'icmpv6.echo.sequence_number');
  const isReply = packet.icmpType === (ip ? 0 : 129);
  const echo = isReply ? { sport: sequence, dport: identifier } : { sport: identifier, dport: sequence };
  return {
    ...common,
    icmpType: number(`${icmp}.type`),
    icmpCode: number(`${icmp}.code`),
    ...(isEcho(packet) ? echo : {}),
    quoted: packet.embedded === null ? undefined : `${sources[1]} ${destinations[1]}`,
  };
}

const isEcho = ({ version, icmpType }: DecodedPacket): boolean =>
  version === 4 ? icmpType === 8 || icmpType === 0 : icmpType === 128 || icmpType === 129;

/** Of the tags in front of the outermost IP header, the innermost; a tunnel may hold further ones. */
function outerVlan(row: TsharkRow): number {
  const layers = row['frame.protocols'][0]?.split(':') ?? [];
  const network = layers.findIndex((layer) => layer === 'ip' || layer === 'ipv6');
  const tags = layers.slice(0, network).filter((layer) => layer === 'vlan' || layer === 'ieee8021ad');
  const innermost = tags.at(-1);
  const ids = row[innermost === 'ieee8021ad' ? 'ieee8021ad.id' : 'vlan.id'];
  return Number(ids[tags.filter((tag) => tag === innermost).length - 1] ?? -1);
}

function expectCause(packet: DecodedPacket, row: TsharkRow, where: string): void {
  const protocols = row['frame.protocols'][0] ?? '';
  switch (packet.cause) {
    case 'non_ip':
      expect(protocols, where).not.toMatch(/:(ip|ipv6)(:|$)/);
      break;
    case 'unsupported_encapsulation':
      expect(protocols, where).toMatch(/wlan:data$/);
      break;
    case 'fragment_unassembled': {
      const isFragment = row['ip.flags.mf'][0] === '1' || Number(row['ip.frag_offset'][0] ?? 0) > 0;
      expect(isFragment || protocols.includes('ipv6.fraghdr'), where).toBe(true);
      break;
    }
    default:
      expect.fail(`${where}: ${packet.cause} in a capture of a known link type`);
  }
}
