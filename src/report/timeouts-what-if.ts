/** `timeouts` with `--timeout`: sessions that end otherwise than under the timers as configured, as text. */
import { addressText } from '../decode/address.ts';
import { protocolName } from '../decode/protocol-names.ts';
import { plural } from '../verdict/plural.ts';
import type { Change, End } from '../verdict/timeouts/what-if.ts';
import { momentText } from './detail-lines.ts';
import { endpointText } from './endpoint-text.ts';
import type { Paint } from './paint.ts';
import { hasSwappedPorts } from './session-row.ts';
import { rfc3339 } from './time-text.ts';
import type { WhatIf } from './timeouts-document.ts';
import { wrapText } from './wrap.ts';
import type { TextZone } from './zone-time.ts';

const MOST_SHOWN = 10;
/** where little else is shown, also such as only end at another time */
const FEW_SHOWN = 3;

interface Look {
  readonly width: number;
  readonly zone: TextZone;
  readonly paint: Paint;
}

export function* changeLines({ timeouts, changes }: WhatIf, look: Look): Generator<string> {
  const { width, paint } = look;
  const given = Object.entries(timeouts).map(([name, seconds]) => `${name}=${seconds}`);
  yield '';
  yield* wrapText(
    `WITH ${given.join(' ')}: ${plural(changes.length, 'session')} ${changes.length === 1 ? 'ends' : 'end'} otherwise than as configured`,
    width,
  ).map((line) => paint('heading', line));
  const telling = changes.filter((change) => !isSameReason(change)).sort((a, b) => rankOf(a) - rankOf(b));
  const later = changes.filter(isSameReason);
  for (const change of telling.slice(0, MOST_SHOWN)) yield* oneChange(change, look);
  if (telling.length > MOST_SHOWN) yield `and ${telling.length - MOST_SHOWN} more (--json has all)`;
  if (later.length === 0) return;
  const shown = later.slice(0, Math.max(0, FEW_SHOWN - telling.length));
  for (const change of shown) yield* oneChange(change, look);
  const rest = later.length - shown.length;
  if (rest > 0) {
    const verb = rest === 1 ? 'ends' : 'end';
    yield* wrapText(
      `${plural(rest, 'session')} ${verb} for the same reason at another time (--json has all)`,
      width,
    );
  }
}

/** Another reason says most, then sessions that are one here and two there, then those that one run leaves open. */
function rankOf({ before, after }: Change): number {
  if (before === null || after === null) return 1;
  return before.end === null || after.end === null ? 2 : 0;
}

/** Ends for the same reason, at another time: what a longer or shorter timer does to all sessions that nobody uses. */
function isSameReason({ before, after }: Change): boolean {
  return before !== null && after !== null && before.reason === after.reason;
}

function oneChange(change: Change, { width, zone }: Look): readonly string[] {
  const { facts, before, after, note } = change;
  const proto = protocolName(facts.proto);
  const [sport, dport] = hasSwappedPorts(facts) ? [facts.dport, facts.sport] : [facts.sport, facts.dport];
  const client = endpointText(addressText(facts.src, facts.version), sport, proto);
  const server = endpointText(addressText(facts.dst, facts.version), dport, proto);
  const start = rfc3339(facts.first.time);
  const name = after === null ? 'a session' : `session ${after.id}`;
  const line = (title: string, end: End | null): readonly string[] =>
    wrapText(end === null ? note! : endText(end, start, zone), width, `  ${title.padEnd(10)} `);
  return [
    ...wrapText(`${name}, ${proto} ${client} -> ${server}, ${momentText(start, { start }, zone)}`, width),
    ...line('configured', before),
    ...line('as given', after),
  ];
}

function endText({ reason, end, timerName, timerSeconds }: End, start: string, zone: TextZone): string {
  const timer = `${timerName} (${timerSeconds} s)`;
  return end === null
    ? `open at the end of the capture, ${timer}`
    : `${reason} at ${momentText(rfc3339(end), { start }, zone)}, ${timer}`;
}
