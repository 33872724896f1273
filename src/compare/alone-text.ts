/** Why something stands on one side only, in a sentence with its numbers. */
import { addressOf } from './address-book.ts';
import type { AloneRow, AloneSession, Cause } from './alone.ts';
import { logWindow, ROW_CAUSES, SESSION_CAUSES, startOfRow, takenSession } from './alone.ts';
import { type Clock, toLog } from './clock-fit.ts';
import { clockOfRow } from './clocks.ts';
import type { Comparison } from './comparison.ts';
import { isOfAMoment, isUntimed } from './end-fit.ts';
import { NONE } from './tuple-index.ts';

/** A moment on the log's clock as a log shows it. @param clock the row's, or that of most rows */
export function logMoment(
  comparison: Comparison,
  captureTime: number,
  clock: Clock = comparison.fit.clock,
): string {
  return wallText(toLog(clock, captureTime) + clock.zone);
}

export function wallText(seconds: number): string {
  const date = new Date(Math.floor(seconds) * 1000);
  return Number.isNaN(date.getTime())
    ? String(seconds)
    : date.toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
}

type SaySession = (comparison: Comparison, session: number) => string;
type SayRow = (comparison: Comparison, row: number) => string;

const endOf = (c: Comparison, session: number): string => logMoment(c, c.sides.store.end.cells[session]!);
const logEdge = (c: Comparison, edge: 'first' | 'last'): string => {
  const window = logWindow(c.sides.generated);
  return window === null ? 'never' : logMoment(c, window[edge]);
};
const timerOf = (c: Comparison, session: number): string => {
  const { timerName, timerSeconds } = c.sides.store.wordsOf(session);
  return `${timerName} (${timerSeconds} s)`;
};

const midstream = (c: Comparison, session: number): string =>
  c.sides.store.wordsOf(session).midstream
    ? '; it began before the capture, and a firewall that started with it drops it as non-SYN without a log'
    : '';

/** By cause of alone.ts. */
const SESSION_TEXTS: ReadonlyMap<Cause, SaySession> = new Map<Cause, SaySession>([
  [
    SESSION_CAUSES.open,
    (c, s) =>
      `still open at the end of the capture: ${timerOf(c, s)} runs until ${endOf(c, s)} on the log's clock, and a session is logged when it ends`,
  ],
  [
    SESSION_CAUSES.before,
    (c, s) =>
      `it ended at ${endOf(c, s)} on the log's clock, before the log begins at ${logEdge(c, 'first')}`,
  ],
  [
    SESSION_CAUSES.after,
    (c, s) =>
      `its log is due at ${endOf(c, s)}, when ${timerOf(c, s)} is over; the log ends at ${logEdge(c, 'last')}`,
  ],
  [SESSION_CAUSES.notLogged, () => 'its rule does not log the end of a session'],
  [
    SESSION_CAUSES.otherTime,
    (c, s) =>
      `the log has these hosts and ports at other times only; a row was due at ${endOf(c, s)}${midstream(c, s)}`,
  ],
  [
    SESSION_CAUSES.otherPort,
    (c, s) =>
      `the log has other traffic of these hosts and none of these ports; a row was due at ${endOf(c, s)}: its rule does not log, the packets did not pass the firewall, or it refused them without a log${midstream(c, s)}`,
  ],
  [
    SESSION_CAUSES.missing,
    (c, s) =>
      `the log has nothing between these hosts; a row was due at ${endOf(c, s)}: no rule logged it, the packets did not pass the firewall, or the log was filtered${midstream(c, s)}`,
  ],
  [
    SESSION_CAUSES.untimedLog,
    () =>
      'no row is of this session, and none says when it was written: the log may begin later or end before',
  ],
  [SESSION_CAUSES.emptyLog, () => 'the log has no traffic row'],
]);

const clockAt = (c: Comparison, row: number): Clock => clockOfRow(c.fit, row);
const startOf = (c: Comparison, row: number): string => {
  const { rows } = c.sides;
  return wallText(Number.isNaN(rows.start[row]!) ? rows.generated[row]! : rows.start[row]!);
};
/** Of a row that does not say when its session began. */
const writtenOf = (c: Comparison, row: number): string => {
  const { rows, timers } = c.sides;
  const elapsed = rows.elapsed[row]!;
  const timer = isOfAMoment(rows, row) ? '' : `, ${timers.of(row)[0]} s of its timer`;
  return `written ${startOf(c, row)}${timer}${Number.isNaN(elapsed) ? '' : ` and ${elapsed} s elapsed`} before it`;
};
const textAt = (c: Comparison, column: Uint32Array, row: number): string =>
  c.sides.rows.texts[column[row]!] ?? '';
const addressAt = (c: Comparison, column: Int32Array, row: number): string =>
  addressOf(c.sides.rows.addresses, column[row]!);
const tuple = (c: Comparison, row: number): string =>
  `${addressAt(c, c.sides.rows.src, row)} and ${addressAt(c, c.sides.rows.dst, row)}`;

/** Of a row that names no translation, whose client the capture does not know. */
const translation = ({ sides: { rows, tuples } }: Comparison, row: number): string =>
  tuples.src[row] === NONE && rows.natsrc[row] === NONE && rows.natsport[row]! < 0
    ? ', or it was taken behind a translation that the log does not have: then capture in front of it, or log the NAT addresses and ports'
    : '';

/** The session that stands with another row than this one. */
const takenOf = ({ sides }: Comparison, row: number): number => {
  const { index, tuples } = sides;
  const tuple = tuples.tuple[row]!;
  return takenSession(sides, index.sessions.subarray(index.begin[tuple]!, index.begin[tuple + 1]!), row);
};
const takenText: SayRow = (c, r) =>
  `session ${c.sides.store.id.cells[takenOf(c, r)]!} of the capture ${isUntimed(c.sides.rows, r) ? 'ends when it was written' : 'begins when it does'} and stands with another row: a second firewall or virtual system logged the same traffic, or the firewall made two sessions of it`;

const ROW_TEXTS: ReadonlyMap<Cause, SayRow> = new Map<Cause, SayRow>([
  [
    ROW_CAUSES.before,
    (c, r) =>
      `its last packet came before the capture begins, at ${logMoment(c, c.sides.store.span!.first, clockAt(c, r))} on the log's clock (${isUntimed(c.sides.rows, r) ? writtenOf(c, r) : `start ${startOf(c, r)}, elapsed ${c.sides.rows.elapsed[r] || 0} s`})`,
  ],
  [
    ROW_CAUSES.after,
    (c, r) =>
      isUntimed(c.sides.rows, r)
        ? `it began at about ${logMoment(c, startOfRow(c.sides, c.fit, r), clockAt(c, r))} (${writtenOf(c, r)}), after the capture ends at ${logMoment(c, c.sides.store.span!.last, clockAt(c, r))} on the log's clock`
        : `it began at ${startOf(c, r)}, after the capture ends at ${logMoment(c, c.sides.store.span!.last, clockAt(c, r))} on the log's clock`,
  ],
  [
    ROW_CAUSES.refused,
    (c, r) =>
      `the firewall refused it at its first packet (${textAt(c, c.sides.rows.action, r) || 'drop'}), and the capture has no session of it: it was not captured in front of the firewall, or its filter left it out`,
  ],
  [
    ROW_CAUSES.late,
    () =>
      'the packets of these hosts and ports that the capture has at that time came after their session had left the table here: late, and no session of their own; on the firewall it stood longer, or was opened again',
  ],
  [ROW_CAUSES.taken, takenText],
  [
    ROW_CAUSES.takenOtherwise,
    (c, r) => {
      const { rows, store } = c.sides;
      const words = store.wordsOf(takenOf(c, r));
      const action = textAt(c, rows.action, r);
      return `${takenText(c, r)}; this row says ${textAt(c, rows.reason, r)}${action === '' ? '' : ` (${action})`}, and the packets ${words.open ? 'until now ' : ''}${words.reason}`;
    },
  ],
  [
    ROW_CAUSES.otherTime,
    (c, r) =>
      Number.isNaN(c.sides.rows.start[r]!)
        ? `the capture has these hosts and ports, and nothing that ended about when the row was written, ${startOf(c, r)}; it does not say when its session began: the capture has it with another end, missed it, or its filter left it out`
        : `the capture has these hosts and ports at other times, and nothing that begins about ${startOf(c, r)}: it missed the session, or its filter left it out`,
  ],
  [
    ROW_CAUSES.otherPort,
    (c, r) =>
      `the capture has other traffic between ${tuple(c, r)} and none of these ports: it missed the session, or its filter left it out`,
  ],
  [
    ROW_CAUSES.noNatPort,
    (c, r) =>
      `the capture was taken behind the translation of ${addressAt(c, c.sides.rows.src, r)} to ${addressAt(c, c.sides.rows.natsrc, r)}, and the log does not have the translated port: several hosts share that address, so that nothing tells which packets are this row's; capture in front of the translation, or log the NAT source port`,
  ],
  [
    ROW_CAUSES.oneHost,
    (c, r) =>
      `the capture has nothing between ${tuple(c, r)}, of which it knows one: the packets went another way, or its filter left them out${translation(c, r)}`,
  ],
  [
    ROW_CAUSES.noHost,
    (c, r) =>
      `neither ${tuple(c, r).replace(' and ', ' nor ')} is in the capture: it was taken elsewhere, or its filter left them out`,
  ],
  [ROW_CAUSES.emptyCapture, () => 'the capture has no session at all'],
]);

export function sessionExplanation(comparison: Comparison, { session, cause }: AloneSession): string {
  return SESSION_TEXTS.get(cause)!(comparison, session);
}

export function rowExplanation(comparison: Comparison, { row, cause }: AloneRow): string {
  const text = ROW_TEXTS.get(cause)!(comparison, row);
  return comparison.sides.ambiguous.has(row)
    ? `${text}; its hour comes twice, as summer time ends, and nothing tells which one it is: the first is taken`
    : text;
}
