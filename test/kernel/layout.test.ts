/** The memory of a live session is what the layout says, and the manual states: no clock in sight. */
import { describe, expect, test } from 'vitest';
import * as at from '../../src/kernel/layout.ts';
import { type TimedFrame, tcpTalk, udpTalk } from '../dsl/conversation.ts';
import { KernelTable } from './table.ts';

/** Of an unpadded Ethernet frame: the sender's IPv4 address, the last word of its IPv6 address. */
const SENDER = 14 + 12;
const SENDER6 = 14 + 8 + 12;

const frameOf = ([packet]: readonly TimedFrame[]): Uint8Array => packet!.bytes;
const UDP = frameOf(udpTalk('0>D0'));
/** that nothing can name so far */
const UNNAMED = frameOf(udpTalk('0>D10'));
const SYN = frameOf(tcpTalk('0>S'));
const UDP6 = frameOf(udpTalk('0>D0', { client: '2001:db8::1', server: '2001:db8::2' }));

/** one more than any power of two that an index could have grown at, and some of no kind */
const NUMBERS = [10_000, 65_537, 100_000, 183_501, 200_000, 262_145, 300_000, 400_000, 1_000_000];

test('a record is two cache lines, an index line eight slots of 8 bytes at a load of 0.7 at most', () => {
  expect(at.UNIT_BYTES).toBe(128);
  expect(at.WIDE_UNIT_BYTES).toBe(192);
  expect(at.NOTED_UNIT_BYTES).toBe(320);
  expect(at.INDEX_LINE_BYTES).toBe(at.INDEX_LINE_SLOTS * 8);
  expect(at.INDEX_LOAD_PERCENT).toBeLessThanOrEqual(70);
});

test('nothing of the configuration block shares its place', () => {
  const places = Object.entries(at).filter(([name]) => /^(CONFIG|COUNT|BULK)_/.test(name));
  const names = new Map<unknown, string[]>();
  for (const [name, place] of places) names.set(place, [...(names.get(place) ?? []), name]);
  expect(places.length).toBeGreaterThan(30);
  expect([...names.values()].filter((sharing) => sharing.length > 1)).toEqual([]);
});

type Row = readonly [name: string, frame: Uint8Array, sender: number, sessions: number, most: number];

describe('bytes a live session takes: record, index, wheel', () => {
  test.each<Row>([
    ...NUMBERS.map((sessions) => [`IPv4, ${sessions}`, UDP, SENDER, sessions, 150] as const),
    ['TCP, whose tuple is remembered', SYN, SENDER, 200_000, 150 + 8.6],
    ['with payload that is kept until it can be named', UNNAMED, SENDER, 200_000, 150 + 128],
    ['IPv6, whose addresses stand beside the record', UDP6, SENDER6, 200_000, 150 + 32],
  ])('%s', (_, frame, sender, sessions, most) => {
    const table = new KernelTable();
    table.fill(sessions, frame, sender);
    expect(table.live).toBe(sessions);
    expect(table.bytes / sessions).toBeLessThanOrEqual(most);
  });
});
