/** The last step of a session: given to the host in batches, then its unit is free. */
import {
  CONFIG,
  CONFIG_TOTALS_ONLY,
  F_HOSTED,
  OUT,
  OUT_SESSIONS,
  S_ADDRESSES,
  S_FLAGS,
  S_KIND,
} from '../layout';
import { forgetEvents } from './events';
import * as host from './host';
import { wantsEvents } from './slots';
import { sum } from './totals';
import { at, release6, releaseSession } from './units';

let waiting: u32 = 0;

export function reset(): void {
  waiting = 0;
}

export function give(unit: u32): void {
  if (load<u32>(CONFIG + CONFIG_TOTALS_ONLY) != 0 && sum(unit)) {
    forget(unit);
    return;
  }
  store<u32>(OUT + waiting * 4, unit);
  waiting += 1;
  if (waiting == OUT_SESSIONS) drain();
}

/** Gives what waits. */
export function drain(): void {
  if (waiting == 0) return;
  const count = waiting;
  waiting = 0;
  host.drain(count);
  for (let i: u32 = 0; i < count; i++) forget(load<u32>(OUT + i * 4));
}

/** A session of which nothing is wanted any more. */
export function forget(unit: u32): void {
  const session = at(unit);
  if ((load<u32>(session, S_FLAGS) & F_HOSTED) != 0) host.forget(unit);
  if ((load<u32>(session, S_KIND) & 0x100) != 0) release6(<u32>load<u64>(session, S_ADDRESSES));
  if (wantsEvents()) forgetEvents(session);
  store<u32>(session, 0, S_FLAGS);
  releaseSession(unit);
}
