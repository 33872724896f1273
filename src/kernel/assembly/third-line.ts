/** A third line for every record, where packet time and table time part in the middle of a run. */
import {
  S_END,
  S_LAST,
  S_NETWORK,
  S_OFFSET,
  S_OWN_END,
  S_OWN_FIRST,
  S_OWN_LAST,
  S_OWN_REFRESH,
  S_PARENT,
  S_REFRESH,
  S_REFRESH_FILE,
  S_REFRESH_FILE_PACKET,
  S_REFRESH_PACKET,
  WIDE_UNIT_BYTES,
} from '../layout';
import * as directory from './directory';
import * as ending from './ending';
import * as giving from './giving';
import { firstTimeOf } from './heads';
import * as places from './places';
import * as seen from './seen';
import { at, isWide } from './units';

/** From now on packet time and table time differ: records get a third line. False where memory has run out. */
export function widen(): bool {
  if (isWide()) return true;
  giving.drain();
  seen.pack();
  if (!directory.widen(WIDE_UNIT_BYTES)) return false;
  for (let i: u32 = 0; i < directory.slots(); i++) {
    const unit = directory.unitOf(i);
    if (unit != 0) fillThirdLine(at(unit));
  }
  for (let i: u32 = 0; i < places.count(); i++) {
    if (places.unitOf(i) != 0) fillThirdLine(at(places.unitOf(i)));
  }
  for (let unit = ending.firstEnded(); unit != 0; unit = ending.nextEnded(unit)) fillThirdLine(at(unit));
  return true;
}

/** Until now the two times were one, and there was one file. */
function fillThirdLine(session: usize): void {
  store<i64>(session, firstTimeOf(session), S_OWN_FIRST);
  store<i64>(session, load<i64>(session, S_LAST), S_OWN_LAST);
  store<i64>(session, load<i64>(session, S_REFRESH), S_OWN_REFRESH);
  store<i64>(session, 0, S_OFFSET);
  store<i64>(session, load<i64>(session, S_END), S_OWN_END);
  store<i32>(session, -1, S_NETWORK);
  store<u32>(session, 0, S_PARENT);
  store<u32>(session, 0, S_REFRESH_FILE);
  store<u32>(session, load<u32>(session, S_REFRESH_PACKET), S_REFRESH_FILE_PACKET);
}
