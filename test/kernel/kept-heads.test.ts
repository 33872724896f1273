/** What the kernel keeps of payload that nothing can name is what was sent, down to the byte, when the host asks for it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KeptPayload } from '../../src/session/app-decision.ts';
import { readKept } from '../../src/session/kept-heads.ts';
import { HEAD_BYTES } from '../../src/session/stream-head.ts';
import { frameBetween } from '../dsl/conversation.ts';
import { tcp, udp } from '../dsl/frame.ts';
import { KernelTable } from './table.ts';

const PORTS = { client: 40_000, server: 4000 };
/** the server's numbers go past 2^32 */
const BASES = { client: 1001, server: 0xffff_fff8 };
const EMPTY = new Uint8Array(0);

const piece = fc.record({
  fromClient: fc.boolean(),
  size: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 1400 })),
  back: fc.constantFrom(0, 0, 0, 1, 7, 31, 200),
  /** payload bytes that were captured at most */
  cut: fc.constantFrom(null, null, null, null, 0, 5),
  salt: fc.nat(7),
});

/** No signature begins like this. */
function payload(size: number, salt: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => 0xe8 | ((i + salt) & 7));
}

class Asked {
  readonly table: KernelTable;
  kept: KeptPayload | null = null;
  times = 0;

  constructor() {
    this.table = new KernelTable({
      payload: (_unit, _session, _slot, _fromClient, kept) => {
        this.times += 1;
        this.kept = kept === 0 ? null : readKept(this.table.kernel, kept >>> 0);
      },
    });
  }

  segment(
    fromClient: boolean,
    flags: string,
    seq: number,
    data: Uint8Array,
    cut: number | null = null,
  ): void {
    const [sport, dport] = fromClient ? [PORTS.client, PORTS.server] : [PORTS.server, PORTS.client];
    const whole = frameBetween(
      {},
      fromClient,
      64,
      1,
      tcp({ sport, dport, seq: seq >>> 0, ack: 1, flags }, data),
    );
    this.table.take(whole, whole.length - (cut === null ? 0 : Math.max(0, data.length - cut)));
  }

  datagram(fromClient: boolean, data: Uint8Array, cut: number | null = null): void {
    const [sport, dport] = fromClient ? [PORTS.client, PORTS.server] : [PORTS.server, PORTS.client];
    const whole = frameBetween({}, fromClient, 64, 1, udp({ sport, dport }, data));
    this.table.take(whole, whole.length - (cut === null ? 0 : Math.max(0, data.length - cut)));
  }
}

test('of a stream', () => {
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 30 }), (pieces) => {
      const asked = new Asked();
      asked.segment(true, 'S', BASES.client - 1, EMPTY);
      asked.segment(false, 'SA', BASES.server - 1, EMPTY);
      const sent = { client: EMPTY, server: EMPTY };
      const seen = { client: 0, server: 0 };
      let packets = 0;
      let bytes = 0;
      for (const { fromClient, size, back, cut, salt } of pieces) {
        const side = fromClient ? 'client' : 'server';
        const from = Math.max(0, seen[side] - back);
        const fresh = Math.max(0, from + size - seen[side]);
        // with the last one the kernel would give up; behind a hole in what was captured it asks
        if ((packets >= 3 && bytes + fresh >= 2000) || from > sent[side].length) break;
        const data = payload(size, salt);
        asked.segment(fromClient, 'PA', BASES[side] + from, data, cut);
        const there = data.subarray(0, cut ?? size);
        const head = new Uint8Array(Math.min(HEAD_BYTES, Math.max(sent[side].length, from + there.length)));
        head.set(sent[side]);
        head.set(there.subarray(0, Math.max(0, head.length - from)), from);
        if (there.length > 0) sent[side] = head;
        seen[side] = Math.max(seen[side], from + size);
        packets += Number(fresh > 0);
        bytes += fresh;
      }
      expect(asked.times).toBe(0);
      // a hole
      asked.segment(true, 'PA', BASES.client + seen.client + 1, payload(9, 0));
      expect(asked.times).toBe(1);
      const of = (side: 'client' | 'server') => ({
        base: BASES[side],
        wireLength: seen[side],
        head: sent[side],
      });
      const expected = { sides: [of('client'), of('server')], packets, bytes };
      if (packets > 0) expect(asked.kept).toEqual(expected);
      else expect(asked.kept).toBeNull();
    }),
    { numRuns: 400 },
  );
});

test('of the last datagrams', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 3 }), fc.constantFrom(0, 3000, 5000), (pieces, more) => {
      const asked = new Asked();
      const last: { client: object | null; server: object | null } = { client: null, server: null };
      let bytes = 0;
      for (const { fromClient, size, cut, salt } of pieces) {
        const length = size + (pieces.length < 3 ? more : 0);
        if (cut === 0) break;
        const data = payload(length, salt);
        asked.datagram(fromClient, data, cut);
        bytes += length;
        // who sends first is the client
        last[fromClient === pieces[0]!.fromClient ? 'client' : 'server'] = {
          base: expect.anything(),
          wireLength: length,
          head: data.slice(0, Math.min(cut ?? length, HEAD_BYTES)),
        };
      }
      const packets = pieces.findIndex(({ cut }) => cut === 0);
      expect(asked.times).toBe(0);
      // nothing of it was captured
      asked.datagram(true, payload(4, 0), 0);
      expect(asked.times).toBe(1);
      const count = packets < 0 ? pieces.length : packets;
      if (count === 0) expect(asked.kept).toBeNull();
      else expect(asked.kept).toEqual({ sides: [last.client, last.server], packets: count, bytes });
    }),
    { numRuns: 300 },
  );
});
