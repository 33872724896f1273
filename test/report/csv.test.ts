import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import { CSV_COLUMNS, csvHeader, csvSession } from '../../src/report/csv.ts';
import { sessionJson } from '../../src/report/json.ts';
import type { SessionRow } from '../../src/report/session-row.ts';
import { anyRow, ENDED, OPEN } from './rows.ts';

const JSON_COLUMNS = new Set(['pending', 'candidates', 'evidence', 'diagnosis']);

/** What a script that reads the CSV has in its hands. */
function read(text: string): Record<string, string>[] {
  const { data, errors } = Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true });
  expect(errors).toEqual([]);
  return data;
}

function expected(row: SessionRow): Record<string, string> {
  return Object.fromEntries(
    CSV_COLUMNS.map((key) => {
      const value = row[key];
      if (value === null) return [key, ''];
      return [key, JSON_COLUMNS.has(key) ? JSON.stringify(value) : String(value)];
    }),
  );
}

test('the columns are the keys of the JSON, in its order', () => {
  expect(CSV_COLUMNS).toEqual(Object.keys(JSON.parse(sessionJson(ENDED))));
  expect(csvHeader()).toBe(`${CSV_COLUMNS.join(',')}\n`);
});

describe('without --details', () => {
  const row: SessionRow = { ...OPEN, candidates: [{ reason: 'tcp-fin', because: 'x' }] };
  const [cells] = read(csvHeader() + csvSession(row, false));

  test.each(['candidates', 'evidence', 'diagnosis', 'from', 'rule', 'natsport', 'end', 'parent'])(
    '%s is an empty field',
    (key) => expect(cells![key]).toBe(''),
  );

  test('pending is JSON text all the same', () => {
    expect(JSON.parse(cells!['pending']!)).toEqual(OPEN.pending);
  });
});

test('read back with a CSV reader, every row is what it was', () => {
  fc.assert(
    fc.property(fc.array(anyRow, { minLength: 1, maxLength: 5 }), (rows) => {
      expect(read(csvHeader() + rows.map((row) => csvSession(row, true)).join(''))).toEqual(
        rows.map(expected),
      );
    }),
  );
});
