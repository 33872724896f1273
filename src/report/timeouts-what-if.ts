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
  for (const change of changes.slice(0, MOST_SHOWN)) yield* oneChange(change, look);
  if (changes.length > MOST_SHOWN) yield `and ${changes.length - MOST_SHOWN} more (--json has all)`;
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
