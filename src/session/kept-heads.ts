/** What the kernel has kept of a session that nothing could name so far (assembly/heads.ts), read out of its memory. */
import type { Kernel } from '../kernel/instance.ts';
import * as at from '../kernel/layout.ts';
import type { KeptPayload, KeptSide } from './app-decision.ts';

/** @param kept address of the unit */
export function readKept(kernel: Kernel, kept: number): KeptPayload {
  const { words } = kernel;
  const client = kept + at.KEPT_SIDES;
  return {
    sides: [readSide(kernel, client), readSide(kernel, client + at.KEPT_SIDE_BYTES)],
    packets: words[(kept + at.KEPT_PACKETS) / 4]!,
    bytes: words[(kept + at.KEPT_BYTES) / 4]!,
  };
}

/** A copy of one side; null where it has not begun. */
function readSide(kernel: Kernel, side: number): KeptSide | null {
  const { words } = kernel;
  if (words[(side + at.SIDE_BEGUN) / 4] === 0) return null;
  return {
    base: words[(side + at.SIDE_BASE) / 4]!,
    wireLength: words[(side + at.SIDE_SEEN) / 4]!,
    head: readHead(kernel, side, words[(side + at.SIDE_CAPTURED) / 4]!),
  };
}

function readHead({ bytes, words, doors }: Kernel, side: number, size: number): Uint8Array {
  const head = bytes.slice(side + at.SIDE_HEAD, side + at.SIDE_HEAD + Math.min(size, at.SIDE_HEAD_BYTES));
  if (size <= at.SIDE_HEAD_BYTES) return head;
  const whole = new Uint8Array(size);
  whole.set(head);
  let link = side + at.SIDE_MORE;
  for (let from = at.SIDE_HEAD_BYTES; from < size; from += at.MORE_HEAD_BYTES) {
    const more = doors.address(words[link / 4]!) >>> 0;
    const start = more + at.MORE_HEAD;
    whole.set(bytes.subarray(start, start + Math.min(size - from, at.MORE_HEAD_BYTES)), from);
    link = more + at.MORE_NEXT;
  }
  return whole;
}
