/**
 * The eight TCP figures that PAN-OS 12 logs (firewall-model 7.1, columns 120 to 127), worked out of the packets.
 * The log names neither the unit of its round trips nor which of the two ways `c2s` is: both are fitted.
 */
import type { SessionFacts } from '../session/facts.ts';
import { roundTrips } from '../verdict/round-trips.ts';

type Way = readonly [c2s: number | null, s2c: number | null];

/** What a capture knows of them, client to server first; null where it does not hold all it takes. */
export interface TcpCounts {
  /** seconds, of the handshake alone: from the firewall to the server and back, and to the client and back */
  readonly roundTrip: Way;
  readonly outOfOrder: Way;
  readonly retransmissions: Way;
  readonly zeroWindows: Way;
}

const UNKNOWN: Way = [null, null];

/** Null of other protocols, and where events were not kept. */
export function tcpCountsOf(facts: SessionFacts): TcpCounts | null {
  const segments = facts.tcp?.segments ?? null;
  if (facts.tcp === null || segments === null) return null;
  const trips = roundTrips(facts);
  // what the capture does not hold may have been lost, late or sent twice
  const whole = !facts.tcp.midstream && !facts.events.some(({ kind }) => kind === 'unseen');
  const { c2s, s2c } = segments;
  return {
    roundTrip: trips === null ? UNKNOWN : [trips.server, trips.client],
    outOfOrder: whole ? [c2s.outOfOrder, s2c.outOfOrder] : UNKNOWN,
    retransmissions: whole ? [c2s.retransmissions, s2c.retransmissions] : UNKNOWN,
    zeroWindows: whole ? [c2s.zeroWindows, s2c.zeroWindows] : UNKNOWN,
  };
}

/** How the log writes round trips (inferred). */
export interface RoundTripScale {
  readonly unit: 'ms' | 'us';
  /** in a second */
  readonly perSecond: number;
  /** whether its `c2s` is the way to the client and back */
  readonly turned: boolean;
  /** false where less than half of them agree in any unit: then they are something else, and are not compared */
  readonly isCompared: boolean;
}

/** The likeliest first. */
const SCALES: readonly RoundTripScale[] = [
  { unit: 'ms', perSecond: 1e3, turned: false, isCompared: true },
  { unit: 'us', perSecond: 1e6, turned: false, isCompared: true },
  { unit: 'ms', perSecond: 1e3, turned: true, isCompared: true },
  { unit: 'us', perSecond: 1e6, turned: true, isCompared: true },
];

/** Of round trips that agree. */
const LEAST_SHARE = 0.5;
/** Below it a round trip may be rounded to anything. */
const LEAST_TRIP = 0.001;

export class RoundTripVotes {
  readonly #apart: number[] = SCALES.map(() => 0);
  readonly #agreeing: number[] = SCALES.map(() => 0);
  readonly #trips: number[] = SCALES.map(() => 0);

  add(capture: TcpCounts, log: { readonly roundTrip: Way }): void {
    for (const [at, scale] of SCALES.entries()) {
      for (const [i, seconds] of inOrder(capture.roundTrip, scale).entries()) {
        const logged = log.roundTrip[i]! / scale.perSecond;
        if (seconds === null || !(logged > 0)) continue;
        // a factor of ten is as far as hosts and firewall may be from each other in one connection
        const ratio = Math.max(seconds, LEAST_TRIP) / Math.max(logged, LEAST_TRIP);
        this.#apart[at]! += Math.min(1, Math.abs(Math.log10(ratio)));
        this.#trips[at]! += 1;
        if (tripsAgree(seconds * scale.perSecond, log.roundTrip[i]!, scale)) this.#agreeing[at]! += 1;
      }
    }
  }

  /** Milliseconds and the way to the server where nothing tells otherwise. */
  fit(): RoundTripScale {
    // a way of which one side knows nothing fits by having nothing to say
    const apart = (at: number): number => (this.#trips[at] === 0 ? 1 : this.#apart[at]! / this.#trips[at]!);
    let best = 0;
    for (let at = 1; at < SCALES.length; at += 1) if (apart(at) < apart(best) - 1e-9) best = at;
    return { ...SCALES[best]!, isCompared: this.#agreeing[best]! >= LEAST_SHARE * this.#trips[best]! };
  }
}

/** In the log's unit and order, rounded to whole numbers. */
export function scaledTrips({ roundTrip }: TcpCounts, scale: RoundTripScale): Way {
  const scaled = (seconds: number | null): number | null =>
    seconds === null || !scale.isCompared ? null : Math.round(seconds * scale.perSecond);
  const [c2s, s2c] = inOrder(roundTrip, scale);
  return [scaled(c2s), scaled(s2c)];
}

function inOrder([c2s, s2c]: Way, { turned }: RoundTripScale): Way {
  return turned ? [s2c, c2s] : [c2s, s2c];
}

const TRIP_SECONDS = 0.002;
const TRIP_SHARE = 0.5;

/** Whether two round trips in the log's unit are as near as a mean over the session may be to its handshake. */
export function tripsAgree(ours: number, theirs: number, { perSecond }: RoundTripScale): boolean {
  return Math.abs(ours - theirs) <= Math.max(TRIP_SECONDS * perSecond, TRIP_SHARE * ours);
}
