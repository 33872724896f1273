/** Accelerated aging: switched at whole seconds of table time, from the exact live count (the reference's Aging). */
import { CONFIG, CONFIG_AGING_ON_AT, F_LIVE, S_FLAGS } from '../layout';
import * as directory from './directory';
import { SECOND } from './numbers';
import { aging, live, setAging } from './state';
import { at } from './units';
import * as wheel from './wheel';

/** Lets the whole seconds from `first` to `last` pass, in which no packet came. */
export function passSeconds(first: i64, last: i64): void {
  const onAt = load<u32>(CONFIG + CONFIG_AGING_ON_AT);
  if (onAt == 0) return;
  for (let second = first; second <= last; second += SECOND) {
    wheel.expireDue(second);
    const wanted = live >= onAt;
    if (wanted != aging) {
      setAging(wanted, second);
      if (wanted) {
        rearmAll();
        // who is due at this very second stands in the tick behind it
        wheel.expireOverdue(second);
      }
    }
    // without a packet the table only empties: aging stays off
    if (!wanted) return;
  }
}

/** Every session may be due earlier than the wheel holds it for. */
function rearmAll(): void {
  const slots = directory.slots();
  for (let i: u32 = 0; i < slots; i++) {
    const unit = directory.unitOf(i);
    if (unit != 0 && (load<u32>(at(unit), S_FLAGS) & F_LIVE) != 0) wheel.rearm(unit);
  }
}
