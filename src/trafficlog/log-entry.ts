/** One TRAFFIC log of an ended session, and how the firewall folds those of pings into one. */
import type { Time } from '../capture/time.ts';
import { addSeconds, addTime, compareTime, subtractTime } from '../capture/time.ts';

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

/** A line on its way into the log: one session's, or that of pings while others may still join. */
interface Waiting {
  readonly entry: LogEntry;
  /** end of the first session that is folded in it */
  readonly since: Time;
  /** nothing joins from this time on; null: nothing ever does */
  readonly joinable: Time | null;
}

/**
 * Folds ICMP logs with the same source, destination, application and subtype that start within 5 s of
 * the first: counts are sums, start and session id are the first one's, the time of the log the last one's.
 *
 * Takes entries in the order in which sessions ended and gives lines in the order of their own time, so
 * that what ends while pings may still join waits behind them. It waits at most for as long as the first
 * ping was in the table and those 5 s.
 */
export class PingFolder {
  /** in the order of the lines */
  private readonly waiting = new Set<Waiting>();
  private readonly folding = new Map<string, Waiting>();

  /** Gives what may be logged now that `entry` has ended. */
  add(entry: LogEntry): readonly LogEntry[] {
    if (FOLDED_PROTOCOLS.has(entry.proto) && entry.subtype !== 'drop') this.fold(entry);
    else this.waiting.add({ entry, since: entry.generated, joinable: null });
    return this.release(entry.generated);
  }

  /** What is still held when nothing more will come. */
  flush(): readonly LogEntry[] {
    const rest = [...this.waiting].map(({ entry }) => entry);
    this.waiting.clear();
    this.folding.clear();
    return rest;
  }

  private fold(entry: LogEntry): void {
    const key = foldKey(entry);
    const before = this.folding.get(key);
    const joins =
      before !== undefined && compareTime(entry.start, addSeconds(before.entry.start, FOLD_SECONDS)) < 0;
    if (joins) this.waiting.delete(before);
    const lifetime = subtractTime(entry.generated, entry.start);
    const line: Waiting = joins
      ? { ...before, entry: folded(before.entry, entry) }
      : {
          entry,
          since: entry.generated,
          joinable: addSeconds(addTime(entry.generated, lifetime), FOLD_SECONDS),
        };
    this.folding.set(key, line);
    this.waiting.add(line);
  }

  private release(now: Time): readonly LogEntry[] {
    const due: LogEntry[] = [];
    for (const line of this.waiting) {
      if (this.mayGrow(line, now)) break;
      this.waiting.delete(line);
      if (this.isFolding(line)) this.folding.delete(foldKey(line.entry));
      due.push(line.entry);
    }
    return due;
  }

  /** A printed time that steps back belongs to a clock that was set: nobody can say what it will reach. */
  private mayGrow(line: Waiting, now: Time): boolean {
    if (line.joinable === null || !this.isFolding(line)) return false;
    return compareTime(now, line.joinable) < 0 && compareTime(line.since, now) <= 0;
  }

  private isFolding(line: Waiting): boolean {
    return line.joinable !== null && this.folding.get(foldKey(line.entry)) === line;
  }
}

function foldKey({ src, dst, app, subtype }: LogEntry): string {
  return [src, dst, app, subtype].join(' ');
}

/** A late answer may let the ping that started first end after the next one. */
function folded(line: LogEntry, next: LogEntry): LogEntry {
  return {
    ...(compareTime(next.start, line.start) < 0 ? next : line),
    generated: next.generated,
    repeatCount: line.repeatCount + next.repeatCount,
    bytesSent: line.bytesSent + next.bytesSent,
    bytesReceived: line.bytesReceived + next.bytesReceived,
    packetsSent: line.packetsSent + next.packetsSent,
    packetsReceived: line.packetsReceived + next.packetsReceived,
  };
}
