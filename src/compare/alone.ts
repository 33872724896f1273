/** What stands on one side only, and why: a cause each, of which some are no difference (interface.md, exit status). */

import { toCapture, toLog } from './clock-fit.ts';
import type { Fit } from './comparison.ts';
import { EndFit, isUntimed } from './end-fit.ts';
import type { Matching, Sides } from './matching.ts';
import { NONE } from './tuple-index.ts';

/** Sessions without a row. */
export const SESSION_CAUSES = {
  open: { name: 'still-open', counts: false },
  before: { name: 'before-the-log', counts: false },
  after: { name: 'after-the-log', counts: false },
  notLogged: { name: 'not-logged-by-its-rule', counts: false },
  otherTime: { name: 'logged-at-another-time', counts: true },
  otherPort: { name: 'its-hosts-are-logged', counts: true },
  missing: { name: 'not-in-the-log', counts: true },
  untimedLog: { name: 'log-without-times', counts: true },
  emptyLog: { name: 'no-traffic-in-the-log', counts: true },
} as const;

/** Rows without a session. */
export const ROW_CAUSES = {
  before: { name: 'before-the-capture', counts: false },
  after: { name: 'after-the-capture', counts: false },
  refused: { name: 'refused-by-the-firewall', counts: true },
  late: { name: 'only-late-packets', counts: true },
  taken: { name: 'its-session-has-another-row', counts: true },
  takenOtherwise: { name: 'its-session-has-another-row-and-end', counts: true },
  otherTime: { name: 'captured-at-another-time', counts: true },
  otherPort: { name: 'its-hosts-are-captured', counts: true },
  noNatPort: { name: 'its-translated-port-is-not-logged', counts: true },
  oneHost: { name: 'one-host-is-captured', counts: true },
  noHost: { name: 'no-host-is-captured', counts: true },
  emptyCapture: { name: 'no-session-in-the-capture', counts: true },
} as const;

export interface Cause {
  readonly name: string;
  /** whether it is a difference */
  readonly counts: boolean;
}

export interface AloneSession {
  readonly session: number;
  readonly cause: Cause;
}

export interface AloneRow {
  readonly row: number;
  readonly cause: Cause;
}

/** Start times are whole seconds. */
const SECOND = 1;
const ROUNDING = 0.001;

/** @param order of the sessions */
export function findAlone(
  sides: Sides,
  matching: Matching,
  fit: Fit,
  order: Uint32Array,
): readonly [readonly AloneSession[], readonly AloneRow[]] {
  return [aloneSessions(sides, matching, fit, order), aloneRows(sides, matching, fit)];
}

function aloneSessions(
  { store, index, rows, tuples, generated }: Sides,
  matching: Matching,
  { clock, lag, lagVotes, untimedLag }: Fit,
  order: Uint32Array,
): AloneSession[] {
  const alone: AloneSession[] = [];
  const window = logWindow(generated);
  const usual = Math.max(0, lagVotes > 0 ? lag : untimedLag);
  const logged = once(() => loggedTuples(tuples.tuple, index.tuples));
  const hosts = once(() => hostPairs(tuples.src, tuples.dst, tuples.src.length));
  for (const session of order) {
    if (matching.pairOfSession[session] !== NONE) continue;
    const causeOf = (): Cause => {
      if (store.wordsOf(session).open) return SESSION_CAUSES.open;
      if (window === null) return rows.count === 0 ? SESSION_CAUSES.emptyLog : SESSION_CAUSES.untimedLog;
      const written = Math.floor(toLog(clock, store.end.cells[session]!) + usual);
      const due = toCapture(clock, written + clock.zone);
      if (due > window.last + ROUNDING) return SESSION_CAUSES.after;
      if (due < window.first - SECOND) return SESSION_CAUSES.before;
      if (logged()[index.tupleOf[session]!] === 1) return SESSION_CAUSES.otherTime;
      return hosts().has(pairKey(store.src.cells[session]!, store.dst.cells[session]!))
        ? SESSION_CAUSES.otherPort
        : SESSION_CAUSES.missing;
    };
    alone.push({ session, cause: causeOf() });
  }
  return alone;
}

function aloneRows(sides: Sides, matching: Matching, fit: Fit): AloneRow[] {
  const { store, rows, index, tuples, start } = sides;
  const alone: AloneRow[] = [];
  const { span } = store;
  const hosts = once(() => hostPairs(store.src.cells, store.dst.cells, store.count));
  const addresses = once(() => store.addresses.numbersOf(rows.addresses));
  // the capture has packets of these translated hosts, and without the port nothing tells which are the row's: hosts
  // behind one address use the same server at the same time, and a pair by time and counts alone may be a false one
  const isBehindNat = (row: number): boolean => {
    if (rows.natsrc[row] === NONE || rows.natsport[row]! > 0 || !(rows.sport[row]! > 0)) return false;
    const src = addresses()[rows.natsrc[row]!]!;
    const dst = rows.natdst[row] === NONE ? tuples.dst[row]! : addresses()[rows.natdst[row]!]!;
    return src !== NONE && dst !== NONE && hosts().has(pairKey(src, dst));
  };
  for (let row = 0; row < rows.count; row += 1) {
    if (matching.pairOfRow[row] !== NONE) continue;
    const causeOf = (): Cause => {
      if (span === null) return ROW_CAUSES.emptyCapture;
      const begun = startOfRow(sides, fit, row);
      const last = begun + (rows.elapsed[row]! || 0) + SECOND;
      if (begun > span.last) return ROW_CAUSES.after;
      if (last < span.first) return ROW_CAUSES.before;
      const tuple = tuples.tuple[row]!;
      if (rows.texts[rows.subtype[row]!] === 'drop') return ROW_CAUSES.refused;
      if (tuple !== NONE) {
        const of = index.sessions.subarray(index.begin[tuple]!, index.begin[tuple + 1]!);
        const taken = takenSession(sides, of, row);
        if (taken !== NONE) {
          return endsOtherwise(sides, row, taken) ? ROW_CAUSES.takenOtherwise : ROW_CAUSES.taken;
        }
        return of.some((session) => store.afterEnd.cells[session]! > 0)
          ? ROW_CAUSES.late
          : ROW_CAUSES.otherTime;
      }
      const src = tuples.src[row]!;
      const dst = tuples.dst[row]!;
      if (src !== NONE && dst !== NONE && hosts().has(pairKey(src, dst))) return ROW_CAUSES.otherPort;
      if (src === NONE && isBehindNat(row)) return ROW_CAUSES.noNatPort;
      return src !== NONE || dst !== NONE ? ROW_CAUSES.oneHost : ROW_CAUSES.noHost;
    };
    alone.push({ row, cause: causeOf() });
  }
  return alone.sort(
    (a, b) =>
      start[a.row]! - start[b.row]! ||
      rows.file[a.row]! - rows.file[b.row]! ||
      rows.line[a.row]! - rows.line[b.row]!,
  );
}

/** Seconds by which clocks of several devices may be apart. */
const DEVICES_APART = 2;

/** When the session of a row began, on the capture's clock: of a row that does not say, by the lag of the others. */
export function startOfRow({ rows, start }: Sides, { untimedLag }: Fit, row: number): number {
  return start[row]! - (isUntimed(rows, row) ? Math.max(0, untimedLag) : 0);
}

/**
 * Of these sessions one that begins when a row does, or of a row that does not say one that ends when it is written:
 * it is the row of another then; NONE where there is none.
 */
export function takenSession(sides: Sides, sessions: Int32Array, row: number): number {
  const { store, rows, start } = sides;
  if (isUntimed(rows, row)) {
    const fit = new EndFit(sides);
    return sessions.find((session) => fit.endsWith(session, row)) ?? NONE;
  }
  const found = sessions.find(
    (session) => Math.abs(store.first.cells[session]! - start[row]!) <= DEVICES_APART,
  );
  return found ?? NONE;
}

/** Whether a row has another end reason than the packets of this session. */
function endsOtherwise({ rows, store }: Sides, row: number, session: number): boolean {
  const reason = rows.texts[rows.reason[row]!] ?? '';
  return reason !== '' && reason !== 'n/a' && reason !== store.wordsOf(session).reason;
}

/** On the capture's clock, from the log's first row to its last; null where it has none with a time. */
export function logWindow(generated: Float64Array): { readonly first: number; readonly last: number } | null {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const time of generated) {
    if (time < first) first = time;
    if (time > last) last = time;
  }
  return first <= last ? { first, last } : null;
}

/** Pairs of hosts; addresses that the capture does not have are left out. */
function hostPairs(src: Int32Array, dst: Int32Array, count: number): ReadonlySet<number> {
  const hosts = new Set<number>();
  for (let at = 0; at < count; at += 1) {
    if (src[at] !== NONE && dst[at] !== NONE) hosts.add(pairKey(src[at]!, dst[at]!));
  }
  return hosts;
}

/** Worked out when it is first asked for: mostly nobody does. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function loggedTuples(tuple: Int32Array, tuples: number): Uint8Array {
  const logged = new Uint8Array(tuples);
  for (const each of tuple) if (each !== NONE) logged[each] = 1;
  return logged;
}

/** Of two hosts, whichever comes first. Numbers of the address book are below 2^26. */
function pairKey(a: number, b: number): number {
  return a < b ? a * 0x4000000 + b : b * 0x4000000 + a;
}
