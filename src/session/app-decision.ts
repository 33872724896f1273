/**
 * App-ID's decision for one session, step by step as payload arrives (firewall-model 5). Both engines
 * ask it for as long as a session is undecided, and never again after.
 */
import {
  type Identified,
  identifyDatagram,
  identifyStream,
  identifyStreamAmong,
  streamGroups,
} from '../firewall/app-id/identify.ts';
import { OVER_TLS } from '../firewall/app-id/tls-alert.ts';
import { clientHelloServerName, isWholeHello } from '../firewall/app-id/tls-server-name.ts';
import { HEAD_BYTES, StreamHead } from './stream-head.ts';

export interface AppLimits {
  /** payload packets and bytes after which, both reached without a match, App-ID gives up */
  readonly maxPackets: number;
  readonly maxBytes: number;
}

/** What the kernel has kept of one side: of its stream, or of its last datagram. */
export interface KeptSide {
  /** sequence number of the first byte; no matter for datagrams */
  readonly base: number;
  /** wire bytes seen, without a hole */
  readonly wireLength: number;
  /** captured bytes, without a hole, at most HEAD_BYTES */
  readonly head: Uint8Array;
}

/** What it has kept of a session; a side is null where it has not begun. */
export interface KeptPayload {
  readonly sides: readonly [client: KeptSide | null, server: KeptSide | null];
  /** that have been counted */
  readonly packets: number;
  readonly bytes: number;
}

interface PreviousDatagram {
  readonly payload: Uint8Array;
  readonly wireLength: number;
  readonly fromClient: boolean;
}

const NOTHING = new Uint8Array(0);

/** Of a side that has said nothing. */
const NO_HEAD = new StreamHead(0);

/** Heads whose session is decided: their buffers serve the next ones. */
const pool: StreamHead[] = [];
const MOST_POOLED = 1024;

function headFromPool(base: number): StreamHead {
  const head = pool.pop();
  if (head === undefined) return new StreamHead(base);
  head.begin(base);
  return head;
}

/**
 * Names a TCP session by its first payload, which is all that has been said and stands at the start of its
 * side's stream: what a new decision would say of it. Null: it takes a decision that can be kept.
 */
export function nameBySegment(
  fromClient: boolean,
  payload: Uint8Array,
  clientPort: number,
  serverPort: number,
): Identified | null {
  const head = payload.length > HEAD_BYTES ? payload.subarray(0, HEAD_BYTES) : payload;
  const c2s = fromClient ? head : NOTHING;
  const found = identifyStream({ c2s, s2c: fromClient ? NOTHING : head, clientPort, serverPort });
  return found === null || mayStillNameServer(found, c2s) ? null : found;
}

/** A TLS session is named by its first bytes; its server name may stand in a later segment. */
function mayStillNameServer({ app, serverName }: Identified, c2s: Uint8Array): boolean {
  return OVER_TLS.has(app) && serverName === null && !isWholeHello(c2s);
}

/** What is kept of a session until its application is decided. */
export class AppDecision {
  /** application, or null while undecided */
  app: string | null = null;
  serverName: string | null = null;
  payloadPackets = 0;
  payloadBytes = 0;
  /** a TLS session is named by its first bytes; its server name may stand in a later segment */
  private wantsServerName = false;
  /** the datagram before of each side, for signatures that need two: in a call the sides take turns */
  private previous: [client: PreviousDatagram | null, server: PreviousDatagram | null] = [null, null];
  private heads: [client: StreamHead | null, server: StreamHead | null] = [null, null];
  private readonly limits: AppLimits;

  constructor(limits: AppLimits) {
    this.limits = limits;
  }

  /** Whether payload may still tell something. */
  get asks(): boolean {
    return this.app === null || this.wantsServerName;
  }

  /** Names the application without looking at payload. */
  decide(app: string): void {
    this.app = app;
    this.letGo();
  }

  /** Goes on where the kernel could not name anything yet; for a new decision. The bytes are taken over. */
  resume(isTcp: boolean, { sides, packets, bytes }: KeptPayload): void {
    this.payloadPackets = packets;
    this.payloadBytes = bytes;
    for (const [side, kept] of sides.entries()) {
      if (kept === null) continue;
      const { base, wireLength, head } = kept;
      if (isTcp) {
        const stream = headFromPool(base);
        stream.resume(base, wireLength, head);
        this.heads[side] = stream;
      } else {
        this.previous[side] = { payload: head, wireLength, fromClient: side === 0 };
      }
    }
  }

  /**
   * Sets where a side's payload stream begins: the first segment of that side tells, and a SYN (a new
   * attempt on the same ports) tells better while no payload has come.
   */
  begin(fromClient: boolean, firstSeq: number, isSyn: boolean): void {
    const side = fromClient ? 0 : 1;
    if (!this.asks || (this.heads[side] !== null && !(isSyn && this.payloadPackets === 0))) return;
    const before = this.heads[side];
    if (before !== null) before.begin(firstSeq);
    else this.heads[side] = headFromPool(firstSeq);
  }

  /**
   * Takes the payload of a TCP segment. A SYN's own payload (RFC 7413) is kept for the signatures but
   * is not counted: only payload after the handshake makes a session more than `incomplete`.
   */
  segment(
    fromClient: boolean,
    seq: number,
    wireLength: number,
    payload: Uint8Array,
    onSyn: boolean,
    clientPort: number,
    serverPort: number,
  ): void {
    if (!this.asks) return;
    this.begin(fromClient, seq, onSyn);
    const fresh = this.heads[fromClient ? 0 : 1]!.add(seq, wireLength, payload, !onSyn);
    if (this.wantsServerName) {
      this.readServerName(fromClient);
      return;
    }
    if (fresh === 0) return;
    this.count(fresh);
    this.settle(this.identify(clientPort, serverPort), 'unknown-tcp');
  }

  /** Most payload that nothing names is told by its first bytes: then no view of it is made. */
  private identify(clientPort: number, serverPort: number): Identified | null {
    const c2s = this.heads[0] ?? NO_HEAD;
    const s2c = this.heads[1] ?? NO_HEAD;
    const groups = streamGroups(
      c2s.bytes,
      c2s.contiguousBytes,
      s2c.bytes,
      s2c.contiguousBytes,
      clientPort,
      serverPort,
    );
    if (groups === null) return null;
    return identifyStreamAmong(groups, {
      c2s: c2s.contiguous(),
      s2c: s2c.contiguous(),
      clientPort,
      serverPort,
    });
  }

  /** Takes a UDP datagram, in the direction it travelled. */
  datagram(fromClient: boolean, wireLength: number, payload: Uint8Array, sport: number, dport: number): void {
    if (this.app !== null || wireLength === 0) return;
    this.count(wireLength);
    const side = fromClient ? 0 : 1;
    const previous = this.previous[side];
    this.settle(identifyDatagram({ payload, wireLength, sport, dport, fromClient, previous }), 'unknown-udp');
    // A copy: the payload is a view into a whole chunk of the capture.
    if (this.app === null) {
      this.previous[side] = { payload: payload.slice(0, HEAD_BYTES), wireLength, fromClient };
    }
  }

  private count(bytes: number): void {
    this.payloadPackets += 1;
    this.payloadBytes += bytes;
  }

  private settle(found: Identified | null, givenUp: string): void {
    if (found !== null) {
      this.app = found.app;
      this.serverName = found.serverName;
      this.wantsServerName = mayStillNameServer(found, this.heads[0]?.contiguous() ?? NOTHING);
      if (!this.wantsServerName) this.letGo();
    } else if (this.payloadPackets >= this.limits.maxPackets && this.payloadBytes >= this.limits.maxBytes) {
      this.decide(givenUp);
    }
  }

  /** Asked again for each segment of the client until the hello is whole, the server answers, or the head is full. */
  private readServerName(fromClient: boolean): void {
    const hello = this.heads[0]?.contiguous() ?? NOTHING;
    this.serverName = clientHelloServerName(hello);
    this.wantsServerName = fromClient && this.serverName === null && hello.length < HEAD_BYTES;
    if (!this.wantsServerName) this.letGo();
  }

  /** Nothing more will come: what was kept of the payload is let go. */
  letGo(): void {
    for (let side = 0; side < 2; side += 1) {
      const head = this.heads[side] ?? null;
      if (head !== null && pool.length < MOST_POOLED) pool.push(head);
      this.heads[side] = null;
      this.previous[side] = null;
    }
  }

  /** As new, for another session. */
  reset(): void {
    this.letGo();
    this.app = null;
    this.serverName = null;
    this.payloadPackets = 0;
    this.payloadBytes = 0;
    this.wantsServerName = false;
  }
}
