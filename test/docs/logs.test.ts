import { describe, expect, test } from 'vitest';
import { readLog } from '../trafficlog/reading.ts';
import { LOG_EXAMPLES, logFieldNames, logReleases } from './logs.ts';

describe('the page on traffic logs', () => {
  test.each(LOG_EXAMPLES)('$title: its example is read', async ({ text, rows }) => {
    const log = await readLog(`${text}\n`);
    expect([log.rows.length, log.warnings]).toEqual([rows, []]);
  });

  test('there is one for every form that is told', async () => {
    const forms = await Promise.all(LOG_EXAMPLES.map(async ({ text }) => (await readLog(text)).file.forms));
    expect(new Set(forms.flat())).toEqual(new Set(['syslog-csv', 'csv', 'show-log', 'leef', 'cef', 'json']));
  });

  test('the releases go from 46 to 130 fields', () => {
    const lines = logReleases().split('\n').slice(2);
    expect(lines[0]).toContain('| to 6.0 | 46 |');
    expect(lines.at(-1)).toContain('| 12 | 130 | tcp_rtt_c2s to Destination Advanced Device ID |');
  });

  test('names are listed with what CEF calls them', () => {
    expect(logFieldNames()).toContain('| `bytes_sent` | `Bytes Sent`, `srcBytes` | `in` |');
  });
});
