/** Tuples that have had a session, however many and whatever holds them: lists, or the table of who asks often. */
import { describe, expect, test } from 'vitest';
import { tcpTalk } from '../dsl/conversation.ts';
import { KernelTable } from './table.ts';

const SENDER = 14 + 12;
const [SYN, ACK] = ['0>S', '0>A'].map((packet) => tcpTalk(packet)[0]!.bytes) as [Uint8Array, Uint8Array];
/** seconds after which the timer of a lone SYN has expired, and that of `tcp` has not */
const OVER = 60;

/** a list of theirs takes twelve units */
const MANY = 60_000;

type Row = readonly [name: string, asked: number, widens: boolean];

describe('none of them opens a session midstream, and every other one does', () => {
  test.each<Row>([
    ['few are asked for', 300, false],
    ['all are asked for', MANY, false],
    ['few, and records become wider', 300, true],
    ['all, and records become wider', MANY, true],
  ])('%s', (_, asked, widens) => {
    const table = new KernelTable();
    table.offer(0, 1, MANY, SYN, SENDER);
    table.offer(OVER, 1, asked, ACK, SENDER);
    expect(table.live).toBe(0);
    if (widens) expect(table.kernel.doors.widen()).not.toBe(0);
    table.offer(OVER, MANY - asked + 1, 2 * asked, ACK, SENDER);
    expect(table.live).toBe(asked);
    table.offer(OVER, 3 * MANY, MANY, SYN, SENDER);
    expect(table.live).toBe(asked + MANY);
    table.offer(2 * OVER, 3 * MANY, MANY, ACK, SENDER);
    table.offer(2 * OVER, 1, MANY, ACK, SENDER);
    expect(table.live).toBe(asked);
  });
});
