/** `endreason bench table` from the command line. */
import { expect, test } from 'vitest';
import type { TableDocument } from '../../src/bench/table-figures.ts';
import { runProgram } from '../dsl/program.ts';

const bench = (argv: string) =>
  runProgram(['bench', 'table', ...argv.split(' ').filter((word) => word !== '')]);

test('json: a row for each table, workload, number of sessions and IP version', async () => {
  const { status, stdout, stderr } = await bench(
    '--json --live 200,100,200 --packets 300 --family both --workload look-up,new --table map,reference',
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const document = JSON.parse(stdout) as TableDocument;
  expect(document.rows.length).toBe(16);
  expect(new Set(document.rows.map((row) => [row.ip_version, row.live_sessions].join()))).toEqual(
    new Set(['4,100', '4,200', '6,100', '6,200']),
  );
  expect(document.rows.map((row) => `${row.workload} ${row.table}`).slice(0, 4)).toEqual([
    'new reference',
    'new map',
    'look-up reference',
    'look-up map',
  ]);
  for (const row of document.rows) {
    expect(row.operations).toBe(row.workload === 'new' ? row.live_sessions : 300);
    expect(row.packets_per_second).toBeGreaterThan(0);
    if (row.table === 'reference') expect(row.times_reference).toBe(1);
  }
  expect(document.firewalls.models.find(({ model }) => model === 'PA-3440')).toMatchObject({
    max_sessions: 3_000_000,
    new_sessions_per_second: 268_000,
  });
});

test('text: figures in columns, what they mean, and the firewalls with why they are not the same', async () => {
  const { status, stdout } = await bench(
    '--live 100 --packets 100 --workload new,expiry --table map,lru-map',
  );
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /^IPv4, 100 live sessions\nWORKLOAD {2}TABLE +PACKETS +OPENED +ENDED +NS P50 +NS P99 +BYTES +X REF\n/,
  );
  expect(stdout).toMatch(/\nnew +map +[\d.]+ +[\d.]+ +- +\d+ +\d+ +-?\d+ +-\n/);
  expect(stdout).toMatch(/\n {2}new a session opened, expiry a session ended\n/);
  expect(stdout).toMatch(/\nPA-5410 +5000000 +270000\n/);
  expect(stdout).toMatch(/\nNot the same work: [^\n]+\n/);
});

test('a table that would take minutes is left out unless it is named', async () => {
  const { stdout } = await bench('--live 20001 --packets 10 --workload new --json');
  const document = JSON.parse(stdout) as TableDocument;
  expect(document.rows.map((row) => row.table)).not.toContain('reference');
  expect(document.rows.map((row) => row.times_reference)).toEqual(document.rows.map(() => null));
  expect(document.left_out).toEqual([
    {
      table: 'reference',
      live: 20_001,
      because: 'more than 20000 live sessions would take minutes; --table reference measures it all the same',
    },
  ]);
});

test.each<readonly [argv: string, line: string]>([
  ['--live 10', '--live 10: give a whole number from 100 on; k, M, G, Ki, Mi, Gi may follow it, e.g. 250k'],
  ['--live 1k,', '--live : give a whole number from 100 on; k, M, G, Ki, Mi, Gi may follow it, e.g. 250k'],
  [
    '--table mop',
    '--table mop: there is none of that name; allowed: kernel, reference, map, map-heap, map-columns, lru-map',
  ],
  [
    '--workload new,old',
    '--workload old: there is none of that name; allowed: new, look-up, look-up-zipf, expiry, mixed, syn-flood',
  ],
  ['--family 5', "option '--family <ip>' argument '5' is invalid. Allowed choices are 4, 6, both"],
  [
    'x',
    "too many arguments for 'table'. Expected 0 arguments but got 1; endreason bench table --help lists what there is",
  ],
])('endreason bench table %s', async (argv, line) => {
  const { status, stdout, stderr } = await bench(argv);
  expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: '', stderr: `endreason: ${line}\n` });
});

test('help in 80 columns', async () => {
  const { status, stdout } = await bench('--help');
  expect(status).toBe(0);
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
});
