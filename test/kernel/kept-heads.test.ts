/** What the kernel keeps of payload that nothing can name is what was sent, down to the byte, when the host asks for it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openingOf } from '../../src/firewall/app-id/opening.ts';
import {
  datagramOpenings,
  mayBeNamed,
  prospectsOf,
  streamOpenings,
} from '../../src/firewall/app-id/openings.ts';
import * as at from '../../src/kernel/layout.ts';
import { AppDecision, type KeptPayload, type KeptSide } from '../../src/session/app-decision.ts';
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
  /** before where the side has got to; `second`: from its second byte on */
  back: fc.constantFrom<number | 'second'>(0, 0, 0, 1, 7, 31, 200, 'second', 'second'),
  /** payload bytes that were captured at most */
  cut: fc.constantFrom(null, null, null, null, 0, 5),
  /** above 7: bars */
  salt: fc.oneof(fc.nat(7), fc.constant(8)),
});

/** No signature begins like this; with bars it may be that both sides do. */
function payload(size: number, salt: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => (salt > 7 ? 0x7c : 0xe8 | ((i + salt) & 7)));
}

class Asked {
  readonly table: KernelTable;
  kept: KeptPayload | null = null;
  groups: readonly number[] = [];
  times = 0;

  constructor() {
    this.table = new KernelTable({
      payload: (_unit, _session, _slot, _fromClient, kept) => {
        this.times += 1;
        if (kept === 0) return;
        this.kept = readKept(this.table.kernel, kept >>> 0);
        const { view } = this.table.kernel;
        const sides = (kept >>> 0) + at.KEPT_SIDES;
        this.groups = [0, 1].map((side) =>
          view.getInt32(sides + side * at.KEPT_SIDE_BYTES + at.SIDE_GROUPS, true),
        );
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
    const segment = tcp({ sport, dport, seq: seq >>> 0, ack: 1, flags }, data);
    this.#take(frameBetween({}, fromClient, 64, 1, segment), data.length, cut);
  }

  datagram(fromClient: boolean, data: Uint8Array, cut: number | null = null): void {
    const [sport, dport] = fromClient ? [PORTS.client, PORTS.server] : [PORTS.server, PORTS.client];
    this.#take(frameBetween({}, fromClient, 64, 1, udp({ sport, dport }, data)), data.length, cut);
  }

  #take(whole: Uint8Array, length: number, cut: number | null): void {
    this.table.take(whole, whole.length - (cut === null ? 0 : Math.max(0, length - cut)));
  }
}

/** One side's stream as it has come so far, without a hole. */
class Sent {
  readonly base: number;
  seen = 0;
  head = EMPTY;

  constructor(base: number) {
    this.base = base;
  }

  add(from: number, size: number, captured: Uint8Array): void {
    const to = Math.min(HEAD_BYTES, from + captured.length);
    if (to > from) {
      const head = new Uint8Array(Math.max(this.head.length, to));
      head.set(this.head);
      head.set(captured.subarray(0, to - from), from);
      this.head = head;
    }
    this.seen = Math.max(this.seen, from + size);
  }
}

const said = ({ app, serverName, payloadPackets, payloadBytes }: AppDecision): unknown => ({
  app,
  serverName,
  payloadPackets,
  payloadBytes,
});

const NEVER = { maxPackets: 1_000_000, maxBytes: 1 };

test('of a stream, and a decision goes on from it as if it had been asked all the time', () => {
  fc.assert(
    fc.property(
      fc.array(piece, { minLength: 1, maxLength: 30 }),
      fc.array(fc.tuple(piece, fc.integer({ min: -400, max: 40 })), { maxLength: 6 }),
      (pieces, further) => {
        const asked = new Asked();
        asked.segment(true, 'S', BASES.client - 1, EMPTY);
        asked.segment(false, 'SA', BASES.server - 1, EMPTY);
        const sent = { client: new Sent(BASES.client), server: new Sent(BASES.server) };
        const whole = new AppDecision(NEVER);
        whole.begin(true, BASES.client, true);
        whole.begin(false, BASES.server, true);
        const take = (app: AppDecision, fromClient: boolean, seq: number, size: number, some: Uint8Array) =>
          app.segment(fromClient, seq >>> 0, size, some, false, PORTS.client, PORTS.server);
        let packets = 0;
        let bytes = 0;
        for (const { fromClient, size, back, cut, salt } of pieces) {
          const side = sent[fromClient ? 'client' : 'server'];
          const from = back === 'second' ? Math.min(1, side.seen) : Math.max(0, side.seen - back);
          const fresh = Math.max(0, from + size - side.seen);
          // with this one the kernel would give up
          if (packets >= 3 && bytes + fresh >= 2000) break;
          const data = payload(size, salt);
          const captured = data.subarray(0, cut ?? size);
          asked.segment(fromClient, 'PA', side.base + from, data, cut);
          if (asked.times > 0) break;
          const behindHole = captured.length > 0 && from > side.head.length && from < HEAD_BYTES;
          expect(behindHole).toBe(false);
          take(whole, fromClient, side.base + from, size, captured);
          side.add(from, size, captured);
          if (fresh > 0) expect(mayBeNamed(sent.client.head, sent.server.head)).toBe(false);
          packets += Number(fresh > 0);
          bytes += fresh;
        }
        // a hole
        if (asked.times === 0) {
          asked.segment(true, 'PA', BASES.client + sent.client.seen + 1, payload(9, 0));
        }
        expect(asked.times).toBe(1);
        if (packets === 0) {
          expect(asked.kept).toBeNull();
          return;
        }
        const sides = [sent.client, sent.server];
        expect(asked.kept).toEqual({
          sides: sides.map(({ base, seen, head }) => ({ base, wireLength: seen, head })),
          packets,
          bytes,
        });
        expect(asked.groups).toEqual(sides.map(({ head }) => openingOf(streamOpenings(), head)));

        const resumed = new AppDecision(NEVER);
        resumed.resume(true, asked.kept!);
        for (const [{ fromClient, size, cut, salt }, jump] of further) {
          const { base, seen } = sent[fromClient ? 'client' : 'server'];
          const some = payload(size, salt).subarray(0, cut ?? size);
          for (const app of [whole, resumed]) take(app, fromClient, base + seen + jump, size, some);
          expect(said(resumed)).toEqual(said(whole));
        }
      },
    ),
    { numRuns: 500 },
  );
});

/** Salt above 7: a packet of RTP, which another one would confirm. */
function datagramOf(size: number, salt: number): Uint8Array {
  const data = payload(size, salt & 7);
  if (salt > 7) data.set([0x80, 0x08].slice(0, size));
  return data;
}

test('of the last datagrams, where a signature looks at the one before', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 5 }), fc.constantFrom(0, 3000, 5000), (pieces, more) => {
      const asked = new Asked();
      const last: { client: KeptSide | null; server: KeptSide | null } = { client: null, server: null };
      let packets = 0;
      let bytes = 0;
      for (const { fromClient, size, cut, salt } of pieces) {
        const length = size + more;
        if (cut === 0 || (packets >= 3 && bytes + length >= 2000)) break;
        const data = datagramOf(length, salt);
        asked.datagram(fromClient, data, cut);
        if (asked.times > 0) break;
        packets += 1;
        bytes += length;
        const head = data.slice(0, Math.min(cut ?? length, HEAD_BYTES));
        const tells = (openingOf(datagramOpenings(), head) & datagramOpenings().together) !== 0;
        // who sends first is the client
        const side = fromClient === pieces[0]!.fromClient ? 'client' : 'server';
        expect(prospectsOf(datagramOpenings(), head, last[side]?.head ?? null)).toBe(0);
        last[side] = {
          base: expect.anything(),
          wireLength: length,
          head: tells ? head : EMPTY,
        };
      }
      // nothing of it was captured
      if (asked.times === 0) asked.datagram(true, payload(4, 0), 0);
      expect(asked.times).toBe(1);
      if (packets === 0) expect(asked.kept).toBeNull();
      else expect(asked.kept).toEqual({ sides: [last.client, last.server], packets, bytes });
    }),
    { numRuns: 300 },
  );
});
