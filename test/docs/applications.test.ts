import { describe, expect, test } from 'vitest';
import { DATAGRAM_SIGNATURES, STREAM_SIGNATURES } from '../../src/firewall/app-id/signatures.ts';
import { applicationsTable, applicationTexts, portsText, protocolsTable } from './applications.ts';

test.each<[readonly number[], string]>([
  [[], 'dynamic'],
  [[443], '443'],
  [[8080, 80], '80 8080'],
  [[67, 68], '67 68'],
  [[5902, 5900, 5901, 5906], '5900-5902 5906'],
  [[53, 53], '53'],
])('ports %j are %s', (ports, text) => {
  expect(portsText(ports)).toBe(text);
});

describe('the table of applications', () => {
  const lines = applicationsTable().split('\n');

  test('has every application of each transport once, in order', () => {
    const names = applicationTexts().map(({ app, over }) => `${app} ${over}`);
    const expected = new Set([
      ...STREAM_SIGNATURES.map((row) => `${row.app} tcp`),
      ...DATAGRAM_SIGNATURES.map((row) => `${row.app} udp`),
    ]);
    expect(new Set(names)).toEqual(expected);
    expect(names).toHaveLength(expected.size);
    expect(names).toEqual([...names].sort());
  });

  test('says what a signature follows, and what its name is else', () => {
    expect(lines.find((line) => line.startsWith('| `vnc` | tcp |'))).toBe(
      '| `vnc` | tcp | 5900-5906 | RFC 6143 7.1.1 |  | also vnc-base |',
    );
    expect(lines.find((line) => line.startsWith('| `ntp` |'))).toContain('|  | RFC 5905 7.3, RFC 9327 2 |');
  });

  test('every line has the cells of the head', () => {
    const cells = (line: string) => line.replaceAll('\\|', '').split('|').length;
    for (const line of lines) expect(cells(line)).toBe(8);
  });
});

test('protocol numbers are in order', () => {
  const numbers = protocolsTable()
    .split('\n')
    .slice(2)
    .map((line) => Number(/\d+/.exec(line)![0]));
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
});
