/** One conversation of a workload: who talks to whom, and how far it has come. */
import { mix32 } from './random.ts';

/** What a conversation is; `talks.ts` says what each sends. */
export type FlowKind =
  | 'tcp-fin'
  | 'tcp-client-reset'
  | 'tcp-server-reset'
  | 'tcp-unanswered'
  | 'tcp-refused'
  | 'tcp-left-open'
  | 'tcp-short'
  | 'dns'
  | 'quic'
  | 'ping';

export class Flow {
  kind: FlowKind = 'tcp-fin';
  /** seconds since the capture began, of its next packet */
  at: number;
  /** 4 or 6 */
  version: 4 | 6 = 4;
  /** 802.1Q VLAN id, or 0 */
  vlan = 0;
  clientPort = 0;
  /** of a ping: unused */
  serverPort = 0;
  /** packets sent so far */
  step = 0;
  /** data packets, datagrams or pings it is to have */
  length = 0;
  /** mean seconds between two packets */
  gap = 0;
  clientSeq = 0;
  serverSeq = 0;
  ipId = 0;
  /** IPv4 addresses of the two ends; number of the host, for IPv6 */
  client = 0;
  server = 0;
  /** sum of the 16-bit words of both addresses, for checksums */
  addressSum = 0;

  constructor(at: number) {
    this.at = at;
  }

  /** Host `client` of 10.0.0.0/8 or 2001:db8::/64, host `server` of 93.184.0.0/13 or 2a00:1::/32. */
  setHosts(client: number, server: number): void {
    if (this.version === 4) {
      this.setIpv4(0x0a000001 + client, 0x5db80001 + server * 769);
    } else {
      this.client = client + 1;
      this.server = server + 1;
      this.addressSum =
        IPV6_SUM + halves(this.client) + halves(ipv6ServerNetwork(this.server)) + halves(this.server);
    }
  }

  setIpv4(client: number, server: number): void {
    this.client = client;
    this.server = server;
    this.addressSum = halves(client) + halves(server);
  }
}

/** First words of IPv6 addresses; zeros and the host's number follow, a network of its own for a server. */
export const IPV6_CLIENT_PREFIX = 0x20010db8;
export const IPV6_SERVER_PREFIX = 0x2a000001;

/** Second word of a server's address. */
export function ipv6ServerNetwork(server: number): number {
  return mix32(server);
}

const IPV6_SUM: number = halves(IPV6_CLIENT_PREFIX) + halves(IPV6_SERVER_PREFIX);

function halves(word: number): number {
  return (word >>> 16) + (word & 0xffff);
}
