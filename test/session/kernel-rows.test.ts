/** Where the kernel has no room for a template, the rows that it cannot write are written here, in their order. */
import { expect, test } from 'vitest';
import type { Kernel } from '../../src/kernel/instance.ts';
import * as at from '../../src/kernel/layout.ts';
import type { KernelRecord } from '../../src/session/kernel-record.ts';
import { KernelRows } from '../../src/session/kernel-rows.ts';

/** Kinds of the sessions in OUT, by place; the kernel takes templates for so many kinds. */
function rowsOf(kinds: readonly number[], room: number, isWide: boolean): readonly string[] {
  const written: string[] = [];
  const known = new Set<number>();
  const words = new Uint32Array(at.OUT / 4 + kinds.length).map((_, i) => Math.max(0, i - at.OUT / 4));
  let text: string[] = [];
  let asked = 0;
  const doors = {
    isWideNow: () => Number(isWide),
    writeRows: (from: number, count: number) => {
      text = [];
      let place = from;
      for (; place < count && known.has(kinds[place]!); place += 1) text.push(`${place} by the kernel`);
      return place;
    },
    textEnd: () => at.TEXT + text.length,
    addTemplate: (kind: number) => {
      if (known.size === room) return 0;
      known.add(kind);
      return 1;
    },
  };
  const record = {
    kind: 0,
    course: 0,
    id: 0,
    moveTo(unit: number) {
      this.id = unit;
      this.kind = kinds[unit]!;
    },
  };
  const kernel = { words, bytes: new Uint8Array(8), doors };
  const rows = new KernelRows(kernel as unknown as Kernel, record as unknown as KernelRecord, {
    template: () => {
      asked += 1;
      return new Uint8Array(4);
    },
    record: ({ id }) => written.push(`${id} here`),
    text: () => written.push(...text),
    add: () => expect.fail('the run is not over'),
  });
  rows.give(kinds.length);
  expect(asked).toBeLessThanOrEqual(isWide ? 0 : room + 1);
  return written;
}

test.each([
  ['room for all', [7, 8, 7], 2, false, ['0 by the kernel', '1 by the kernel', '2 by the kernel']],
  [
    'for one of three',
    [7, 8, 9, 7, 8],
    1,
    false,
    ['0 by the kernel', '1 here', '2 here', '3 by the kernel', '4 here'],
  ],
  ['for none', [7, 7], 0, false, ['0 here', '1 here']],
  ['records that have become wide', [7, 8], 2, true, ['0 here', '1 here']],
] as const)('%s', (_, kinds, room, isWide, wanted) => {
  expect(rowsOf(kinds, room, isWide)).toEqual(wanted);
});
