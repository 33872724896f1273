/** What a run says of its input: `capture`, `accounting` and `counters` of interface.md. */
import { linkTypeName } from '../capture/link-types.ts';
import type { CaptureFile, Damage } from '../capture/record.ts';
import { compareTime, type Time } from '../capture/time.ts';
import { linkTypeSupport } from '../decode/decode.ts';
import type { Accounting } from '../session/facts.ts';
import { rfc3339 } from './time-text.ts';

export interface CaptureFileDocument {
  readonly name: string;
  readonly format: string;
  readonly link_types: readonly string[];
  readonly packets: number;
  readonly bytes: number;
  readonly first: string | null;
  readonly last: string | null;
  readonly damage: { readonly offset: number; readonly what: string } | null;
}

export interface CaptureDocument {
  readonly files: readonly CaptureFileDocument[];
  readonly packets: number;
  readonly bytes: number;
  readonly first: string | null;
  readonly last: string | null;
  /** there only if the run was interrupted: the sessions are those of the packets read until then */
  readonly interrupted?: true;
}

/** First and last packet time of all files; null where there is no packet. */
export function timeSpan(files: readonly CaptureFile[]): { first: Time | null; last: Time | null } {
  const known = (times: readonly (Time | null)[]): Time[] =>
    times.filter((time) => time !== null).sort(compareTime);
  return {
    first: known(files.map((file) => file.first))[0] ?? null,
    last: known(files.map((file) => file.last)).at(-1) ?? null,
  };
}

/** Complete only once the input has been read. */
export function captureDocument(files: readonly CaptureFile[], interrupted: boolean): CaptureDocument {
  const { first, last } = timeSpan(files);
  return {
    files: files.map((file) => ({
      name: file.name,
      format: file.format,
      link_types: file.linkTypes.map(linkTypeName),
      packets: file.packets,
      bytes: file.bytes,
      first: timeOrNull(file.first),
      last: timeOrNull(file.last),
      damage: file.damage === null ? null : { offset: file.damage.offset, what: file.damage.what },
    })),
    packets: sum(files.map((file) => file.packets)),
    bytes: sum(files.map((file) => file.bytes)),
    first: timeOrNull(first),
    last: timeOrNull(last),
    ...(interrupted ? { interrupted } : {}),
  };
}

export interface AccountingDocument {
  readonly packets: number;
  readonly in_sessions: number;
  readonly not_in_sessions: Readonly<Record<string, number>>;
}

export function accountingDocument(accounting: Accounting): AccountingDocument {
  return {
    packets: accounting.packets,
    in_sessions: accounting.inSessions,
    not_in_sessions: alphabetical(accounting.notInSessions),
  };
}

export function countersDocument(accounting: Accounting): Readonly<Record<string, number>> {
  return alphabetical(accounting.counters);
}

/** Names and numbers in alphabetical order (interface.md). */
export function alphabetical(numbers: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...numbers].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function timeOrNull(time: Time | null): string | null {
  return time === null ? null : rfc3339(time);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** A line for each link type of a file that is not known: its packets are counted, nothing is made of them. */
export function unknownLinkTypes({ name, linkTypes }: CaptureFile): readonly string[] {
  return linkTypes
    .filter((linkType) => linkTypeSupport(linkType) === 'unknown')
    .map(
      (linkType) =>
        `${name}: link type ${linkType} (${linkTypeName(linkType)}) is not known: its packets are counted under unknown_link_type`,
    );
}

/** A line where packets of a file have times that no clock had. */
export function strangeTimesText({ name, strangeTimes }: CaptureFile): readonly string[] {
  if (strangeTimes === null) return [];
  const { offset, packets } = strangeTimes;
  const others = packets === 1 ? '' : `, as of ${packets - 1} more,`;
  return [
    `${name}: byte ${offset}: the time of this packet${others} lies outside the years 1900 to 2189; ` +
      'the nearest time in them is taken: see whether the capture is damaged',
  ];
}

/** One line for a file that could not be read to its end. */
export function damageText(name: string, damage: Damage): string {
  return `${name}: byte ${damage.offset}: ${damage.what}; everything before it was used`;
}
