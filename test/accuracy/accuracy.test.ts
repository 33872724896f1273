/** The floors of docs/accuracy.md, over every public capture. */
import { describe, expect, test } from 'vitest';
import { measureAll } from './all.ts';
import { ARGUED } from './argued.ts';
import { addUp } from './table.ts';
import { capturesWithTruth } from './truth.ts';

const FLOOR = 0.99;

describe('accuracy', () => {
  if (capturesWithTruth().length === 0) {
    test('the public captures', (context) => {
      console.log('skipped: the public captures are not beside this project');
      context.skip();
    });
    return;
  }

  test('every disagreement with the truth has been argued, and every class holds its floor', async () => {
    const totals = addUp(await measureAll());
    expect(totals.open).toEqual([]);
    for (const { name, argued } of totals.classes) {
      expect([name, argued.both / argued.truth >= FLOOR, argued.both / argued.ours >= FLOOR]).toEqual([
        name,
        true,
        true,
      ]);
    }
    const stale = ARGUED.filter((row) => !totals.argued.some(([, argued]) => argued === row));
    expect(stale).toEqual([]);
  });
});
