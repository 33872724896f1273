/**
 * `timeouts` for people: a summary by timer, then what is worth reading, the most striking first, then counts of the
 * rest. Every session is in one section or one count.
 */
import type { Time } from '../capture/time.ts';
import { addressText } from '../decode/address.ts';
import { protocolName } from '../decode/protocol-names.ts';
import type { SessionFacts } from '../session/facts.ts';
import { applicationOf } from '../verdict/application.ts';
import { plural } from '../verdict/plural.ts';
import { onlyCloses } from '../verdict/timeouts/advice.ts';
import type { AllSessions } from '../verdict/timeouts/all-sessions.ts';
import { wasEstablished } from '../verdict/timeouts/decided.ts';
import { firstLate, milliseconds } from '../verdict/timeouts/idle.ts';
import type { Doubt, SessionTimeout } from '../verdict/timeouts/session.ts';
import type { CaptureDocument } from './capture-document.ts';
import { momentText } from './detail-lines.ts';
import { endpointText } from './endpoint-text.ts';
import { hasSwappedPorts } from './session-row.ts';
import { captureLines } from './session-table.ts';
import { rfc3339 } from './time-text.ts';
import { aftermathTexts, type Moment } from './timeouts-aftermath.ts';
import type { WhatIf } from './timeouts-document.ts';
import { adviceBeside, type LogSides, logFindings, logTail, logTexts } from './timeouts-log.ts';
import { hostLines, summaryLines, type TimeoutsTextOptions, type View } from './timeouts-tables.ts';
import { changeLines } from './timeouts-what-if.ts';
import { printable, wrapText } from './wrap.ts';
import type { TextZone } from './zone-time.ts';

/** Sessions of a section that are shown; the JSON has all. */
const MOST_SHOWN = 20;
const MOST_LINES = 10;
/** A session came close to its timer where less than this share of it was left. */
const NEARLY = 0.1;

const DOUBTS: readonly (readonly [doubt: Doubt, title: string, why: string])[] = [
  [
    'packets-missing',
    'cannot be told, packets are missing',
    'a host acknowledged bytes that the capture does not hold, so the gap may be none',
  ],
  [
    'one-direction',
    'cannot be told, one direction only',
    'the other host may have sent packets that were not captured, and each restarts the timer',
  ],
  [
    'still-open',
    'cannot be told, still open',
    'nothing had decided these sessions when the capture ended: it ends in their idle gap',
  ],
];

/** The lines without line ends. */
export function* timeoutsLines(
  capture: CaptureDocument,
  all: AllSessions,
  whatIf: WhatIf | null,
  log: LogSides,
  options: TimeoutsTextOptions,
): Generator<string> {
  const view: View = { ...options, all, log };
  const { paint, width } = options;
  yield* captureLines(capture, options.zone, width);
  yield '';
  yield* summaryLines(view);
  const sorted = sortOut(all);
  yield* section(view, 'EXPIRED, AND A HOST WENT ON', sorted.used, MOST_SHOWN, usedLines);
  yield* hostLines(view);
  const { otherwise, told } = logFindings(all.sessions, log);
  yield* section(view, 'THE LOG SAYS OTHERWISE', otherwise, MOST_SHOWN, loggedLines);
  yield* section(view, 'NOT TOLD BY THE PACKETS, AND LOGGED', told, MOST_LINES, loggedLines);
  yield* section(view, 'EXPIRED, AND THE SAME PORTS WENT ON', sorted.continued, MOST_LINES, continuedLines);
  yield* section(view, 'EXPIRED, NO PACKET FOLLOWED', sorted.unused, MOST_LINES, unusedLines);
  yield* section(view, 'NEARLY EXPIRED', sorted.nearly, MOST_LINES, nearlyLines);
  for (const [doubt, title, why] of DOUBTS) {
    yield* section(view, title.toUpperCase(), sorted.doubtful[doubt], MOST_LINES, doubtfulLines, why);
  }
  if (whatIf !== null) yield* changeLines(whatIf, options);
  if (sorted.harmless.length > 0) {
    yield '';
    yield paint('heading', 'THE REST');
    for (const line of sorted.harmless) yield* wrapText(line, width);
  }
}

interface SortedOut {
  readonly used: readonly SessionTimeout[];
  readonly continued: readonly SessionTimeout[];
  readonly unused: readonly SessionTimeout[];
  readonly nearly: readonly SessionTimeout[];
  readonly doubtful: Readonly<Record<Doubt, readonly SessionTimeout[]>>;
  /** sentences */
  readonly harmless: readonly string[];
}

function sortOut(all: AllSessions): SortedOut {
  const { sessions } = all;
  const expired = sessions.filter(({ verdict }) => verdict === 'expired');
  const tcp = expired.filter(({ facts }) => wasEstablished(facts));
  const used = tcp.filter((session) => all.wasUsedAfterwards(session));
  const datagrams = expired.filter(({ facts }) => facts.tcp === null);
  const continued = datagrams.filter((session) => all.wasUsedAfterwards(session));
  const notExpired = sessions.filter(({ verdict }) => verdict === 'not-expired');
  const nearly = notExpired.filter(
    ({ idle, facts }) =>
      facts.longestGap !== null &&
      !isPassing(idle.timerName) &&
      milliseconds(idle.length) > idle.timerSeconds * 1000 * (1 - NEARLY),
  );
  const inDoubt = sessions.filter(({ doubt, facts }) => doubt !== null && wasEstablished(facts));
  const doubtful = (doubt: Doubt): readonly SessionTimeout[] =>
    inDoubt
      .filter((session) => session.doubt === doubt)
      .sort((a, b) => leftAtEnd(a.facts) - leftAtEnd(b.facts));
  const doubts = sessions.filter(({ doubt }) => doubt !== null).length;
  const count = (number: number, what: string): readonly string[] =>
    number === 0 ? [] : [`${plural(number, 'session')} ${what}`];
  return {
    used: [...used].sort(
      (a, b) =>
        Number(isHarmless(a)) - Number(isHarmless(b)) ||
        Number(a.answered) - Number(b.answered) ||
        (b.facts.afterEnd ?? 0) - (a.facts.afterEnd ?? 0),
    ),
    continued,
    unused: tcp.filter((session) => !all.wasUsedAfterwards(session)),
    nearly: [...nearly].sort((a, b) => leftOf(a) - leftOf(b)),
    doubtful: {
      'still-open': doubtful('still-open'),
      'packets-missing': doubtful('packets-missing'),
      'one-direction': doubtful('one-direction'),
    },
    harmless: [
      ...count(
        datagrams.length - continued.length,
        'without connections (UDP, ICMP and others) expired, which is how they end',
      ),
      ...count(
        expired.length - tcp.length - datagrams.length,
        'of TCP expired before the handshake was complete: there was nothing to hold',
      ),
      ...count(notExpired.length - nearly.length, 'closed or reset by the hosts, with time to spare'),
      ...count(
        doubts - inDoubt.length,
        'without a connection cannot be told: still open when the capture ended, or packets are missing',
      ),
    ],
  };
}

/** All that a host wanted of it was to close it. */
function isHarmless({ facts }: SessionTimeout): boolean {
  const late = firstLate(facts);
  return late !== null && onlyCloses(late);
}

/** Timers that only run while a connection opens, or once it is over. */
function isPassing(timer: string): boolean {
  return timer === 'tcp-init' || timer === 'tcp-handshake' || timer.endsWith('tcp-time-wait');
}

/** Share of the timer in force that was left when the capture ended. */
function leftAtEnd({ ttlSeconds, timerSeconds }: SessionFacts): number {
  return ttlSeconds / timerSeconds;
}

/** Share of the timer that was left. */
function leftOf({ idle }: SessionTimeout): number {
  return 1 - milliseconds(idle.length) / (idle.timerSeconds * 1000);
}

type SessionLines = (session: SessionTimeout, view: View) => readonly string[];

function* section(
  view: View,
  title: string,
  sessions: readonly SessionTimeout[],
  most: number,
  lines: SessionLines,
  why: string | null = null,
): Generator<string> {
  if (sessions.length === 0) return;
  yield '';
  yield view.paint('heading', `${title}: ${plural(sessions.length, 'session')}`);
  if (why !== null) yield* wrapText(why, view.width);
  for (const session of sessions.slice(0, most)) yield* lines(session, view);
  const rest = sessions.length - most;
  if (rest > 0) yield `and ${rest} more (--json has all)`;
}

function usedLines(session: SessionTimeout, view: View): readonly string[] {
  const { facts, idle, expiredAt, advice, keepaliveInterval } = session;
  const moment = momentOf(facts, view.zone);
  const over = milliseconds(idle.length) - idle.timerSeconds * 1000;
  const texts: readonly (readonly [string, string])[] = [
    [
      'expired',
      `${moment(expiredAt!)}: ${timerOf(session)}; ${secondsText(idle.length)} without a packet, ${(over / 1000).toFixed(3)} s too long`,
    ],
    ...(keepaliveInterval === null
      ? []
      : ([['keepalive', `every ${keepaliveInterval.toFixed(3)} s`]] as const)),
    ...aftermathTexts(session, view.all, moment),
    ...logTexts(session, view.log),
    ...(advice === null ? [] : ([['advice', adviceBeside(advice, session, view.log)]] as const)),
  ];
  return [
    ...wrapText(`session ${facts.id}, ${endsText(facts)}, ${printable(applicationOf(facts))}`, view.width),
    ...texts.flatMap(([title, text]) => wrapText(text, view.width, `  ${title.padEnd(9)} `)),
  ];
}

function continuedLines(session: SessionTimeout, view: View): readonly string[] {
  const next = view.all.successor(session)!;
  return oneLine(
    session,
    `${timerOf(session)}; session ${next.session.facts.id} began ${next.afterSeconds.toFixed(3)} s after its last packet`,
    view,
  );
}

function unusedLines(session: SessionTimeout, view: View): readonly string[] {
  const moment = momentOf(session.facts, view.zone);
  const again = view.all.successor(session);
  const back = again === null ? '' : `; the client came back in session ${again.session.facts.id}`;
  const text = `${timerOf(session)} at ${moment(session.expiredAt!)}${back}`;
  return oneLine(session, `${text}${logTail(session, view.log)}`, view);
}

function loggedLines(session: SessionTimeout, view: View): readonly string[] {
  const { verdict } = session;
  const here = verdict === 'expired' ? `${timerOf(session)} expired` : HERE[verdict];
  return oneLine(session, `${here}${logTail(session, view.log)}`, view);
}

const HERE = {
  'not-expired': 'closed or reset by the hosts',
  'cannot-tell': 'the packets do not tell',
} as const;

function nearlyLines(session: SessionTimeout, view: View): readonly string[] {
  const { idle } = session;
  const left = idle.timerSeconds * 1000 - milliseconds(idle.length);
  return oneLine(
    session,
    `${secondsText(idle.length)} without a packet, ${(left / 1000).toFixed(3)} s before ${timerOf(session)}`,
    view,
  );
}

function doubtfulLines(session: SessionTimeout, view: View): readonly string[] {
  const { facts, idle, doubt } = session;
  const longest = `longest gap ${secondsText(idle.length)} under ${timerOf(session)}`;
  const moment = momentOf(facts, view.zone);
  const fires = `${facts.timerName} (${facts.timerSeconds} s) would expire at ${moment(facts.endTime)}`;
  const since = `no packet since ${moment(facts.lastRefresh.time)}; ${fires}`;
  return oneLine(session, doubt === 'still-open' ? since : longest, view);
}

function oneLine({ facts }: SessionTimeout, text: string, { width }: View): readonly string[] {
  return wrapText(`session ${facts.id}, ${endsText(facts)}: ${text}`, width);
}

function endsText(facts: SessionFacts): string {
  const { src, dst, version } = facts;
  const proto = protocolName(facts.proto);
  const [sport, dport] = hasSwappedPorts(facts) ? [facts.dport, facts.sport] : [facts.sport, facts.dport];
  return `${proto} ${endpointText(addressText(src, version), sport, proto)} -> ${endpointText(addressText(dst, version), dport, proto)}`;
}

function timerOf({ idle }: SessionTimeout): string {
  return `${idle.timerName} (${idle.timerSeconds} s)`;
}

function secondsText(time: Time): string {
  return `${(milliseconds(time) / 1000).toFixed(3)} s`;
}

function momentOf(facts: SessionFacts, zone: TextZone): Moment {
  const start = rfc3339(facts.first.time);
  return (time) => momentText(rfc3339(time), { start }, zone);
}
