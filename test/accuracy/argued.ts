/** Disagreements with a truth that have been looked at: who is right, and why. */

export interface Argued {
  readonly capture: string;
  /** part of the conversation's name; '' for all of the capture */
  readonly conversation: string;
  readonly right: 'endreason' | 'truth';
  readonly because: string;
}

export const HANDSHAKE_EXPIRED =
  'the SYN-ACKs (or SYNs) are more than 10 s (5 s) apart, so tcp-handshake (tcp-init) has expired between them (firewall-model 3.1, 3.2); what comes later finds no session. The truth does not count these two timers';
const CONTENT_OF_WILDCARD =
  'tshark joins datagrams of several ports to one stream once it has seen them announced by RPC; by ports they are conversations of their own';

export const ARGUED: readonly Argued[] = [
  ...[50190, 50191, 50192, 50193, 50198, 50245, 50291].map((port) => ({
    capture: 'ndpi-gnutella.pcap',
    conversation: `10.0.2.15 ${port}`,
    right: 'endreason' as const,
    because: HANDSHAKE_EXPIRED,
  })),
  {
    capture: 'pcapplusplus-raw_ip.pcap',
    conversation: '10.0.0.1 554',
    right: 'endreason',
    because:
      'the capture holds one direction only. The client acknowledges the SYN of the server and sends data, which proves the handshake (firewall-model 5); the truth asks for the SYN-ACK itself',
  },
  {
    capture: 'zeek-nfs-nfs_write.pcap',
    conversation: '192.168.122.1 50172',
    right: 'endreason',
    because: CONTENT_OF_WILDCARD,
  },
  {
    capture: 'zeek-rpc-portmap-sadmind.pcap',
    conversation: '172.16.115.20 32773',
    right: 'endreason',
    because: CONTENT_OF_WILDCARD,
  },
  {
    capture: 'ndpi-fuzz-2006-09-29-28586.pcap',
    conversation: '170.170.170.170 43690',
    right: 'endreason',
    because:
      'source and destination are the same address and port: land, dropped by the parser (firewall-model 1)',
  },
  ...[
    'eth-vlan-ipv6-tcp-frag-eth-vlan-ipv6-tcp',
    'ipv6-tcp-frag-ip-tcp',
    'ppp-ipv6-tcp-frag-ppp-ipv6-tcp',
  ].map((name) => ({
    capture: `suricata-defrag-bug-6887-defrag-${name}.pcap`,
    conversation: '::1 12345',
    right: 'endreason' as const,
    because:
      'one segment in three fragments: each fragment counts as a packet with its frame bytes; the truth counts a reassembled datagram once, with its last fragment',
  })),
  ...['libpcap-brcm-tag-stp', 'tcpdump-brcm-tag-prepend', 'tcpdump-dsa-high-vid', 'tcpdump-edsa'].map(
    (name) => ({
      capture: `${name}.pcap`,
      conversation: '-',
      right: 'endreason' as const,
      because: 'tshark 4.0 does not know the link type and reads no packet; tcpdump counts the same packets',
    }),
  ),
  {
    capture: 'zeek-cisco-fabric-path.pcap',
    conversation: 'udp ',
    right: 'endreason',
    because:
      'every datagram is there twice, plain and behind a FabricPath tag; tshark gives the second no UDP stream, though it does so for TCP',
  },
  {
    capture: 'arkime-arkime_synthetic.pcap',
    conversation: '10.9.8.1 40100',
    right: 'endreason',
    because:
      'the second datagram says a UDP length of 0: malformed, counted under its cause; the truth leaves it out of the conversation',
  },
  {
    capture: 'tcpdump-esp_truncated.pcap',
    conversation: '0.254.92.182',
    right: 'endreason',
    because:
      'a first fragment whose rest is not in the capture (and whose length is no multiple of 8): fragment_unassembled; tshark dissects it all the same',
  },
  {
    capture: 'tcpdump-lisp_ipv6.pcap',
    conversation: '127.0.0.1 4342',
    right: 'endreason',
    because: 'one end is a loopback address: martian, dropped by the parser (firewall-model 1)',
  },
  {
    capture: 'ndpi-rmcp.pcap',
    conversation: '127.36.88.103',
    right: 'endreason',
    because: 'one end is a loopback address: martian, dropped by the parser (firewall-model 1)',
  },
  {
    capture: 'arkime-ip-boundaries.pcap',
    conversation: '255.255.255.255',
    right: 'endreason',
    because: 'the source is the limited broadcast address: martian, dropped by the parser (firewall-model 1)',
  },
];
