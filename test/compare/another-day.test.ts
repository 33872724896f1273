/** A log of another day: what is said where nothing, or next to nothing, belongs together. */
import { expect, test } from 'vitest';
import { tcpTalk, together } from '../dsl/conversation.ts';
import { complaints } from '../dsl/program.ts';
import { compareRows, ownLog } from './beside.ts';
import { moveRow, setCell } from './rows.ts';

const DAY = 86_400;
const talks = together(
  ...Array.from({ length: 6 }, (_, i) =>
    tcpTalk('0>S 0.02<SA 0.04>A 0.1>D200 0.2<D900 1>F 1.1<F 1.2>A', { clientPort: 40_000 + i }).map(
      (packet) => ({ ...packet, at: packet.at + 3 * i }),
    ),
  ),
);
const rows = await ownLog(talks);

test.each<readonly [name: string, port: (i: number) => number, move: (i: number) => number, words: RegExp]>([
  [
    'the same ports at other times: a guess',
    (i) => 40_000 + i,
    (i) => -2 * DAY + 7 * i,
    /apart by 1 of the 6 rows that have ports of the capture: the log may be of another time/,
  ],
  ['other ports', (i) => 50_000 + i, () => -2 * DAY, /have nothing in common: no tuple of the log/],
  ['a clock that is two days wrong, as every row says', (i) => 40_000 + i, () => -2 * DAY, /^$/],
])('%s', async (_, port, move, words) => {
  const log = rows.map((row, i) => {
    const moved = moveRow(row, move(i));
    setCell(moved, 'sport', port(i));
    return moved;
  });
  const { stderr } = await compareRows(talks, log);
  expect(complaints(stderr)).toMatch(words);
});
