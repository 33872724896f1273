/** What must not matter to a reader, and what is written read back. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseCsv } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogRow } from '../../src/trafficlog/log-row.ts';
import { FIELD_NAMES, type RowField } from '../../src/trafficlog/row-fields.ts';
import { TRAFFIC_FIELDS, WRITTEN_FIELDS } from '../../src/trafficlog/traffic-fields.ts';
import { syslogLine, trafficLine } from '../../src/trafficlog/write-traffic.ts';
import { runProgram } from '../dsl/program.ts';
import { entryOf } from './entries.ts';
import { readLog } from './reading.ts';

const cellsOf = (i: number): string[] => parseCsv(trafficLine(entryOf(i), i + 1))[0] as string[];
const bare = ({ file: _file, line: _line, ...row }: LogRow): Omit<LogRow, 'file' | 'line'> => row;
const rowsOf = async (log: string | Uint8Array, sizes?: readonly number[]) =>
  (await readLog(log, sizes)).rows.map(bare);

const COUNT = 12;
const CELLS = Array.from({ length: COUNT }, (_, i) => cellsOf(i));
const PLAIN = CELLS.map((cells) => cells.join(',')).join('\n');

/** Quoted in any way that RFC 4180 allows. */
const quote = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;

/** Columns that a reader of rows needs and an export has. */
const FIELDS: readonly RowField[] = FIELD_NAMES.map(({ field }) => field).filter((field) =>
  WRITTEN_FIELDS.some(({ variable }) => variable === field),
);

const spelling = (field: RowField): fc.Arbitrary<string> => {
  const { spellings } = FIELD_NAMES.find((names) => names.field === field)!;
  const respell = fc.constantFrom<(name: string) => string>(
    (name) => name,
    (name) => name.toUpperCase(),
    (name) => name.toLowerCase(),
    (name) => name.replaceAll(' ', '_'),
    (name) => ` ${name} `,
  );
  return fc.tuple(fc.constantFrom(field, ...spellings), respell).map(([name, as]) => as(name));
};

const header = fc
  .shuffledSubarray([...FIELDS], { minLength: FIELDS.length })
  .chain((fields) =>
    fc.tuple(...fields.map(spelling)).map((names) => fields.map((field, i) => ({ field, name: names[i]! }))),
  );

describe('a header', () => {
  test('any order, any spelling, unknown columns in between', async () => {
    const expected = await rowsOf(PLAIN);
    await fc.assert(
      fc.asyncProperty(header, fc.integer({ min: 0, max: FIELDS.length }), async (columns, unknown) => {
        const named = [
          ...columns.slice(0, unknown),
          { field: null, name: 'Some Column of Another Release' },
          ...columns.slice(unknown),
        ];
        const lines = CELLS.map((cells) =>
          named
            .map(({ field }) =>
              field === null ? 'x' : cells[TRAFFIC_FIELDS.findIndex(({ variable }) => variable === field)]!,
            )
            .join(','),
        );
        expect(await rowsOf([named.map(({ name }) => name).join(','), ...lines].join('\n'))).toEqual(
          expected,
        );
      }),
      { numRuns: 60 },
    );
  });

  test('every spelling is that of one field', () => {
    const names = FIELD_NAMES.flatMap(({ field, spellings }) => [
      ...new Set([field, ...spellings].map((name) => name.toLowerCase().replace(/[^a-z0-9]/g, ''))),
    ]);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  test('7.3 of the web interface, PAN-OS 6 and later spellings', async () => {
    const old =
      'Domain,Receive Time,Serial #,Type,Threat/Content Type,Config Version,Generate Time,Source address,Destination address,NAT Source IP,NAT Destination IP,Rule,Source User,Destination User,Application,Virtual System,Source Zone,Destination Zone,Inbound Interface,Outbound Interface,Log Action,Time Logged,Session ID,Repeat Count,Source Port,Destination Port,NAT Source Port,NAT Destination Port,Flags,IP Protocol,Action,Bytes,Bytes Sent,Bytes Received,Packets,Start Time,Elapsed Time (sec),Category,Padding,seqno,actionflags,Source Country,Destination Country,cpadding,pkts_sent,pkts_received';
    const later = `${old},session_end_reason,DG Hierarchy Level 1,DG Hierarchy Level 2,DG Hierarchy Level 3,DG Hierarchy Level 4,Virtual System Name,Device Name,action_source,Source VM UUID,Destination VM UUID,Tunnel ID/IMSI,Monitor Tag/IMEI,Parent Session ID,parent_start_time,Tunnel`;
    const of = (names: string): string =>
      [names, ...CELLS.map((cells) => cells.slice(0, names.split(',').length).join(','))].join('\n');
    const positional = (count: number): string =>
      CELLS.map((cells) => cells.slice(0, count).join(',')).join('\n');
    expect(await rowsOf(of(old))).toEqual(await rowsOf(positional(46)));
    expect(await rowsOf(of(later))).toEqual(await rowsOf(positional(61)));
  });

  test('rows that end in empty columns beyond it', async () => {
    const log = 'src,dst,sport,app,start\n10.0.0.1,10.0.0.2,3,c,2026/01/09 16:44:00,,\n';
    expect(await rowsOf(log)).toMatchObject([{ sport: 3, app: 'c' }]);
  });

  test('comes again, or another one does, where logs were put together', async () => {
    const first = 'Receive Time,Source address,Destination address,Source Port,Application,Type';
    const second = 'src,dst,sport,app,time_generated';
    const log = [
      first,
      '2026/01/09 16:44:00,10.0.0.1,10.0.0.2,1,a,TRAFFIC',
      first,
      '2026/01/09 16:44:00,10.0.0.1,10.0.0.2,2,b,TRAFFIC',
      second,
      '10.0.0.1,10.0.0.2,3,c,2026/01/09 16:44:00',
    ].join('\n');
    const { rows, warnings } = await readLog(log);
    expect(warnings).toEqual([]);
    expect(rows.map(({ sport, app, line }) => [sport, app, line])).toEqual([
      [1, 'a', 2],
      [2, 'b', 4],
      [3, 'c', 6],
    ]);
  });
});

describe('what must not matter', () => {
  const styles = [
    ['LF', (lines: readonly string[]) => lines.join('\n')],
    ['CRLF', (lines: readonly string[]) => `${lines.join('\r\n')}\r\n`],
    ['a line end behind the last line', (lines: readonly string[]) => `${lines.join('\n')}\n`],
    ['blank lines', (lines: readonly string[]) => `\n\n${lines.join('\n\n \n')}\n\n`],
    ['a byte order mark', (lines: readonly string[]) => `\uFEFF${lines.join('\n')}`],
    ['spaces behind', (lines: readonly string[]) => lines.map((line) => `${line} `).join('\n')],
  ] as const;
  const forms: readonly (readonly [string, readonly string[]])[] = [
    ['syslog', CELLS.map((_, i) => syslogLine(entryOf(i), i + 1))],
    ['csv', [WRITTEN_FIELDS.map(({ title }) => title).join(','), ...PLAIN.split('\n')]],
    [
      'json',
      CELLS.map((cells) =>
        JSON.stringify(Object.fromEntries(WRITTEN_FIELDS.map(({ variable }, i) => [variable, cells[i]]))),
      ),
    ],
  ];
  test.each(forms.flatMap(([form, lines]) => styles.map(([style, as]) => [form, style, as(lines)] as const)))(
    '%s: %s',
    async (_form, _style, log) => {
      const { rows, warnings } = await readLog(log);
      expect(warnings).toEqual([]);
      expect(rows.map(bare)).toEqual(await rowsOf(PLAIN));
    },
  );

  test.each(['utf-16le', 'utf-16be'])('%s, as a spreadsheet saves it', async (encoding) => {
    const little = Buffer.from(`\uFEFF${PLAIN}\r\n`, 'utf16le');
    const bytes = encoding === 'utf-16le' ? little : little.swap16();
    expect(await rowsOf(bytes)).toEqual(await rowsOf(PLAIN));
    expect(await rowsOf(bytes, [1, 3, 500])).toEqual(await rowsOf(PLAIN));
  });

  test('in which pieces the bytes come', async () => {
    const logs = await Promise.all(
      forms.map(async ([, lines]) => {
        const text = lines.join('\n').replaceAll('rule-1', 'Außen→内');
        return { bytes: new TextEncoder().encode(text), whole: await readLog(text) };
      }),
    );
    const sizes = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...logs), sizes, async ({ bytes, whole }, pieces) => {
        expect((await readLog(bytes, pieces)).rows).toEqual(whole.rows);
      }),
      { numRuns: 60 },
    );
  });

  test('which cells are quoted', async () => {
    const expected = await rowsOf(PLAIN);
    const masks = fc.array(fc.boolean(), { minLength: 117 * COUNT, maxLength: 117 * COUNT });
    await fc.assert(
      fc.asyncProperty(masks, async (mask) => {
        const lines = CELLS.map((cells, row) =>
          cells.map((cell, i) => (mask[row * 117 + i] ? quote(cell) : cell)).join(','),
        );
        expect(await rowsOf(lines.join('\n'))).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  test('any text in a rule and a zone, quoted as a CSV writer does', async () => {
    const names = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => !/[\r\n]/.test(text));
    await fc.assert(
      fc.asyncProperty(names, names, async (rule, zone) => {
        const { rows } = await readLog(syslogLine(entryOf(1, { rule, from: zone }), 1));
        expect(rows.map((row) => [row.rule, row.from])).toEqual([[rule, zone]]);
      }),
      { numRuns: 200 },
    );
  });

  test('lines that are left out in between', async () => {
    const whole = await rowsOf(PLAIN);
    const bad = fc.oneof(
      fc.integer({ min: 1, max: 36 }).map((count) => CELLS[3]!.slice(0, count).join(',')),
      fc.integer({ min: 0, max: 35 }).map((at) => CELLS[3]!.toSpliced(at, 1).join(',')),
      fc.integer({ min: 7, max: 35 }).map((at) => CELLS[3]!.toSpliced(at, 0, 'x').join(',')),
      fc.integer({ min: 1, max: 400 }).map((at) => `{${PLAIN.slice(0, at)}`),
      fc.integer({ min: 7, max: 35 }).map((at) => CELLS[3]!.with(at, '"open').join(',')),
      fc.constantFrom(
        '[',
        '[1',
        '{',
        '{"a": [',
        '"',
        '\\',
        'CEF:0|',
        'LEEF:1.0|a',
        'LEEF:2.0|',
        '\u0000',
        '}',
      ),
      fc.string({ maxLength: 80 }).filter((text) => !/[\r\n]/.test(text)),
    );
    const places = fc.array(fc.tuple(fc.integer({ min: 0, max: COUNT }), bad), {
      minLength: 1,
      maxLength: 8,
    });
    for (const [form, lines] of forms) {
      await fc.assert(
        fc.asyncProperty(places, async (inserted) => {
          const log = [...lines];
          // never above the header
          for (const [at, line] of inserted) log.splice(Math.max(1, at), 0, line);
          expect([form, ...(await rowsOf(log.join('\n')))]).toEqual([form, ...whole]);
        }),
        { numRuns: 60 },
      );
    }
  });
});

describe('what is written is read', () => {
  const columns = (line: readonly string[]): Record<string, string> =>
    Object.fromEntries(WRITTEN_FIELDS.map(({ variable }, i) => [variable, line[i]!]));
  const seconds = (text: string): number =>
    Date.parse(`${text.replaceAll('/', '-').replace(' ', 'T')}Z`) / 1000;

  test.each(
    ['everything', 'ping-ipv4', 'port-reuse'].flatMap((name) => [
      [name, 'panos-csv'],
      [name, 'panos-syslog'],
    ]),
  )('%s as %s', async (name, format) => {
    const file = join('captures', `${name}.pcap`);
    expect(readFileSync(file).length).toBeGreaterThan(0);
    const run = async (as: string) => (await runProgram([file, '--format', as, '--drain'])).stdout;
    const written = (parseCsv(await run('panos-csv')) as string[][]).map(columns);
    const { rows, warnings } = await readLog(await run(format));
    expect(warnings).toEqual([]);
    expect(rows).toHaveLength(written.length);
    for (const [i, row] of rows.entries()) {
      const line = written[i]!;
      const number = (key: string): number => Number(line[key]);
      expect(row).toEqual({
        file: 0,
        line: i + 1,
        device: line['serial'],
        subtype: line['subtype'],
        receive: seconds(line['receive_time']!),
        generated: seconds(line['time_generated']!),
        start: seconds(line['start']!),
        // the device's clock is UTC here, as the time stamp says
        utcOffset: 0,
        highResolution: Date.parse(line['high_res_timestamp']!) / 1000,
        elapsed: number('elapsed'),
        src: line['src'],
        dst: line['dst'],
        sport: number('sport'),
        dport: number('dport'),
        natsrc: line['natsrc'],
        natdst: line['natdst'],
        natsport: 0,
        natdport: 0,
        proto: line['proto'],
        app: line['app'],
        rule: line['rule'],
        action: line['action'],
        actionSource: line['action_source'],
        from: line['from'],
        to: line['to'],
        inbound: line['inbound_if'],
        outbound: line['outbound_if'],
        vsys: line['vsys'],
        sessionId: number('sessionid'),
        repeatCount: number('repeatcnt'),
        flags: number('flags'),
        trackerStage: row.trackerStage,
        bytes: number('bytes'),
        bytesSent: number('bytes_sent'),
        bytesReceived: number('bytes_received'),
        packets: number('packets'),
        packetsSent: number('pkts_sent'),
        packetsReceived: number('pkts_received'),
        endReason: line['session_end_reason'],
        parentSessionId: number('parent_session_id'),
        tcp: null,
      });
    }
  });

  test('4.2 the tracker is that of the session', async () => {
    const file = join('captures', 'everything.pcap');
    const log = (await runProgram([file, '--format', 'panos-csv', '--drain'])).stdout;
    const csv = (await runProgram([file, '--format', 'csv', '--drain'])).stdout;
    const sessions = parseCsv(csv, { columns: true }) as Record<string, string>[];
    const stage = new Map(
      sessions.map((session) => [Number(session['sessionid']), session['tracker_stage']]),
    );
    const { rows } = await readLog(log);
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows) expect(row.trackerStage).toBe(stage.get(row.sessionId!));
  });
});
