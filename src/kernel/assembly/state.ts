/** What the whole kernel shares: the table's clock, and what it counts. */
import { CONFIG, CONFIG_AGING_FACTOR, CONFIG_LATEST, S_REFRESH, S_TIMER, TIMER_NS } from '../layout';

/** table time, nanoseconds since 1970 */
export let now: i64 = 0;
/** what is added to a packet's time to get table time */
export let offset: i64 = 0;
export let packets: u64 = 0;
export let inSessions: u64 = 0;
export let live: u32 = 0;
export let lastId: u32 = 0;
/** accelerated aging has been on since this time; only while `aging` */
export let agingSince: i64 = 0;
export let aging: bool = false;

export function reset(): void {
  now = i64.MIN_VALUE;
  offset = 0;
  packets = 0;
  inSessions = 0;
  live = 0;
  lastId = 0;
  aging = false;
}

export function setClock(to: i64, by: i64): void {
  now = to;
  offset = by;
}

export function setNow(to: i64): void {
  now = to;
}

/** A packet's time on the table's clock; at the latest that this holds (see TableClock) it stands still. */
export function tableTime(time: i64): i64 {
  return offset == 0 ? time : shifted(time);
}

function shifted(time: i64): i64 {
  const latest = load<i64>(CONFIG + CONFIG_LATEST);
  return time > latest - offset ? latest : time + offset;
}

export function countPacket(): void {
  packets += 1;
}

export function countInSession(frames: u32): void {
  inSessions += frames;
}

export function addLive(difference: i32): void {
  live += difference;
}

export function nextId(): u32 {
  lastId += 1;
  return lastId;
}

export function setAging(on: bool, since: i64): void {
  aging = on;
  agingSince = since;
}

/** Adds to one of the counts of the configuration block, u64 each. */
export function count(which: i32, by: u32): void {
  store<u64>(CONFIG + which, load<u64>(CONFIG + which) + by);
}

export function timerNs(timer: u32): i64 {
  return load<i64>(TIMER_NS + (timer << 3));
}

/** Table time at which a session leaves the table if no packet comes. */
export function expiry(session: usize): i64 {
  const refresh = load<i64>(session, S_REFRESH);
  const ns = timerNs(load<u16>(session, S_TIMER));
  return aging ? agedExpiry(refresh, ns) : refresh + ns;
}

function agedExpiry(refresh: i64, ns: i64): i64 {
  return max(agingSince, refresh + ns / <i64>load<u32>(CONFIG + CONFIG_AGING_FACTOR));
}
