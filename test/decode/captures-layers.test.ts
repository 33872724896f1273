/** Reassembly, tunnels and switch tags over public captures, against tshark and against tcpdump's own expectations. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readCaptureBytes } from '../../src/capture/read-bytes.ts';
import type { PacketRecord } from '../../src/capture/record.ts';
import { addressText } from '../../src/decode/address.ts';
import { Decoder, type LostFragments, makeDecodedPacket } from '../../src/decode/decode.ts';
import type { DecodedPacket } from '../../src/decode/packet.ts';
import { readTshark, reasonToSkip, sharedCapture, type TsharkRow } from './tshark.ts';

const skipReason = reasonToSkip();
if (skipReason !== null) console.warn(`captures-layers.test.ts is skipped: ${skipReason}`);

const recordsOf = (file: string): PacketRecord[] =>
  readCaptureBytes(readFileSync(sharedCapture(file)), file).records;

/** The packets of each record, the outer one first, as long as they have a key. */
function decodeLayers(
  file: string,
  visit: (layers: DecodedPacket[], index: number) => void,
): LostFragments[] {
  const lost: LostFragments[] = [];
  const decoder = new Decoder({ verifyChecksums: false }, { lost: (one) => lost.push(one), counter() {} });
  const packets = Array.from({ length: 12 }, makeDecodedPacket);
  recordsOf(file).forEach((record, index) => {
    decoder.decode(record, record.time, packets[0]!);
    let depth = 1;
    while (decoder.inner(packets[depth - 1]!, packets[depth]!)) depth += 1;
    visit(packets.slice(0, depth), index);
  });
  decoder.finish();
  return lost;
}

/** `a[port] > b[port]` of each IP header, outermost first; what an ICMP error quotes is no layer. */
function tsharkLayers(row: TsharkRow): string[] {
  const taken = new Map<string, number>();
  const take = (field: keyof TsharkRow): string => {
    const index = taken.get(field) ?? 0;
    taken.set(field, index + 1);
    return row[field][index] ?? '?';
  };
  const ends: { src: string; dst: string; ports: [string, string] }[] = [];
  for (const layer of row['frame.protocols'][0]?.split(':') ?? []) {
    if (layer === 'ip' || layer === 'ipv6') {
      ends.push({ src: take(`${layer}.src`), dst: take(`${layer}.dst`), ports: ['', ''] });
    } else if (layer === 'tcp' || layer === 'udp' || layer === 'sctp') {
      ends.at(-1)!.ports = [take(`${layer}.srcport`), take(`${layer}.dstport`)];
    } else if (layer === 'icmp' || layer === 'icmpv6') break;
  }
  return ends.map(({ src, dst, ports }) => `${src}[${ports[0]}] > ${dst}[${ports[1]}]`);
}

function ourLayers(layers: readonly DecodedPacket[]): string[] {
  return layers
    .filter(({ cause }) => cause === null)
    .map(({ src, dst, version, proto, sport, dport }) => {
      const [from, to] = [6, 17, 132].includes(proto) ? [sport, dport] : ['', ''];
      return `${addressText(src, version)}[${from}] > ${addressText(dst, version)}[${to}]`;
    });
}

describe.skipIf(skipReason !== null)('tshark finds the same packets in tunnels', () => {
  test.each([
    ['ERSPAN I', 'zeek-erspanI.pcap'],
    ['ERSPAN I, VLAN', 'suricata-decode-erspan-typeI-02.pcap'],
    ['ERSPAN II', 'tcpdump-erspan-type-ii-2.pcap'],
    ['ERSPAN II, VXLAN', 'arkime-gre-erspan-vxlan.pcap'],
    ['ERSPAN III', 'zeek-tunnels-gre-erspan3-dot1q.pcap'],
    ['GRE, Ethernet, in fragments', 'zeek-erspan.pcap'],
    ['GRE of all kinds', 'pcapplusplus-GrePackets.pcap'],
    ['GRE, 802.11', 'zeek-tunnels-gre-aruba.pcap'],
    ['GRE in GRE', 'zeek-tunnels-gre-within-gre.pcap'],
    ['GRE in a VLAN', 'suricata-bug-5633-gre-01-gre-udp.pcap'],
    ['PPTP', 'tcpdump-pptp.pcap'],
    ['Geneve', 'suricata-geneve-decoder.pcap'],
    ['Geneve, GRE', 'suricata-bug-6402-01.pcap'],
    ['Geneve, Ethernet', 'libpcap-geneve.pcap'],
    ['Geneve, any source port', 'zeek-tunnels-geneve-47101.pcap'],
    ['Geneve, IPv6', 'tcpdump-gso-ipv4-geneve-ipv6.pcap'],
    ['GTP-U', 'arkime-gtp-iphone.pcap'],
    ['GTP-U over IPv6', 'arkime-ipv6-gtp6.pcap'],
    ['GTP-U in two VLANs', 'ndpi-rtmp.pcap'],
    ['6in4', 'ndpi-6in4tunnel.pcap'],
    ['6in4, FTP', 'pcapplusplus-Ftp.pcap'],
    ['MPLS in UDP', 'tcpdump-mpls-over-udp.pcap'],
    ['Teredo', 'zeek-tunnels-Teredo.pcap'],
    ['Teredo bubbles', 'zeek-tunnels-teredo_bubble_with_payload.pcap'],
    ['AYIYA', 'zeek-tunnels-ayiya3.pcap'],
    ['VXLAN', 'zeek-tunnels-vxlan.pcap'],
    ['VXLAN, IGMP', 'zeek-tunnels-vxlan-encapsulated-igmp-v2.pcap'],
    ['VXLAN, HTTP', 'zeek-tunnels-vxlan-encapsulated-http.pcap'],
    ['VXLAN in a VLAN', 'ndpi-vxlan.pcap'],
    ['all kinds', 'arkime-arkime_synthetic.pcap'],
    ['ESP, none of it readable', 'arkime-ah-esp.pcap', 0],
    ['GTP version 2, control alone', 'pcapplusplus-gtpv2.pcap', 0],
  ])('%s: %s', (_name: string, file: string, least: number = 1) => {
    const rows = readTshark(sharedCapture(file), true);
    let tunnelled = 0;
    decodeLayers(file, (layers, index) => {
      const [outer] = layers as [DecodedPacket];
      if (outer.cause !== null) return;
      expect(ourLayers(layers), `${file} packet ${index + 1}`).toEqual(tsharkLayers(rows[index]!));
      tunnelled += layers.length - 1;
    });
    expect(tunnelled).toBeGreaterThanOrEqual(least);
  });
});

describe.skipIf(skipReason !== null)('tshark reassembles the same datagrams', () => {
  /** 1-based packet to fragments, where a datagram becomes whole */
  const wholes = (file: string): [number, number][] => {
    const list: [number, number][] = [];
    decodeLayers(file, ([packet], index) => {
      if (packet!.frames > 1 && packet!.cause !== 'held') list.push([index + 1, packet!.frames]);
    });
    return list;
  };

  test.each([
    'zeek-erspan.pcap',
    'suricata-defrag-bug-6887-defrag-eth-vlan-ipv6-tcp-frag-eth-vlan-ipv6-tcp.pcap',
    'suricata-defrag-bug-6887-defrag-ipv6-tcp-frag-ip-tcp.pcap',
    'suricata-defrag-bug-6887-defrag-ppp-ipv6-tcp-frag-ppp-ipv6-tcp.pcap',
    'suricata-ipv6-evasion-ipv6-malformed-fragments-24-frag-24.pcap',
    'suricata-ipv6-evasion-ipv6-malformed-fragments-30-frag-30.pcap',
    'suricata-ipv6-evasion-ipv6-malformed-fragments-32-frag-32.pcap',
    'ndpi-fuzz-2006-09-29-28586.pcap',
  ])('%s', (file) => {
    const theirs = readTshark(sharedCapture(file), true).flatMap((row, i): [number, number][] => {
      const count = Number(row['ip.fragment.count'][0] ?? row['ipv6.fragment.count'][0] ?? 0);
      return count > 0 ? [[i + 1, count]] : [];
    });
    expect(wholes(file)).toEqual(theirs);
  });

  test.each([
    // tshark lets overlaps pass, the firewall does not
    ['suricata-ipv6-evasion-ipv6-malformed-fragments-4-frag-4.pcap', 'overlap', 2],
    ['suricata-ipv6-evasion-ipv6-malformed-fragments-17-frag-17.pcap', 'overlap', 2],
    ['suricata-ipv6-evasion-ipv6-malformed-fragments-18-frag-18.pcap', 'overlap', 2],
    // its last fragment is a ping of death
    ['suricata-ipv6-evasion-ipv6-malformed-fragments-16-frag-16.pcap', 'captureEnd', 46],
  ])('but not %s (%s)', (file, reason, frames) => {
    expect(wholes(file)).toEqual([]);
    expect(decodeLayers(file, () => {})).toMatchObject([{ reason, frames }]);
  });

  test('a datagram in a datagram', () => {
    expect(wholes('suricata-ipv6-evasion-ipv6-malformed-fragments-35-frag-35.pcap')).toEqual([[9, 4]]);
  });
});

describe.skipIf(skipReason !== null)('tcpdump’s own tests of switch tags, which tshark does not know', () => {
  test.each(['tcpdump-edsa.pcap', 'tcpdump-dsa-high-vid.pcap', 'tcpdump-brcm-tag-prepend.pcap'])(
    '%s',
    (file) => {
      const printed = readFileSync(sharedCapture(`${file}.tcpdump_e.out`), 'utf8')
        .trim()
        .split('\n')
        .map((line) =>
          / ([\d.]+) > ([\d.]+): ICMP echo (request|reply), id (\d+), seq (\d+)/.exec(line)?.slice(1),
        );
      const ours: (string[] | undefined)[] = [];
      decodeLayers(file, ([packet]) => {
        const { cause, src, dst, version, icmpType, sport, dport } = packet!;
        const isReply = icmpType === 0;
        const identifier = isReply ? [dport, sport] : [sport, dport];
        const ends = [addressText(src, version), addressText(dst, version)];
        ours.push(
          cause === null ? [...ends, isReply ? 'reply' : 'request', ...identifier.map(String)] : undefined,
        );
      });
      expect(ours).toEqual(printed);
    },
  );

  test('libpcap-brcm-tag-stp.pcap holds spanning tree', () => {
    const causes: unknown[] = [];
    decodeLayers('libpcap-brcm-tag-stp.pcap', ([packet]) => causes.push(packet!.cause));
    expect(new Set(causes)).toEqual(new Set(['non_ip']));
  });
});
