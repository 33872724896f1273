/**
 * Packets that are nothing to a session: those that do not hold both of its addresses. Whatever concerns a
 * session does hold them, wherever its headers stand: its packets and their fragments, and ICMP errors that
 * quote one. Only what a tunnel carries may be cut into fragments that show the tunnel's addresses alone.
 */

/** The two ends of a session, as bytes on the wire. */
export interface AddressPair {
  readonly client: Uint8Array;
  readonly server: Uint8Array;
}

/** @param key addresses as four 32-bit words, IPv4 mapped */
export function addressPair(key: {
  readonly version: number;
  readonly src: Uint32Array;
  readonly dst: Uint32Array;
}): AddressPair {
  const bytes = (words: Uint32Array): Uint8Array => {
    const all = Uint8Array.from([...words].flatMap((word) => [24, 16, 8, 0].map((shift) => word >>> shift)));
    return key.version === 4 ? all.subarray(12) : all;
  };
  return { client: bytes(key.src), server: bytes(key.dst) };
}

/** Whether a frame holds both addresses of any of the pairs; where it does not, it is a bystander. */
export function holdsAddresses(frame: Uint8Array, pairs: readonly AddressPair[]): boolean {
  return pairs.some(({ client, server }) => holds(frame, client) && holds(frame, server));
}

function holds(frame: Uint8Array, part: Uint8Array): boolean {
  const last = frame.length - part.length;
  for (let at = frame.indexOf(part[0]!); at >= 0 && at <= last; at = frame.indexOf(part[0]!, at + 1)) {
    let same = 1;
    while (same < part.length && frame[at + same] === part[same]) same += 1;
    if (same === part.length) return true;
  }
  return false;
}
