/** The diagnosis codes that need a row of the log, in the order of interface.md (firewall-model 12). */
import { DIAGNOSES, type Diagnosis } from '../verdict/diagnosis/diagnosis.ts';
import { plural } from '../verdict/plural.ts';
import { overheadOf } from './byte-fit.ts';
import type { Clock } from './clock-fit.ts';
import { clockOfRow } from './clocks.ts';
import type { Comparison, Fit } from './comparison.ts';
import { revealingRow } from './lag-fit.ts';
import type { PairReading } from './pair-reading.ts';
import { logDelay, type RevealedTimer } from './reveal-timer.ts';

interface Found {
  readonly comparison: Comparison;
  readonly reading: PairReading;
  readonly revealed: RevealedTimer | null;
}

interface OwnCode {
  readonly code: string;
  readonly source: string;
  readonly meaning: string;
  readonly say: (found: Found) => string | null;
  /** the code of a session's own behind which it stands; not given: behind all of them */
  readonly behind?: string;
}

/** Reasons after which the session is discarded: a denial, or a threat (firewall-model 0.12). */
const DENIED: ReadonlySet<string | null> = new Set(['policy-deny', 'threat']);

/** The log's words of the row that tells the end. */
function logWords({ comparison: { sides }, reading: { row } }: Found): {
  readonly subtype: string | null;
  readonly reason: string | null;
  readonly app: string | null;
  readonly action: string | null;
  readonly rule: string;
} {
  const { texts, subtype, reason, app, action, rule } = sides.rows;
  const name = texts[rule[row]!] ?? '';
  return {
    subtype: texts[subtype[row]!] ?? null,
    reason: texts[reason[row]!] ?? null,
    app: texts[app[row]!] ?? null,
    action: texts[action[row]!] ?? null,
    rule: name === '' ? 'a rule' : `rule ${name}`,
  };
}

export const OWN_CODES: readonly OwnCode[] = [
  {
    code: 'blocked-at-first-packet',
    source: '12.15',
    meaning: 'the log refuses it at its first packet: no session was created',
    behind: 'retransmission-split',
    say: (found) => {
      const { subtype, app, action, rule } = logWords(found);
      if (subtype !== 'drop' && app !== 'not-applicable') return null;
      return `${rule} refused it at its first packet (${action ?? 'no action'} in the log): the firewall never had a session of it, and what else the capture holds of it did not pass there`;
    },
  },
  {
    code: 'blocked-after-handshake',
    source: '12.14',
    meaning: 'the log denies it once its application was known',
    behind: 'retransmission-split',
    say: (found) => {
      const { subtype, reason, app, rule } = logWords(found);
      if (reason !== 'policy-deny' || subtype === 'drop' || app === 'not-applicable') return null;
      if (!found.reading.words.handshake) return null;
      return `the handshake passed, then App-ID made it ${app ?? 'an application'}, which ${rule} does not allow: what came before passed, and what follows is discarded`;
    },
  },
  {
    code: 'discard-in-force',
    source: '12.18',
    meaning: 'the log denies it, and its discard timer was in force',
    behind: 'out-of-order-limit',
    say: (found) => {
      const { revealed } = found;
      if (!DENIED.has(logWords(found).reason) || !revealed?.name.startsWith('discard-')) return null;
      return `${revealed.name} (${revealed.seconds} s) was in force from the denial on: until it had expired every packet on these ports was discarded, so a retry from the same port fails and one from another may work`;
    },
  },
  {
    code: 'clock-offset',
    source: '12.19',
    meaning: "the log's clock is not the capture's",
    say: ({ comparison: { fit }, reading }) => clockText(clockOfRow(fit, reading.row)),
  },
  {
    code: 'byte-overhead',
    source: '12.20',
    meaning: 'the log counts other bytes a packet than the capture',
    say: ({ comparison: { fit } }) => overheadText(fit),
  },
  {
    code: 'revealed-timer',
    source: '12.19',
    meaning: 'when the log was written tells which timer had expired',
    say: ({ comparison, reading, revealed }) => {
      if (revealed === null) return null;
      const delay = logDelay(revealingRow(comparison.sides.rows, reading.row, reading.timerInElapsed))!;
      return `the log was written ${delay} s after its last packet: ${revealed.name} (${revealed.seconds} s) expired, ${signed(delay - revealed.seconds)} s of lag`;
    },
  },
  {
    code: 'folded-pings',
    source: '12.13',
    meaning: 'several pings in one row of the log',
    say: ({ comparison, reading }) => {
      const repeats = comparison.sides.rows.repeatCount[reading.row]!;
      return reading.sessions < 2 || !isPing(comparison, reading)
        ? null
        : `${plural(reading.sessions, 'ping')} within 5 s are one row of the log, repeat count ${Number.isNaN(repeats) ? 'not given' : repeats}: their sums are compared`;
    },
  },
];

/** Codes of a session's own that stand before a code of this table, where there is a place for it among them. */
const BEFORE: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  OWN_CODES.flatMap(({ code, behind }) => {
    const at = DIAGNOSES.findIndex((row) => row.code === behind);
    return at < 0 ? [] : [[code, new Set(DIAGNOSES.slice(0, at + 1).map((row) => row.code))] as const];
  }),
);

export const standsAmongOthers = ({ code }: { readonly code: string }): boolean => BEFORE.has(code);

/** Both lists as one, in the order of interface.md. */
export function inOrder<T extends { readonly code: string }>(
  own: readonly T[],
  compared: readonly T[],
): readonly T[] {
  const merged = [...own];
  for (const each of compared) {
    const before = BEFORE.get(each.code);
    const at =
      before === undefined ? -1 : merged.findIndex(({ code }) => !before.has(code) && !BEFORE.has(code));
    merged.splice(at < 0 ? merged.length : at, 0, each);
  }
  return merged;
}

export function ownCodes(
  comparison: Comparison,
  reading: PairReading,
  revealed: RevealedTimer | null,
): readonly Diagnosis[] {
  return OWN_CODES.flatMap(({ code, say }) => {
    const text = say({ comparison, reading, revealed });
    return text === null ? [] : [{ code, text, evidence: [] }];
  });
}

function isPing({ sides: { store } }: Comparison, { session }: PairReading): boolean {
  const proto = store.proto.cells[session]!;
  return proto === 1 || proto === 58;
}

/** A sentence about a clock that is not the capture's; null where it is. */
export function clockText(clock: Clock): string | null {
  const { offset, zone, drift } = clock;
  if (offset === 0 && zone === 0 && drift === 0) return null;
  const rest =
    offset === 0
      ? "the log's clock is the capture's"
      : `the log's clock is ${Math.abs(offset)} s ${offset > 0 ? 'ahead of' : 'behind'} the capture's`;
  const drifting =
    drift === 0 ? '' : ` at its first packet, and gains ${(drift * 86_400).toFixed(1)} s a day`;
  return `${rest}${drifting}${zone === 0 ? '' : `, in the time zone ${zoneText(zone)}`}`;
}

/** `+02:00` */
export function zoneText(zone: number): string {
  const minutes = Math.abs(zone) / 60;
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${zone < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** A sentence about bytes; null where the log counts as the capture does. */
export function overheadText({ overhead }: Fit): string | null {
  const { sent, received, padding } = overhead;
  const padded = padding === 0 ? '' : `, short frames padded by up to ${padding}`;
  if (sent === received) {
    return sent === 0 && padding === 0
      ? null
      : `the log counts ${signed(overheadOf(overhead))} bytes a packet${padded}`;
  }
  return `the log counts ${signed(sent)} bytes a packet sent and ${signed(received)} a packet received${padded}`;
}

function signed(value: number): string {
  return value < 0 ? String(value) : `+${value}`;
}
