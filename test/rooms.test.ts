/**
 * The order of the rooms (design: "One way through the house"): a room imports only from rooms before
 * it, `firewall` may be used by all, and Node's own modules stay at the edge. Read from import lines.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOMS = [
  'capture',
  'decode',
  'kernel',
  'session',
  'reference',
  'verdict',
  'trafficlog',
  'compare',
  'report',
  'bench',
  'cli',
] as const;

/** Where `node:` modules may be touched, and why. */
const EDGE: readonly (readonly [pattern: RegExp, because: string])[] = [
  [/^capture\/open[^/]*\.ts$/, 'opening and decompressing files'],
  [/^trafficlog\/open[^/]*\.ts$/, 'decoding the text of logs: most of it is ASCII, which a Buffer copies'],
  [/^report\/write[^/]*\.ts$/, 'writing results'],
  [/^bench\//, 'clocks and files of the benchmark'],
  [/^cli\//, 'the process itself'],
];

/** `firewall` describes the configuration in the types of these rooms. */
const FIREWALL_MAY_USE = new Set(['capture', 'decode', 'firewall']);

interface Import {
  readonly file: string;
  readonly room: string;
  readonly target: string;
}

const source = join(import.meta.dirname, '..', 'src');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
  .map((name) => name.replaceAll('\\', '/'));

const imports: readonly Import[] = files.flatMap((file) => {
  const text = readFileSync(join(source, file), 'utf8');
  const targets = [...text.matchAll(/(?:^|\n)\s*(?:import|export)[^;]*?from\s+'([^']+)'/g)].map(
    (match) => match[1]!,
  );
  const dynamic = [...text.matchAll(/import\(\s*'([^']+)'\s*\)/g)].map((match) => match[1]!);
  return [...targets, ...dynamic].map((target) => ({ file, room: roomOf(file), target }));
});

function roomOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : 'index';
}

function targetRoom({ file, target }: Import): string {
  return roomOf(relative('/', join('/', file, '..', target)));
}

describe('rooms', () => {
  test('every folder is a room that the design names', () => {
    const known = new Set<string>([...ROOMS, 'firewall', 'index']);
    expect(files.map(roomOf).filter((room) => !known.has(room))).toEqual([]);
  });

  test('a room imports only from rooms before it, and firewall', () => {
    const wrong = imports
      .filter(({ target }) => target.startsWith('.'))
      .filter((line) => {
        const to = targetRoom(line);
        if (line.room === 'index' || to === line.room) return false;
        if (line.room === 'firewall') return !FIREWALL_MAY_USE.has(to);
        if (to === 'firewall') return false;
        return (
          ROOMS.indexOf(to as (typeof ROOMS)[number]) > ROOMS.indexOf(line.room as (typeof ROOMS)[number])
        );
      })
      .map(({ file, target }) => `${file} imports ${target}`);
    expect(wrong).toEqual([]);
  });

  test("Node's own modules stay at the edge", () => {
    const wrong = imports
      .filter(({ target }) => target.startsWith('node:'))
      .filter(({ file }) => !EDGE.some(([pattern]) => pattern.test(file)))
      .map(({ file, target }) => `${file} imports ${target}`);
    expect(wrong).toEqual([]);
  });

  test('the reader of import lines sees imports at all', () => {
    expect(imports.length).toBeGreaterThan(50);
  });
});
