/** How much faster than the capture's a log's clock goes, from gaps between the two at different times. */
import { densest } from './densest.ts';
import { EARLIEST_LAG, LATEST_LAG } from './reveal-timer.ts';

const MOST_BINS = 32;
const LEAST_PER_BIN = 12;
/** Drift below this many seconds over the whole log is none: start times are whole seconds. */
const LEAST_DRIFT = 1;
/** Share of agreeing votes from which on no drift is needed. */
const AGREED = 0.95;
/** A start is truncated to its second, so that residuals of one clock fill one second. */
export const TRUNCATION = 1;
/** Seconds over which the times of rows are spread behind the end of their sessions (firewall-model 3.8). */
export const LAGS: number = LATEST_LAG - EARLIEST_LAG;

/** Seconds a second; 0 where the gaps need none. */
export function fitDrift(times: Float64Array, gaps: Float64Array): number {
  const steady = gaps.slice().sort();
  const [from, to] = densest(steady, TRUNCATION);
  if (to - from + 1 >= AGREED * steady.length) return 0;
  const slope = slopeOf(times, gaps, TRUNCATION);
  return Math.abs(slope * spanOf(times)) < LEAST_DRIFT ? 0 : slope;
}

/** Standard errors by which a drift that the lag could hide has to differ from none. */
const SURE_ERRORS = 6;

/** The same of gaps that hold a lag: that one offset explains them is no reason against a drift. */
export function driftByEnds(times: Float64Array, gaps: Float64Array): number {
  const slope = slopeOf(times, gaps, LAGS);
  const span = spanOf(times);
  if (Math.abs(slope * span) < LEAST_DRIFT) return 0;
  // of the lags of so many rows, at most evenly spread, over as many even moments
  const error = LAGS / Math.sqrt(times.length);
  return Math.abs(slope * span) < SURE_ERRORS * error ? 0 : slope;
}

function spanOf(times: Float64Array): number {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const time of times) {
    if (time < first) first = time;
    if (time > last) last = time;
  }
  return last - first;
}

/** @param width seconds over which gaps of one clock are spread */
function slopeOf(times: Float64Array, gaps: Float64Array, width: number): number {
  const bins = Math.min(MOST_BINS, Math.floor(times.length / LEAST_PER_BIN));
  if (bins < 3) return 0;
  const order = Uint32Array.from(times, (_, i) => i).sort((a, b) => times[a]! - times[b]!);
  const points: (readonly [time: number, gap: number])[] = [];
  for (let bin = 0; bin < bins; bin += 1) {
    const some = order.subarray(
      Math.floor((bin * order.length) / bins),
      Math.floor(((bin + 1) * order.length) / bins),
    );
    const sorted = Float64Array.from(some, (i) => gaps[i]!).sort();
    const [low, high] = densest(sorted, width);
    points.push([times[some[some.length >> 1]!]!, (sorted[low]! + sorted[high]!) / 2]);
  }
  return refined(times, gaps, medianSlope(points), width);
}

/** Theil and Sen: the median over all pairs, which a minority of wrong points does not move. */
function medianSlope(points: readonly (readonly [time: number, gap: number])[]): number {
  const slopes: number[] = [];
  for (const [i, [t, g]] of points.entries()) {
    for (const [u, h] of points.slice(i + 1)) if (u !== t) slopes.push((h - g) / (u - t));
  }
  slopes.sort((a, b) => a - b);
  return slopes[slopes.length >> 1] ?? 0;
}

/** Least squares over what lies within the truncation of the line, until it settles. */
function refined(times: Float64Array, gaps: Float64Array, start: number, width: number): number {
  let slope = start;
  for (let round = 0; round < 4; round += 1) {
    const rests = gaps.map((gap, i) => gap - slope * times[i]!);
    const sorted = rests.slice().sort();
    const [from, to] = densest(sorted, width * 1.2);
    const low = sorted[from]! - 0.1;
    const high = sorted[to]! + 0.1;
    let n = 0;
    let sumT = 0;
    let sumG = 0;
    let sumTT = 0;
    let sumTG = 0;
    for (let i = 0; i < times.length; i += 1) {
      if (rests[i]! < low || rests[i]! > high) continue;
      n += 1;
      sumT += times[i]!;
      sumG += gaps[i]!;
      sumTT += times[i]! * times[i]!;
      sumTG += times[i]! * gaps[i]!;
    }
    const spread = n * sumTT - sumT * sumT;
    if (n < 3 || spread === 0) return slope;
    slope = (n * sumTG - sumT * sumG) / spread;
  }
  return slope;
}
