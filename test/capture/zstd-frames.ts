/** zstd frames for the tests: raw blocks only, and one frame that the zstd program wrote. */

const MASK = (1n << 64n) - 1n;
const P = [
  0x9e3779b185ebca87n,
  0xc2b2ae3d27d4eb4fn,
  0x165667b19e3779f9n,
  0x85ebca77c2b2ae63n,
  0x27d4eb2f165667c5n,
];

const rotate = (x: bigint, by: bigint): bigint => ((x << by) | (x >> (64n - by))) & MASK;
const round = (lane: bigint, input: bigint): bigint =>
  (rotate((lane + input * P[1]!) & MASK, 31n) * P[0]!) & MASK;

/** XXH64 with BigInt, straight from its specification; the low 32 bits. */
export function xxh64Low(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  let hash = P[4]!;
  if (bytes.length >= 32) {
    let lanes = [(P[0]! + P[1]!) & MASK, P[1]!, 0n, -P[0]! & MASK];
    for (; at + 32 <= bytes.length; at += 32) {
      lanes = lanes.map((lane, i) => round(lane, view.getBigUint64(at + 8 * i, true)));
    }
    hash = [1n, 7n, 12n, 18n].reduce((sum, by, i) => (sum + rotate(lanes[i]!, by)) & MASK, 0n);
    for (const lane of lanes) hash = ((hash ^ round(0n, lane)) * P[0]! + P[3]!) & MASK;
  }
  hash = (hash + BigInt(bytes.length)) & MASK;
  for (; at + 8 <= bytes.length; at += 8) {
    hash = (rotate(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * P[0]! + P[3]!) & MASK;
  }
  if (at + 4 <= bytes.length) {
    hash = (rotate(hash ^ ((BigInt(view.getUint32(at, true)) * P[0]!) & MASK), 23n) * P[1]! + P[2]!) & MASK;
    at += 4;
  }
  for (; at < bytes.length; at++)
    hash = (rotate(hash ^ ((BigInt(bytes[at]!) * P[4]!) & MASK), 11n) * P[0]!) & MASK;
  hash = ((hash ^ (hash >> 33n)) * P[1]!) & MASK;
  hash = ((hash ^ (hash >> 29n)) * P[2]!) & MASK;
  return Number((hash ^ (hash >> 32n)) & 0xffffffffn);
}

/** A frame of raw blocks with a window of 1 KiB. */
export function zstdFrame(
  content: Uint8Array,
  options: { blockBytes?: number; checksum?: boolean } = {},
): Uint8Array {
  const blockBytes = options.blockBytes ?? 1000;
  const parts: Uint8Array[] = [Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, options.checksum ? 4 : 0, 0)];
  for (let at = 0; at === 0 || at < content.length; at += blockBytes) {
    const block = content.subarray(at, at + blockBytes);
    const header = (block.length << 3) | Number(at + blockBytes >= content.length);
    parts.push(Uint8Array.of(header, header >> 8, header >> 16), block);
  }
  if (options.checksum) {
    const sum = Buffer.alloc(4);
    sum.writeUInt32LE(xxh64Low(content));
    parts.push(sum);
  }
  return Uint8Array.from(Buffer.concat(parts));
}

export function skippableFrame(bytes: number): Uint8Array {
  const frame = new Uint8Array(8 + bytes).fill(0x77);
  frame.set([0x5a, 0x2a, 0x4d, 0x18, bytes, 0, 0, 0]);
  return frame;
}

const LINES = Array.from({ length: 40 }, (_, i) => `packet ${i} of ${i * i} bytes from host ${i % 7}\n`).join(
  '',
);

/** LINES, compressed by `zstd -19 --check` 1.5.4 */
const COMPRESSED =
  'KLUv/WRoBI0HALKNIBSgGxtAm382jlNVCa3t7p08+FHFAz567e6sRmkOLPdOw99khPbZatmsfHOurWrLfLo/DfT7IHgGmccnPgO879F+er/v/KqrO219N/XqA2caf3KuyZsm35nsm1xl8q3rS629INMS8Xjps7XfbQNFTqMclCiMQU3hPAMVGQoVOQVCCEtYqBFQYe7sfwZwMwrlARHQBYQ48Z1AYn0MevqHyPxk+jI1HyVrSH0k+iPGfcXo6Ojo6Ojo6Ojo6Ojo6EI8IvfK7BmWNt2xkpY7U9JwB0ra7TRJsx0lTr0v3cj2ur1sM4Vor9OR6+VDa2B8ugpuAmS9';

export function zstdProgramFrame(): { compressed: Uint8Array; content: Uint8Array } {
  return {
    compressed: Uint8Array.from(Buffer.from(COMPRESSED, 'base64')),
    content: new TextEncoder().encode(LINES),
  };
}
