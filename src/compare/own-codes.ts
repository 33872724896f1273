/** The diagnosis codes that only a comparison has, in the order of interface.md (firewall-model 12, rows 13, 19, 20). */
import type { Diagnosis } from '../verdict/diagnosis/diagnosis.ts';
import { plural } from '../verdict/plural.ts';
import { overheadOf } from './byte-fit.ts';
import type { Clock } from './clock-fit.ts';
import type { Comparison, Fit } from './comparison.ts';
import { revealingRow } from './lag-fit.ts';
import type { PairReading } from './pair-reader.ts';
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
}

export const OWN_CODES: readonly OwnCode[] = [
  {
    code: 'clock-offset',
    source: '12.19',
    meaning: "the log's clock is not the capture's",
    say: ({ comparison: { fit, sides }, reading }) =>
      clockText(fit.clocks[sides.rows.absolute[reading.row]!]!),
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
