/**
 * The log's clock against the capture's: an offset, a drift, and the device's time zone where the log does not
 * name it. Sessions and rows of the same tuple vote; what belongs together agrees, what does not is spread out.
 */
import { driftByEnds, fitDrift, LAGS, TRUNCATION } from './clock-drift.ts';
import type { Votes } from './clock-votes.ts';
import { densest } from './densest.ts';
import { EARLIEST_LAG, LATEST_LAG } from './reveal-timer.ts';

export interface Clock {
  /** seconds, log clock minus capture clock at `origin`, the zone not counted */
  readonly offset: number;
  /** seconds that the log's clock gains in a second of the capture's */
  readonly drift: number;
  /** seconds since 1970 of the capture's clock */
  readonly origin: number;
  /** seconds by which the device's wall clock is ahead of UTC, fitted; 0 where times are absolute or none was seen */
  readonly zone: number;
  /** rows that voted, and those of them that agree with the fit */
  readonly votes: number;
  readonly agreeing: number;
}

/** A time of the log on the capture's clock. */
export function toCapture(clock: Clock, time: number): number {
  const shifted = time - clock.zone - clock.offset;
  return clock.drift === 0 ? shifted : clock.origin + (shifted - clock.origin) / (1 + clock.drift);
}

/** A time of the capture on the log's clock, the zone not counted. */
export function toLog(clock: Clock, time: number): number {
  return time + clock.offset + clock.drift * (time - clock.origin);
}

const ROUGH_BUCKET = 8;
/** Seconds to either side of the rough peak in which a drift may have carried a vote. */
const DRIFT_REACH = 40;
const ROUNDING = 1e-6;

export function fitClock(votes: Votes, origin: number, mayBeZone: boolean): Clock {
  const none: Clock = { offset: 0, drift: 0, origin, zone: 0, votes: votes.rows, agreeing: 0 };
  const center = roughPeak(votes);
  if (center === null) return none;
  const near = nearTo(center, votes);
  const times = near.map((i) => votes.time[i]! - origin);
  const gaps = near.map((i) => votes.gap[i]!);
  const spread = votes.byEnd ? LAGS : TRUNCATION;
  const drift = votes.byEnd ? driftByEnds(times, gaps) : fitDrift(times, gaps);
  const unsorted = drift === 0 ? gaps : gaps.map((gap, i) => gap - drift * times[i]!);
  const [rests, weights] = sortedByRest(unsorted, (i) => votes.weight[near[i]!]!);
  const [from, fullest] = densest(rests, spread, weights);
  const to = votes.byEnd ? fullest : lastOfClock(rests, from, fullest);
  const total = votes.byEnd
    ? offsetByEnds(rests, from, to, mayBeZone)
    : offsetOf(rests, from, to, drift, votes.fractional);
  const zone = mayBeZone ? zoneOf(total) : 0;
  return {
    offset: milliseconds(total - zone),
    drift,
    origin,
    zone,
    votes: votes.rows,
    agreeing: Math.min(votes.rows, to - from + 1),
  };
}

/**
 * Offset from times of rows, which lie behind the end of their sessions by a lag that nothing else tells: none, or
 * that of a zone, where a lag as firewalls have it explains them; else the whole number by which the first of them
 * comes at once.
 */
function offsetByEnds(rests: Float64Array, from: number, to: number, mayBeZone: boolean): number {
  const odd = Math.floor(CHANCE * (to - from + 1));
  const earliest = rests[from + odd]!;
  const latest = rests[to - odd]!;
  const explains = (offset: number): boolean =>
    offset <= earliest - EARLIEST_LAG && offset >= latest - LATEST_LAG;
  const even = mayBeZone ? [0, zoneOf(earliest)] : [0];
  return even.find(explains) ?? Math.max(Math.ceil(earliest - ROUNDING), latest - LATEST_LAG);
}

/** Numbers of the votes that a drift may have carried from the peak. */
function nearTo(center: number, votes: Votes): Float64Array {
  const near = new Float64Array(votes.count);
  let count = 0;
  for (let i = 0; i < votes.count; i += 1) {
    if (Math.abs(votes.gap[i]! - center) > DRIFT_REACH) continue;
    near[count] = i;
    count += 1;
  }
  return near.subarray(0, count);
}

const milliseconds = (seconds: number): number => Math.round(seconds * 1000) / 1000 + 0;

/** Middle of the fullest two buckets; of equal ones the one nearest to no offset. null: nobody voted. */
function roughPeak(votes: Votes): number | null {
  const weights = new Map<number, number>();
  for (let i = 0; i < votes.count; i += 1) {
    const bucket = Math.floor(votes.gap[i]! / ROUGH_BUCKET);
    weights.set(bucket, (weights.get(bucket) ?? 0) + votes.weight[i]!);
  }
  let best: number | null = null;
  let most = 0;
  for (const bucket of weights.keys()) {
    const weight = weights.get(bucket)! + (weights.get(bucket + 1) ?? 0);
    const nearer = best !== null && Math.abs(bucket + 1) < Math.abs(best + 1);
    if (weight > most + 1e-9 || (weight > most - 1e-9 && nearer)) {
      best = bucket;
      most = weight;
    }
  }
  return best === null ? null : (best + 1) * ROUGH_BUCKET;
}

/**
 * Offset from the rests of one clock. Each is offset minus the part of a second that truncation took away, so
 * the offset lies between the last of them and a second behind the first: a whole number where one fits,
 * since clocks are set to seconds, else the middle.
 */
function offsetOf(rests: Float64Array, from: number, to: number, drift: number, fractional: boolean): number {
  if (fractional) return rests[(from + to) >> 1]!;
  const least = rests[to]!;
  const most = rests[from]! + TRUNCATION;
  if (drift !== 0) return Math.max(least, (least + most) / 2);
  // a double holds a time of today to a quarter of a microsecond
  const whole = [Math.ceil(least), Math.ceil(least - ROUNDING)].find((each) => each < most);
  return whole ?? Math.max(least, (least + most) / 2);
}

/** Share of the fullest second that has to lie in the one behind it, so that they are the clock's and no chance. */
const LEAST_BEHIND = 0.05;
/** Of these, what may be chance. */
const CHANCE = 0.01;

/** A log whose times were truncated twice, or that drifts, fills more than one second: its last rest tells the offset. */
function lastOfClock(rests: Float64Array, from: number, to: number): number {
  let last = to;
  while (last + 1 < rests.length && rests[last + 1]! < rests[to]! + TRUNCATION) last += 1;
  const votes = to - from + 1;
  return last - to < LEAST_BEHIND * votes ? to : Math.max(to, last - Math.ceil(CHANCE * votes));
}

/** Votes of which each is weighed. Of more than that, many are of one weight, and the odd ones do not matter. */
const MOST_WEIGHED = 50_000;

/** In ascending order, with their weights; null where each counts as one. */
function sortedByRest(
  rests: Float64Array,
  weightOf: (index: number) => number,
): readonly [rests: Float64Array, weights: Float64Array | null] {
  if (rests.length > MOST_WEIGHED) return [rests.sort(), null];
  const order = Uint32Array.from(rests, (_, i) => i).sort((a, b) => rests[a]! - rests[b]!);
  return [Float64Array.from(order, (i) => rests[i]!), Float64Array.from(order, weightOf)];
}

/** Agreeing votes with which a clock stands on its own. */
export const ENOUGH_VOTES = 5;

/**
 * Clocks of rows without and with an absolute time. Where only one of them has votes enough, both are taken for
 * the one clock of one device.
 */
export function oneDevice(wall: Clock, absolute: Clock): readonly [wall: Clock, absolute: Clock] {
  if (wall.agreeing === 0 && absolute.agreeing === 0) return [wall, absolute];
  if (wall.agreeing < ENOUGH_VOTES && absolute.agreeing >= wall.agreeing) {
    const apart = wall.offset + wall.zone - absolute.offset;
    const zone = wall.agreeing === 0 ? 0 : zoneOf(apart);
    const same = wall.agreeing === 0 || Math.abs(apart - zone) <= LEAST_LIKE_ZONE;
    return same ? [{ ...absolute, zone }, absolute] : [wall, absolute];
  }
  if (absolute.agreeing < ENOUGH_VOTES && wall.agreeing > absolute.agreeing) {
    const same = absolute.agreeing === 0 || Math.abs(absolute.offset - wall.offset) <= LEAST_LIKE_ZONE;
    return same ? [wall, { ...wall, zone: 0 }] : [wall, absolute];
  }
  return [wall, absolute];
}

/** Offsets of zones that are in use, in minutes, beside the whole hours from -12 to +14. */
const ODD_ZONES: readonly number[] = [-570, -210, -150, 210, 270, 330, 345, 390, 525, 570, 630, 765, 825];
const ZONES: readonly number[] = [...Array.from({ length: 27 }, (_, i) => (i - 12) * 60), ...ODD_ZONES].map(
  (minutes) => minutes * 60,
);
/** A clock that is further off than this is not said to be in a zone. */
const LEAST_LIKE_ZONE = 300;

function zoneOf(offset: number): number {
  return ZONES.find((zone) => Math.abs(offset - zone) <= LEAST_LIKE_ZONE) ?? 0;
}
