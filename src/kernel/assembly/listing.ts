/** The sessions that are still open when the run is over: listed for the host, or summed. */
import { F_LIVE, OUT, S_FLAGS } from '../layout';
import * as directory from './directory';
import { letGo } from './heads';
import * as totals from './totals';
import { at } from './units';

/** Writes units of live sessions into OUT from index slot `from` on. @returns the slot to go on from, or 0 at the end; how many is in `listed` */
let listed: u32 = 0;
export function listedLive(): u32 {
  return listed;
}
export function listLive(from: u32, most: u32): u32 {
  listed = 0;
  let i = from;
  while (i < directory.slots() && listed < most) {
    const unit = directory.unitOf(i);
    if (unit != 0 && (load<u32>(at(unit), S_FLAGS) & F_LIVE) != 0) {
      letGo(at(unit));
      store<u32>(OUT + listed * 4, unit);
      listed += 1;
    }
    i += 1;
  }
  return i < directory.slots() ? i : 0;
}

/** The run is over and wants sums: adds the sessions that are still open; those without a row stay listed. */
export function sumLive(): void {
  for (let i: u32 = 0; i < directory.slots(); i++) {
    const unit = directory.unitOf(i);
    if (unit == 0 || (load<u32>(at(unit), S_FLAGS) & F_LIVE) == 0) continue;
    letGo(at(unit));
    if (totals.sum(unit)) store<u32>(at(unit), load<u32>(at(unit), S_FLAGS) & ~F_LIVE, S_FLAGS);
  }
}
