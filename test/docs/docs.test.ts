/** The manual's tables are the program's tables. `npm run golden:update` rewrites them. */
import { describe, expect, test } from 'vitest';
import { PAGES, PARTS, regenerate, rewrite } from './generated.ts';

describe('generated parts of the manual', () => {
  test.each(PAGES)('%s says what the tables say', async (page) => {
    if (process.env['GOLDEN_UPDATE'] === '1') await rewrite(page);
    const { before, after } = await regenerate(page);
    expect(before).toBe(after);
  });

  test('every part stands in a page', async () => {
    const shown = (await Promise.all(PAGES.map(regenerate))).flatMap(({ parts }) => parts);
    expect(Object.keys(PARTS).filter((part) => !shown.includes(part))).toEqual([]);
  });
});
