/**
 * What the kernel's fast lane does not take: the packet is decoded in full by `src/decode` and comes back as
 * the same columns; what it carries in a tunnel is looked up inside its session.
 */
import type { Time } from '../capture/time.ts';
import { addressText } from '../decode/address.ts';
import { Decoder, MAX_TUNNEL_LEVELS, makeDecodedPacket } from '../decode/decode.ts';
import type { DecodedPacket } from '../decode/packet.ts';
import type { Kernel } from '../kernel/instance.ts';
import * as at from '../kernel/layout.ts';
import type { DuplicateFilter } from './duplicates.ts';
import type { KernelAccount } from './kernel-account.ts';
import type { KernelNotes } from './kernel-notes.ts';
import { writeOptions, writeQuotedKey, writeSlot } from './kernel-slot.ts';
import type { EngineOptions } from './options.ts';
import type { PacketFeed } from './packet-feed.ts';

export class SlowLane {
  readonly #kernel: Kernel;
  readonly #feed: PacketFeed;
  readonly #notes: KernelNotes;
  readonly #account: KernelAccount;
  readonly #decoder: Decoder;
  readonly #duplicates: DuplicateFilter | null;
  /** packets that tunnels carry, by level */
  readonly #carried: DecodedPacket[] = [];

  /** @param duplicates null: a packet that was captured twice counts twice */
  constructor(
    kernel: Kernel,
    feed: PacketFeed,
    notes: KernelNotes,
    account: KernelAccount,
    options: EngineOptions,
    duplicates: DuplicateFilter | null,
  ) {
    this.#kernel = kernel;
    this.#feed = feed;
    this.#notes = notes;
    this.#account = account;
    this.#duplicates = duplicates;
    this.#decoder = new Decoder(options, {
      lost: ({ frames }) => account.count('fragment_unassembled', frames),
      counter: (name, times) => account.raise(name, times),
    });
  }

  /** @returns what assembly/host.ts says of `slow` */
  take(slot: number, now: Time): number {
    const record = this.#feed.record(slot);
    const { decoded } = this.#feed;
    this.#decoder.decode(record, now, decoded);
    if (decoded.counter !== null) this.#account.raise(decoded.counter, 1);
    if (decoded.cause === 'held') return 0;
    if (decoded.cause !== null) {
      this.#account.leaveOut(decoded, decoded.cause);
      return 0;
    }
    if (this.#duplicates?.isDuplicate(record, decoded, now)) {
      this.#account.leaveOut(decoded, 'duplicate');
      return 0;
    }
    writeSlot(this.#kernel, slot, decoded);
    if (this.#notes.wanted) writeOptions(this.#kernel, at.CONFIG_SLOW_OPTIONS, decoded);
    return this.#quotes(decoded) ? 2 : 1;
  }

  /** The packet decoded last is an ICMP error that quotes a packet of this session. */
  noteIcmpError(unit: number, slot: number): void {
    this.#noteIcmpError(unit, this.#feed.decoded, slot);
    this.#account.leaveOut(this.#feed.decoded, 'icmp_error_matched');
  }

  /** Sessions of the packets that the packet of `slot` carries, each inside the session around it. */
  lookInside(slot: number, outer: number): void {
    const { doors } = this.#kernel;
    let around = this.#feed.decoded;
    let parent = outer;
    this.#feed.outerSlot = slot;
    const time = at.SLOTS + slot * at.SLOT_BYTES + at.SLOT_TIME;
    for (let level = 0; parent !== 0 && level < MAX_TUNNEL_LEVELS; level += 1) {
      const inner = this.#carried[level] ?? makeDecodedPacket();
      this.#carried[level] = inner;
      if (!this.#decoder.inner(around, inner) || inner.cause !== null) return;
      writeSlot(this.#kernel, at.INNER_SLOT, inner);
      const own = at.SLOTS + at.INNER_SLOT * at.SLOT_BYTES + at.SLOT_TIME;
      this.#kernel.bytes.copyWithin(own, time, time + 8);
      this.#feed.inside = inner;
      if (this.#notes.wanted) writeOptions(this.#kernel, at.CONFIG_INNER_OPTIONS, inner);
      if (this.#quotes(inner)) {
        const quoted = doors.findQuotedSession(at.QUOTED_SLOT) >>> 0;
        if (quoted !== 0) {
          this.#noteIcmpError(quoted, inner, at.INNER_SLOT);
          return;
        }
      }
      parent = doors.lookUpInside(at.INNER_SLOT, parent) >>> 0;
      around = inner;
    }
  }

  /** The capture is over. @param now null where it held no packet */
  finish(now: Time | null): void {
    // of the packets since the last fragment the decoder knows nothing
    if (now !== null) this.#decoder.expire(now);
    this.#decoder.finish();
  }

  #quotes(decoded: Readonly<DecodedPacket>): boolean {
    if (decoded.embedded === null) return false;
    writeQuotedKey(this.#kernel, decoded.embedded, decoded.level, decoded.network);
    return true;
  }

  #noteIcmpError(unit: number, decoded: Readonly<DecodedPacket>, slot: number): void {
    const { icmpType, icmpCode, embedded } = decoded;
    const ports = this.#kernel.words[((this.#kernel.doors.address(unit) >>> 0) + at.S_PORTS) / 4]!;
    const quotesClient =
      embedded !== null && embedded.sport === (ports & 0xffff) && embedded.dport === ports >>> 16;
    this.#notes.add('icmp-error', unit, slot, !quotesClient, {
      value: icmpType * 256 + icmpCode,
      text: addressText(decoded.src, decoded.version),
    });
  }
}
