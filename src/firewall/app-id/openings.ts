/**
 * Whether payload can be named at all, by its first bytes and the session's ports: a few look-ups, asked
 * before any signature is tried. The tables are made when they are first asked for.
 */
import type { Openings, OpeningsData } from './opening.ts';
import { groupsOfBoth, openingOf, readOpenings } from './opening.ts';
import {
  DATAGRAM_OPENINGS_DATA,
  DATAGRAM_PLAUSIBLE_DATA,
  STREAM_OPENINGS_DATA,
  STREAM_PLAUSIBLE_DATA,
} from './openings-data.ts';
import { DATAGRAM_SIGNATURES, STREAM_SIGNATURES } from './signatures.ts';

/** Openings of the signatures that are enough by their content, and beside them those of the others. */
export interface Prospects extends Openings {
  /** of signatures that need one of their ports to confirm them; nothing is `together` here */
  readonly plausible: Openings;
  /** groups of `plausible`, one bit each, that the signatures of a port have; no entry where there are none */
  readonly groupsOfPort: ReadonlyMap<number, number>;
}

let streams: Prospects | null = null;
let datagrams: Prospects | null = null;

/**
 * Openings of TCP streams. `words` holds OPENING_BYTES rows of 256 words; the groups of a head are the
 * words of its first bytes, each in its row, put together with `and`. A session cannot be named by what its
 * sides have said so far where no side has a group outside `together`, not both have one of those, and no
 * side has a group of `plausible` that is one of the session's ports.
 */
export function streamOpenings(): Prospects {
  streams ??= prospects(STREAM_OPENINGS_DATA, STREAM_PLAUSIBLE_DATA, STREAM_SIGNATURES);
  return streams;
}

/** The same for datagrams; `together` is of groups that need the datagram before, which must have one of them, too. */
export function datagramOpenings(): Prospects {
  datagrams ??= prospects(DATAGRAM_OPENINGS_DATA, DATAGRAM_PLAUSIBLE_DATA, DATAGRAM_SIGNATURES);
  return datagrams;
}

function prospects(
  content: OpeningsData,
  other: OpeningsData,
  rows: readonly { readonly name: string; readonly ports: readonly number[] }[],
): Prospects {
  const plausible = readOpenings(other);
  const groupsOfPort = new Map<number, number>();
  for (const { name, ports } of rows) {
    const groups = plausible.groupsOf.get(name);
    if (groups === undefined) continue;
    for (const port of ports) groupsOfPort.set(port, (groupsOfPort.get(port) ?? 0) | groups);
  }
  return { ...readOpenings(content), plausible, groupsOfPort };
}

/** Groups of `plausible` that the signatures of a session's ports have. */
export function groupsOfPorts({ groupsOfPort }: Prospects, one: number, other: number): number {
  return (groupsOfPort.get(one) ?? 0) | (groupsOfPort.get(other) ?? 0);
}

/** Groups of signatures that may match what two sides, or a datagram and the one before it, begin with. */
export function prospectsOf(openings: Openings, one: Uint8Array, other: Uint8Array | null): number {
  return groupsOfBoth(openings, openingOf(openings, one), other === null ? 0 : openingOf(openings, other));
}

/** Whether two heads of a TCP session can be named on ports that nobody claims; no: not before more comes. */
export function mayBeNamed(c2s: Uint8Array, s2c: Uint8Array): boolean {
  return prospectsOf(streamOpenings(), c2s, s2c) !== 0;
}
