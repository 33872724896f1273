/** Which tuple of the capture a log row speaks of: as the client sees it, or behind NAT, whole or half. */
import { NO_PORT } from '../decode/packet.ts';
import type { AddressBook } from './address-book.ts';
import type { RowData } from './row-store.ts';
import { hasPorts, NONE, protocolNumber, type TupleIndex } from './tuple-index.ts';

/** How a row's tuple was found: as logged, or with one or both ends translated (firewall-model 1, NAT). */
export const SIDES = ['as logged', 'translated', 'source translated', 'destination translated'] as const;

const [AS_LOGGED, TRANSLATED, SOURCE, DESTINATION] = [0, 1, 2, 3] as const;

export interface RowTuples {
  /** tuple of each row, NONE where the capture has none of its names */
  readonly tuple: Int32Array;
  /** index into SIDES */
  readonly side: Uint8Array;
  /** address numbers as logged, NONE where the capture does not have the address */
  readonly src: Int32Array;
  readonly dst: Int32Array;
  /** a second tuple that the row names: the same connection on the other side of NAT; NONE mostly */
  readonly other: Int32Array;
}

export function findRowTuples(rows: RowData, index: TupleIndex, book: AddressBook): RowTuples {
  const addresses = book.numbersOf(rows.addresses);
  const protocols = rows.texts.map((text) => (text === null ? null : protocolNumber(text)));
  const tuple = new Int32Array(rows.count).fill(NONE);
  const other = new Int32Array(rows.count).fill(NONE);
  const side = new Uint8Array(rows.count);
  const src = new Int32Array(rows.count);
  const dst = new Int32Array(rows.count);
  for (let row = 0; row < rows.count; row += 1) {
    src[row] = addresses[rows.src[row]!]!;
    dst[row] = addresses[rows.dst[row]!]!;
    const proto = rows.proto[row] === 0 ? null : protocols[rows.proto[row]!]!;
    const sport = Math.max(0, rows.sport[row]!);
    const dport = Math.max(0, rows.dport[row]!);
    const take = (at: number, a: number, b: number, p: number, q: number): void => {
      if (a === NONE || b === NONE) return;
      const found = findAmong(index, proto, a, b, p, q);
      if (found === NONE || found === tuple[row]) return;
      if (tuple[row] === NONE) {
        tuple[row] = found;
        side[row] = at;
      } else if (other[row] === NONE) other[row] = found;
    };
    take(AS_LOGGED, src[row]!, dst[row]!, sport, dport);
    const natsport = rows.natsport[row]! > 0 ? rows.natsport[row]! : sport;
    const natdport = rows.natdport[row]! > 0 ? rows.natdport[row]! : dport;
    const hasAddress = rows.natsrc[row] !== NONE || rows.natdst[row] !== NONE;
    if (!hasAddress && natsport === sport && natdport === dport) continue;
    const natsrc = rows.natsrc[row] === NONE ? src[row]! : addresses[rows.natsrc[row]!]!;
    const natdst = rows.natdst[row] === NONE ? dst[row]! : addresses[rows.natdst[row]!]!;
    take(TRANSLATED, natsrc, natdst, natsport, natdport);
    take(SOURCE, natsrc, dst[row]!, natsport, dport);
    take(DESTINATION, src[row]!, natdst, sport, natdport);
  }
  return { tuple, side, src, dst, other };
}

function findAmong(
  index: TupleIndex,
  told: number | null,
  src: number,
  dst: number,
  sport: number,
  dport: number,
): number {
  if (told !== null) return index.find(told, src, dst, sport, dport);
  // a row that names ports speaks of a protocol that has them
  const named = sport !== dport || (sport !== 0 && sport !== NO_PORT);
  for (const proto of index.protocols) {
    if (named && !hasPorts(proto)) continue;
    const found = index.find(proto, src, dst, sport, dport);
    if (found !== NONE) return found;
  }
  return NONE;
}
