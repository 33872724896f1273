/**
 * Whether payload can be named at all, by its first bytes and the session's ports: a few look-ups, asked
 * before any signature is tried. The tables are made when they are first asked for.
 */
import type { Openings } from './opening.ts';
import { groupsOfBoth, openingOf, readOpenings } from './opening.ts';
import { DATAGRAM_OPENINGS_DATA, STREAM_OPENINGS_DATA } from './openings-data.ts';
import { DATAGRAM_SIGNATURES, STREAM_SIGNATURES } from './signatures.ts';

export interface Prospects extends Openings {
  /** 1 for each port that has a signature which needs a port to confirm it: there any payload may be named */
  readonly plausiblePorts: Uint8Array;
}

let streams: Prospects | null = null;
let datagrams: Prospects | null = null;

/**
 * Openings of TCP streams. `words` holds OPENING_BYTES rows of 256 words; the groups of a head are the
 * words of its first bytes, each in its row, put together with `and`. A session on no port of
 * `plausiblePorts` cannot be named by what its sides have said so far where no side has a group outside
 * `together` and not both have one of those.
 */
export function streamOpenings(): Prospects {
  streams ??= prospects(readOpenings(STREAM_OPENINGS_DATA), STREAM_SIGNATURES);
  return streams;
}

/** The same for datagrams; `together` is of groups that need the datagram before, which must have one of them, too. */
export function datagramOpenings(): Prospects {
  datagrams ??= prospects(readOpenings(DATAGRAM_OPENINGS_DATA), DATAGRAM_SIGNATURES);
  return datagrams;
}

function prospects(
  openings: Openings,
  rows: readonly { readonly ports: readonly number[]; readonly strength: string }[],
): Prospects {
  const plausiblePorts = new Uint8Array(0x1_0000);
  for (const { ports, strength } of rows) {
    if (strength === 'plausible') for (const port of ports) plausiblePorts[port] = 1;
  }
  return { ...openings, plausiblePorts };
}

/** Groups of signatures that may match what two sides, or a datagram and the one before it, begin with. */
export function prospectsOf(openings: Openings, one: Uint8Array, other: Uint8Array | null): number {
  return groupsOfBoth(openings, openingOf(openings, one), other === null ? 0 : openingOf(openings, other));
}

/** Whether two heads of a TCP session can be named on ports that nobody claims; no: not before more comes. */
export function mayBeNamed(c2s: Uint8Array, s2c: Uint8Array): boolean {
  return prospectsOf(streamOpenings(), c2s, s2c) !== 0;
}
