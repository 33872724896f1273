/** What ICMP errors say of packets that had no answer (RFC 792, RFC 1122 3.2.2.1, RFC 1812 5.2.7.1, RFC 4443 3). */
import type { SessionEvent, SessionFacts } from '../../session/facts.ts';
import { type Evidence, proof } from '../evidence.ts';
import { eventsOf } from './rule.ts';

/** By IP version, then type * 256 + code. */
const MEANINGS: Readonly<Record<number, ReadonlyMap<number, string>>> = {
  4: new Map([
    [0x300, 'network unreachable'],
    [0x301, 'host unreachable'],
    [0x302, 'protocol unreachable'],
    [0x303, 'port unreachable'],
    [0x309, 'network prohibited'],
    [0x30a, 'host prohibited'],
    [0x30d, 'communication prohibited'],
    [0xb00, 'time to live exceeded'],
  ]),
  6: new Map([
    [0x100, 'no route'],
    [0x101, 'communication prohibited'],
    [0x103, 'address unreachable'],
    [0x104, 'port unreachable'],
    [0x300, 'hop limit exceeded'],
  ]),
};

/** ICMP errors about packets of the client, the first of each sender and meaning. */
function reportsOf(facts: SessionFacts): readonly SessionEvent[] {
  const first = new Map<string, SessionEvent>();
  for (const event of eventsOf(facts, 'icmp-error', false)) {
    const key = `${event.text} ${event.value}`;
    if (!first.has(key)) first.set(key, event);
  }
  return [...first.values()];
}

function meaningOf({ version }: SessionFacts, { value }: SessionEvent): string {
  const numbers = `type ${value >> 8} code ${value & 255}`;
  const meaning = MEANINGS[version]?.get(value);
  return meaning === undefined ? numbers : `${meaning} (${numbers})`;
}

/** `192.0.2.1 answers with ICMP port unreachable (type 3 code 3)`; null: nobody says anything. */
export function reportOfIcmp(
  facts: SessionFacts,
): { readonly text: string; readonly evidence: readonly Evidence[] } | null {
  const reports = reportsOf(facts);
  if (reports.length === 0) return null;
  return {
    text: reports.map((event) => `${event.text} answers with ICMP ${meaningOf(facts, event)}`).join(', '),
    evidence: reports.map((event) => proof(event, `ICMP of ${event.text}: ${meaningOf(facts, event)}`)),
  };
}
