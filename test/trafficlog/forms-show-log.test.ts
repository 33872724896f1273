/** A row a case for what `show log traffic` prints (firewall-model 7.4). */
import { describe, expect, test } from 'vitest';
import { readLog, readRow, wall } from './reading.ts';

describe('show log traffic', () => {
  const head = [
    'Time                App             From            Src Port          Source',
    'Rule                Action          To              Dst Port          Destination',
    '                    Src User        Dst User        Session Info',
    '='.repeat(79),
  ];
  const entry = (stage: string | null, rule = 'outbound'): string[] => [
    '2026/01/09 16:44:01 ssl             trust           54433             10.0.21.103',
    `${rule.padEnd(19)} allow           untrust         443               198.51.100.124`,
    ...(stage === null ? [] : [`                                                    ${stage}`]),
  ];
  const expected = {
    generated: wall('2026/01/09 16:44:01'),
    start: null,
    utcOffset: null,
    app: 'ssl',
    from: 'trust',
    to: 'untrust',
    sport: 54433,
    dport: 443,
    src: '10.0.21.103',
    dst: '198.51.100.124',
    rule: 'outbound',
    action: 'allow',
    proto: null,
    bytes: null,
    flags: null,
  };
  test.each<[string, readonly string[], string | null]>([
    ['with the tracker', [...head, ...entry('TCP FIN')], 'TCP FIN'],
    ['with a hyphen', [...head, ...entry('TCP RST - client')], 'TCP RST - client'],
    ['with an en dash, as web pages have it', [...head, ...entry('TCP RST – server')], 'TCP RST - server'],
    ['a stage without a code', [...head, ...entry('appid policy lookup deny')], 'appid policy lookup deny'],
    ['without the tracker', [...head, ...entry(null)], null],
    ['a line for users', [...head, ...entry('                '), `${' '.repeat(52)}Aged out`], 'Aged out'],
    [
      'a prompt around it',
      ['admin@PA-220> show log traffic', '', ...head, ...entry('TCP FIN'), 'admin@PA-220>'],
      'TCP FIN',
    ],
    [
      'columns run together',
      [...head, ...entry('TCP FIN').map((line) => line.replace(/ {2,}/g, ' '))],
      'TCP FIN',
    ],
  ])('%s', async (_name, lines, trackerStage) => {
    expect(await readRow(lines.join('\n'))).toMatchObject({ ...expected, trackerStage });
  });

  test('names with spaces, or longer than their column', async () => {
    const lines = [
      '2026/01/09 16:44:01 windows-defender-atp-endpoint Guest WiFi      54433             2001:db8::1',
      'Allow dns and drop all others allow           Ext Internet    443               2001:db8::2',
    ];
    expect(await readRow([...head, ...lines].join('\n'))).toMatchObject({
      app: 'windows-defender-atp-endpoint',
      from: 'Guest WiFi',
      to: 'Ext Internet',
      src: '2001:db8::1',
    });
    const named = [
      lines[0]!,
      'drop all            drop ICMP       Ext Internet    443               2001:db8::2',
    ];
    expect(await readRow([...head, ...named].join('\n'))).toMatchObject({
      rule: 'drop all',
      action: 'drop-icmp',
    });
  });

  test('many entries, in either direction, with the head again in between', async () => {
    const lines = [...head, ...entry('TCP FIN'), ...entry(null, 'b'), ...head, ...entry('Aged out', 'c')];
    const { rows, warnings } = await readLog(lines.join('\n'));
    expect(warnings).toEqual([]);
    expect(rows.map(({ rule, trackerStage, line }) => [rule, trackerStage, line])).toEqual([
      ['outbound', 'TCP FIN', 5],
      ['b', null, 8],
      ['c', 'Aged out', 14],
    ]);
  });
});
