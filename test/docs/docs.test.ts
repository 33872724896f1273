/** The manual's tables are the program's tables. `npm run golden:update` rewrites them. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PAGES, PARTS, ROOT, regenerate, rewrite } from './generated.ts';

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

test.each(PAGES)('the captures that %s names ship with the project', (page) => {
  const named = readFileSync(join(ROOT, page), 'utf8').match(/\bcaptures\/[\w./-]+\.pcap(?:ng)?\b/g) ?? [];
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
