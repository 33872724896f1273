/** `timeouts` as JSON (interface.md "timeouts, as JSON"). */
import type { RevealedTimer } from '../compare/reveal-timer.ts';
import { addressText } from '../decode/address.ts';
import { protocolName } from '../decode/protocol-names.ts';
import type { AllSessions } from '../verdict/timeouts/all-sessions.ts';
import { milliseconds } from '../verdict/timeouts/idle.ts';
import type { SessionTimeout } from '../verdict/timeouts/session.ts';
import { heldSockets } from '../verdict/timeouts/sockets.ts';
import type { Change, End } from '../verdict/timeouts/what-if.ts';
import { jsonDocument } from './json.ts';
import type { LogSide } from './log-side.ts';
import { hasSwappedPorts } from './session-row.ts';
import { rfc3339 } from './time-text.ts';

/** Keys in the order of interface.md. */
export interface TimeoutRow {
  readonly sessionid: number;
  readonly timer: string;
  readonly timeout: number;
  readonly verdict: string;
  readonly expired_at: string | null;
  readonly longest_idle: number;
  readonly margin: number;
  readonly after_end: number | null;
  readonly after_end_first: string | null;
  readonly after_end_answered: boolean;
  readonly keepalive_interval: number | null;
  readonly advice: string | null;
}

/** The log's side of a session, where a log was given; null where it has no row of it. */
interface LogRowDocument {
  readonly file: string;
  readonly line: number;
  readonly session_end_reason: string | null;
  readonly tracker_stage: string | null;
  readonly revealed_timer: RevealedTimer | null;
}

/** The same capture under the timers as configured. */
export interface WhatIf {
  /** seconds by name, as `--timeout` gave them */
  readonly timeouts: Readonly<Record<string, number>>;
  readonly changes: readonly Change[];
}

export function timeoutRow(session: SessionTimeout): TimeoutRow {
  const { facts, idle, verdict, expiredAt, afterEndFirst } = session;
  const idleMs = milliseconds(idle.length);
  return {
    sessionid: facts.id,
    timer: idle.timerName,
    timeout: idle.timerSeconds,
    verdict,
    expired_at: expiredAt === null ? null : rfc3339(expiredAt),
    longest_idle: idleMs / 1000,
    margin: (idle.timerSeconds * 1000 - idleMs) / 1000,
    after_end: facts.afterEnd,
    after_end_first: afterEndFirst === null ? null : rfc3339(afterEndFirst),
    after_end_answered: session.answered,
    keepalive_interval:
      session.keepaliveInterval === null ? null : Math.floor(session.keepaliveInterval * 1000 + 0.5) / 1000,
    advice: session.advice,
  };
}

function logRow(side: LogSide | undefined): LogRowDocument | null {
  if (side === undefined) return null;
  const { file, line, reason, stage, revealed } = side;
  return { file, line, session_end_reason: reason, tracker_stage: stage, revealed_timer: revealed };
}

/**
 * @param whatIf null without `--timeout`, or where the input cannot be read twice
 * @param log by session id; null without `--log`: then the sessions have no key for it
 */
export function timeoutsJson(
  all: AllSessions,
  whatIf: WhatIf | null,
  log: ReadonlyMap<number, LogSide> | null,
): Iterable<string> {
  const rows = function* (): Generator<string> {
    for (const session of all.sessions) {
      const row = timeoutRow(session);
      yield JSON.stringify(log === null ? row : { ...row, log: logRow(log.get(session.facts.id)) });
    }
  };
  return jsonDocument({}, 'sessions', rows(), () => ({
    summary: all.summary().map(({ timer, timeout, expired, expiredThenTraffic, smallestSufficient }) => ({
      timer,
      timeout,
      expired,
      expired_then_traffic: expiredThenTraffic,
      smallest_sufficient: smallestSufficient,
    })),
    hosts: heldSockets(all).map(({ host, sockets, peak, peakAt, atEnd, proven, told, course }) => ({
      host,
      sockets,
      peak,
      peak_at: rfc3339(peakAt),
      at_end: atEnd,
      proven,
      told_by_reset: told,
      course: course.map(({ at, held }) => ({ time: rfc3339(at), sockets: held })),
    })),
    what_if:
      whatIf === null
        ? null
        : { timeouts: whatIf.timeouts, changes: whatIf.changes.map((change) => changeRow(change)) },
  }));
}

function changeRow({ facts, before, after, note }: Change): Readonly<Record<string, unknown>> {
  const { version, src, dst, proto } = facts;
  const swapped = hasSwappedPorts(facts);
  return {
    sessionid: after?.id ?? null,
    start: rfc3339(facts.first.time),
    src: addressText(src, version),
    dst: addressText(dst, version),
    sport: swapped ? facts.dport : facts.sport,
    dport: swapped ? facts.sport : facts.dport,
    proto: protocolName(proto),
    before: endRow(before),
    after: endRow(after),
    note,
  };
}

function endRow(end: End | null): Readonly<Record<string, unknown>> | null {
  if (end === null) return null;
  return {
    session_end_reason: end.reason,
    end: end.end === null ? null : rfc3339(end.end),
    timer: end.timerName,
    timeout: end.timerSeconds,
  };
}
