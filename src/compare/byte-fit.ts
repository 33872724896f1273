/**
 * Bytes a packet by which the log counts more than the capture: another link, a VLAN tag, padding to the
 * least frame (firewall-model 0.7, 7.2). The most frequent number, which a minority of odd rows does not move.
 */

export interface ByteOverhead {
  /** bytes a packet, client to server and back */
  readonly sent: number;
  readonly received: number;
  /** bytes a packet that the log may count beyond that, because short frames are padded to 60 or 64 */
  readonly padding: number;
  /** directions that were asked, and those that agree */
  readonly votes: number;
  readonly agreeing: number;
}

/** Nothing, a VLAN tag, an Ethernet header, both; more or less. */
const EXPECTED: ReadonlySet<number> = new Set([0, 4, -4, 14, -14, 18, -18]);
/** An odd number is believed where this many say so, and nearly all. */
const ODD_VOTES = 5;
const ODD_SHARE = 0.8;
const LEAST_SHARE = 0.3;
/** Of the directions that padding has to explain, where no one number does. */
const PADDED_SHARE = 0.9;
/** Of all directions those that one number does not explain, before padding is thought of at all. */
const ODD_TO_PAD = 0.1;
/** Padding explains nearly any number: one direction that differs must not look like it. */
const LEAST_PADDED = 2;
const PADDED_ODD = 0.8;
/** A TCP segment without data is 54 bytes long, and 60 on an Ethernet. */
const MOST_PADDING = 6;

/** Directions that say the same: a million of them say a few things. */
interface Vote {
  readonly more: number;
  readonly packets: number;
  times: number;
}

/** Of one direction, what has been said in the order in which it was first said. */
class Side {
  readonly votes: Vote[] = [];
  readonly #known = new Map<number, Map<number, Vote>>();

  add(more: number, packets: number): void {
    let ofMore = this.#known.get(more);
    if (ofMore === undefined) {
      ofMore = new Map();
      this.#known.set(more, ofMore);
    }
    const known = ofMore.get(packets);
    if (known !== undefined) {
      known.times += 1;
      return;
    }
    const vote = { more, packets, times: 1 };
    ofMore.set(packets, vote);
    this.votes.push(vote);
  }
}

export class ByteVotes {
  readonly #sent = new Side();
  readonly #received = new Side();

  /** @param more bytes of the log minus those of the capture, in a direction of as many packets on both sides */
  add(received: boolean, more: number, packets: number): void {
    if (packets > 0) (received ? this.#received : this.#sent).add(more, packets);
  }

  fit(): ByteOverhead {
    const sent = this.#sent.votes;
    const received = this.#received.votes;
    const all = [...sent, ...received];
    const count = timesOf(all, () => true);
    const common = mode(all);
    const own = (votes: readonly Vote[]): number => {
      const found = mode(votes);
      return found.share > LEAST_SHARE ? found.bytes : common.bytes;
    };
    const [ofSent, ofReceived] = [own(sent), own(received)];
    const odd =
      timesOf(sent, ({ more, packets }) => more !== ofSent * packets) +
      timesOf(received, ({ more, packets }) => more !== ofReceived * packets);
    const plain = { sent: ofSent, received: ofReceived, padding: 0, votes: count, agreeing: count - odd };
    if (count === 0) return plain;
    const padded = [...EXPECTED]
      .map((bytes) => ({ bytes, share: paddedShare(all, bytes) }))
      .sort((a, b) => b.share - a.share || Math.abs(a.bytes) - Math.abs(b.bytes))[0]!;
    if (padded.share < PADDED_SHARE || !isPadding(all, padded.bytes, odd)) return plain;
    const { bytes, share } = padded;
    return {
      sent: bytes,
      received: bytes,
      padding: MOST_PADDING,
      votes: count,
      agreeing: Math.round(share * count),
    };
  }
}

/** The number that both directions have in common, or the one of the direction that has more of it. */
export function overheadOf({ sent, received }: ByteOverhead): number {
  return sent === received || Math.abs(sent) >= Math.abs(received) ? sent : received;
}

function timesOf(votes: readonly Vote[], which: (vote: Vote) => boolean): number {
  let times = 0;
  for (const vote of votes) if (which(vote)) times += vote.times;
  return times;
}

function mode(votes: readonly Vote[]): { readonly bytes: number; readonly share: number } {
  const counts = new Map<number, number>();
  for (const { more, packets, times } of votes) {
    const bytes = more / packets;
    if (Number.isInteger(bytes)) counts.set(bytes, (counts.get(bytes) ?? 0) + times);
  }
  const all = timesOf(votes, () => true);
  let best = 0;
  let most = 0;
  for (const [bytes, count] of counts) {
    const believed = EXPECTED.has(bytes) || (count >= ODD_VOTES && count >= ODD_SHARE * all);
    const better = count > most || (count === most && Math.abs(bytes) < Math.abs(best));
    if (!believed || !better) continue;
    best = bytes;
    most = count;
  }
  return { bytes: best, share: all === 0 ? 0 : most / all };
}

/**
 * Whether padding explains what no one number does: bare segments are 54 bytes (58 with a tag) and grow by 6
 * each, so that most of the odd directions are a multiple of it. One alone may be anything.
 */
function isPadding(votes: readonly Vote[], bytes: number, odd: number): boolean {
  if (odd < ODD_TO_PAD * timesOf(votes, () => true)) return false;
  const padded = timesOf(votes, ({ more, packets }) => {
    const rest = more - bytes * packets;
    return rest > 0 && rest <= MOST_PADDING * packets && rest % MOST_PADDING === 0;
  });
  return padded >= LEAST_PADDED && padded >= PADDED_ODD * odd;
}

function paddedShare(votes: readonly Vote[], bytes: number): number {
  const fits = timesOf(votes, ({ more, packets }) => {
    const rest = more - bytes * packets;
    return rest >= 0 && rest <= MOST_PADDING * packets;
  });
  return fits / timesOf(votes, () => true);
}
