/** The TCP table, cell by cell. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  FIRST_STATE,
  TCP_CELL_CODES,
  TCP_CELL_REASONS,
  TCP_CLASS,
  TCP_CLASS_COUNT,
  TCP_CLASS_NAMES,
  TCP_ORDER,
  TCP_STATE,
  TCP_STATE_COUNT,
  TCP_STATE_NAMES,
  TCP_TABLE,
  type TcpState,
  tcpCell,
} from '../../src/session/tcp-states.ts';
import { TCP_TIMER_BY_STATE, TCP_TIMER_ROWS } from '../../src/session/tcp-timers.ts';
import { PACKET_CLASSES, STATES, tcpTableText } from '../docs/render.ts';

const GOLDEN = join(import.meta.dirname, '..', 'golden', 'tcp-table.txt');

const cells = [true, false].flatMap((fromClient) =>
  PACKET_CLASSES.flatMap((packetClass) =>
    STATES.map((state) => ({
      fromClient,
      packetClass,
      state,
      cell: tcpCell(fromClient, packetClass, state),
      name: `${fromClient ? 'client' : 'server'} ${TCP_CLASS_NAMES[packetClass]} in ${TCP_STATE_NAMES[state]}`,
    })),
  ),
);

/** States that a packet of a closing or resetting connection may not leave towards opening. */
const CLOSING: readonly TcpState[] = [
  TCP_STATE.CLIENT_CLOSED,
  TCP_STATE.SERVER_CLOSED,
  TCP_STATE.TIME_WAIT,
  TCP_STATE.CLIENT_RST_UNVERIFIED,
  TCP_STATE.SERVER_RST_UNVERIFIED,
];

/** The same cell with client and server exchanged. */
const MIRROR: Readonly<Record<number, number>> = {
  [TCP_STATE.SYN_RECEIVED]: TCP_STATE.SYN_RECEIVED_BY_CLIENT,
  [TCP_STATE.SYN_RECEIVED_BY_CLIENT]: TCP_STATE.SYN_RECEIVED,
  [TCP_STATE.CLIENT_CLOSED]: TCP_STATE.SERVER_CLOSED,
  [TCP_STATE.SERVER_CLOSED]: TCP_STATE.CLIENT_CLOSED,
  [TCP_STATE.CLIENT_RST_UNVERIFIED]: TCP_STATE.SERVER_RST_UNVERIFIED,
  [TCP_STATE.SERVER_RST_UNVERIFIED]: TCP_STATE.CLIENT_RST_UNVERIFIED,
};
const mirror = (cell: number): number => MIRROR[cell] ?? cell;

describe('the TCP table', () => {
  test('its print is the reviewed one', () => {
    const print = `${tcpTableText()}\n`;
    if (process.env['GOLDEN_UPDATE'] === '1') writeFileSync(GOLDEN, print);
    expect(print).toBe(readFileSync(GOLDEN, 'utf8'));
  });

  test('is complete', () => {
    expect(TCP_TABLE.length).toBe(2 * TCP_CLASS_COUNT * TCP_STATE_COUNT);
    expect(TCP_STATE_NAMES.length).toBe(TCP_STATE_COUNT);
    expect(TCP_CLASS_NAMES.length).toBe(TCP_CLASS_COUNT);
    expect(TCP_TIMER_BY_STATE.length).toBe(TCP_STATE_COUNT);
    expect(TCP_TIMER_ROWS.map((row) => row.state)).toEqual(STATES);
    expect(FIRST_STATE.length).toBe(TCP_CLASS_COUNT);
  });

  test.each(cells)('$name leads to a known state', ({ cell }) => {
    expect(TCP_CELL_CODES).toHaveProperty(String(cell));
  });

  test.each(cells.filter(({ state }) => CLOSING.includes(state)))(
    '$name does not open it again',
    ({ cell }) => {
      expect([...CLOSING, TCP_ORDER.REUSE, TCP_ORDER.RESTORE]).toContain(cell);
    },
  );

  test.each(cells.filter(({ state }) => state === TCP_STATE.TIME_WAIT))(
    '$name: time-wait or reuse',
    (row) => {
      expect(row.cell).toBe(row.packetClass === TCP_CLASS.SYN ? TCP_ORDER.REUSE : TCP_STATE.TIME_WAIT);
    },
  );

  test.each(cells.filter(({ packetClass }) => packetClass === TCP_CLASS.RST_VERIFIED))(
    '$name: a handshake that is not complete keeps its timer, all else goes to time-wait',
    ({ state, cell }) => {
      const before = TCP_TIMER_BY_STATE[state]!;
      const opening = before === 'tcp-init' || before === 'tcp-handshake';
      expect(TCP_TIMER_BY_STATE[cell]).toBe(opening ? before : 'time-wait');
    },
  );

  test.each(cells.filter(({ state }) => !isOpening(state)))(
    '$name means the same from the other side',
    (row) => {
      const other = tcpCell(!row.fromClient, row.packetClass, mirror(row.state) as TcpState);
      expect(mirror(other)).toBe(row.cell);
    },
  );

  test('every state can be reached from the first SYN', () => {
    const reached = new Set<number>([TCP_STATE.SYN_SENT]);
    for (let before = 0; before < reached.size; ) {
      before = reached.size;
      for (const { state, cell } of cells) if (reached.has(state)) reached.add(cell);
    }
    expect(STATES.filter((state) => !reached.has(state))).toEqual([]);
  });

  test.each(TCP_CELL_REASONS)(
    'the reason "$because" is about cells that are there',
    ({ from, on, states }) => {
      expect(states.length).toBeGreaterThan(0);
      const sides = from === 'either' ? [true, false] : [from === 'client'];
      for (const state of states) {
        for (const fromClient of sides)
          expect(TCP_CELL_CODES).toHaveProperty(String(tcpCell(fromClient, on, state)));
      }
    },
  );
});

function isOpening(state: TcpState): boolean {
  return TCP_TIMER_BY_STATE[state] === 'tcp-init' || TCP_TIMER_BY_STATE[state] === 'tcp-handshake';
}
