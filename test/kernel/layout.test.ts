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

/** Sessions at which an index of 2^18 slots is as full as it gets; with one more it has twice the slots. */
const FULL_INDEX = Math.floor((2 ** 18 * at.INDEX_LOAD_PERCENT) / 100);

test('a record is two cache lines, an index slot 8 bytes at a load of 0.7 at most', () => {
  expect(at.UNIT_BYTES).toBe(128);
  expect(at.WIDE_UNIT_BYTES).toBe(192);
  expect(at.INDEX_SLOT_BYTES).toBe(8);
  expect(at.INDEX_LOAD_PERCENT).toBeLessThanOrEqual(70);
});

describe('bytes a live session takes: record, index, wheel', () => {
  test.each([
    ['IPv4, a full index', UDP, SENDER, FULL_INDEX, 128 + 11.4 + 4.3],
    ['IPv4, an index that has just doubled', UDP, SENDER, FULL_INDEX + 1, 128 + 22.9 + 4.3 + 11.5],
    ['IPv4, a million', UDP, SENDER, 1_000_000, 150],
    ['TCP, whose tuple is remembered', SYN, SENDER, FULL_INDEX, 128 + 11.4 + 4.3 + 8.6],
    ['with payload that is kept until it can be named', UNNAMED, SENDER, FULL_INDEX, 128 + 11.4 + 4.3 + 128],
    ['IPv6, whose addresses stand beside the record', UDP6, SENDER6, FULL_INDEX, 128 + 11.4 + 4.3 + 32],
  ])('%s', (_, frame, sender, sessions, most) => {
    const table = new KernelTable();
    table.fill(sessions, frame, sender);
    expect(table.live).toBe(sessions);
    expect(table.bytes / sessions).toBeLessThanOrEqual(most);
  });
});
