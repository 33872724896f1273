/** One TRAFFIC log of an ended session, and how the firewall folds those of pings into one. */
import type { Time } from '../capture/time.ts';
import { addSeconds, compareTime } from '../capture/time.ts';

/** What a log line says of a session (firewall-model 7.2). */
export interface LogEntry {
  readonly subtype: 'start' | 'end' | 'drop' | 'deny';
  /** when the log was written: the end of the session, its timer included */
  readonly generated: Time;
  readonly src: string;
  readonly dst: string;
  /** 4 or 6 */
  readonly version: number;
  readonly sport: number;
  readonly dport: number;
  readonly proto: string;
  readonly app: string;
  readonly vsys: string;
  readonly from: string | null;
  readonly to: string | null;
  /** interfaces of the two zones, where they are known */
  readonly inbound: string | null;
  readonly outbound: string | null;
  readonly rule: string | null;
  readonly action: string;
  readonly actionSource: string | null;
  /** 0 in a `drop` log: no session was created */
  readonly sessionId: number;
  readonly repeatCount: number;
  /** session around this one, or 0 */
  readonly parentSessionId: number;
  readonly flags: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly packetsSent: number;
  readonly packetsReceived: number;
  readonly start: Time;
  readonly elapsedSeconds: number;
  readonly endReason: string;
}

/** Sessions of one ping are logged together if they start within this time of the first (firewall-model 7.2). */
const FOLD_SECONDS = 5;

const FOLDED_PROTOCOLS: ReadonlySet<string> = new Set(['icmp', 'ipv6-icmp']);

/**
 * Folds ICMP logs with the same source, destination, application and subtype that start within 5 s of
 * the first: counts are sums, the session id is the first one's, the time of the log the last one's.
 * Takes entries in the order in which sessions ended; holds at most one entry a pair of hosts.
 */
export class PingFolder {
  private readonly held = new Map<string, LogEntry>();

  /** Gives what may be logged now that `entry` has ended. */
  add(entry: LogEntry): readonly LogEntry[] {
    const due = this.dueBefore(entry.generated);
    if (!FOLDED_PROTOCOLS.has(entry.proto) || entry.subtype === 'drop') return [...due, entry];
    const key = [entry.src, entry.dst, entry.app, entry.subtype].join(' ');
    const before = this.held.get(key);
    if (before === undefined) {
      this.held.set(key, entry);
      return due;
    }
    if (compareTime(entry.start, addSeconds(before.start, FOLD_SECONDS)) < 0) {
      this.held.set(key, fold(before, entry));
      return due;
    }
    this.held.delete(key);
    this.held.set(key, entry);
    return [...due, before];
  }

  /** What is still held when nothing more will come. */
  flush(): readonly LogEntry[] {
    const rest = [...this.held.values()];
    this.held.clear();
    return rest;
  }

  /** Entries whose fold window is over: any later session starts too late to join. */
  private dueBefore(now: Time): readonly LogEntry[] {
    const due: LogEntry[] = [];
    // Held in the order of their first session, so the first that is not due ends the walk.
    for (const [key, entry] of this.held) {
      if (compareTime(addSeconds(entry.start, FOLD_SECONDS + LONGEST_PING_SECONDS), now) > 0) break;
      this.held.delete(key);
      due.push(entry);
    }
    return due;
  }
}

/** A ping that starts inside the window has ended this long after it, unless its timer was set higher. */
const LONGEST_PING_SECONDS = 60;

function fold(first: LogEntry, next: LogEntry): LogEntry {
  return {
    ...first,
    generated: next.generated,
    repeatCount: first.repeatCount + next.repeatCount,
    bytesSent: first.bytesSent + next.bytesSent,
    bytesReceived: first.bytesReceived + next.bytesReceived,
    packetsSent: first.packetsSent + next.packetsSent,
    packetsReceived: first.packetsReceived + next.packetsReceived,
  };
}
