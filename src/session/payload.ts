/**
 * Payload of sessions whose application is not settled, and of those over TLS that may show an alert: what
 * App-ID makes of it, put into the kernel's record before the next packet is looked at.
 *
 * Most sessions are named by their first payload, so one decision is used again and again; only a session
 * that is still undecided after it gets the decision for its own.
 */
import { PROTO } from '../decode/packet.ts';
import { type Identified, identifyDatagram } from '../firewall/app-id/identify.ts';
import { fatalTlsAlert, OVER_TLS } from '../firewall/app-id/tls-alert.ts';
import type { Kernel } from '../kernel/instance.ts';
import * as at from '../kernel/layout.ts';
import { AppDecision, nameBySegment } from './app-decision.ts';
import { readKept } from './kept-heads.ts';
import type { KernelNotes } from './kernel-notes.ts';
import type { KernelNames } from './kernel-tables.ts';
import type { EngineOptions } from './options.ts';
import type { PacketFeed } from './packet-feed.ts';
import type { Seats } from './seats.ts';
import { sequenceAdd } from './sequence.ts';

const SYN = 2;

const FLAGS = at.S_FLAGS / 4;

export class PayloadTaker {
  readonly #kernel: Kernel;
  readonly #names: KernelNames;
  readonly #options: EngineOptions;
  readonly #feed: PacketFeed;
  readonly #seats: Seats;
  readonly #notes: KernelNotes;
  #spare: AppDecision;

  constructor(
    kernel: Kernel,
    names: KernelNames,
    options: EngineOptions,
    feed: PacketFeed,
    seats: Seats,
    notes: KernelNotes,
  ) {
    this.#kernel = kernel;
    this.#names = names;
    this.#options = options;
    this.#feed = feed;
    this.#seats = seats;
    this.#notes = notes;
    this.#spare = this.#newDecision();
  }

  /**
   * @param session address of the record of `unit`
   * @param kept address of what the kernel has kept of the session's payload; 0: nothing
   */
  take(unit: number, session: number, slot: number, fromClient: boolean, kept: number): void {
    const { words } = this.#kernel;
    const record = session >>> 2;
    const isTcp = (words[record + at.S_KIND / 4]! & 0xff) === PROTO.TCP;
    const payload = this.#feed.payload(slot);
    if ((words[record + FLAGS]! & at.F_ASKS) !== 0)
      this.#ask(unit, record, slot, fromClient, isTcp, payload, kept);
    if (!isTcp || payload.length === 0 || (words[record + FLAGS]! & at.F_TLS) === 0) return;
    const alert = fatalTlsAlert(payload);
    if (alert === null) return;
    words[record + FLAGS]! &= ~at.F_TLS;
    this.#seats.take(unit).tlsAlert = { alert, fromClient, packet: this.#feed.ref(slot).packet };
    this.#notes.add('tls-alert', unit, slot, fromClient, { value: alert });
  }

  #ask(
    unit: number,
    record: number,
    slot: number,
    fromClient: boolean,
    isTcp: boolean,
    payload: Uint8Array,
    kept: number,
  ): void {
    const { words } = this.#kernel;
    const seat = (words[record + FLAGS]! & at.F_HOSTED) === 0 ? undefined : this.#seats.byUnit.get(unit);
    if (kept === 0 && seat?.app == null) {
      const found = this.#nameAtOnce(record, slot, fromClient, isTcp, payload);
      if (found !== null) {
        words[record + FLAGS] = (words[record + FLAGS]! | at.F_PAYLOAD_SEEN) & ~at.F_ASKS;
        this.#setApp(record, found.app, seat?.tlsAlert == null);
        if (seat !== undefined) this.#seats.leave(unit);
        this.#notes.add('application', unit, slot, fromClient, { text: found.serverName });
        return;
      }
    }
    const app = seat?.app ?? this.#begin(record, isTcp, kept);
    const packetsBefore = app.payloadPackets;
    const nameBefore = app.serverName;
    if (isTcp) this.#segment(app, record, slot, fromClient, payload);
    else this.#datagram(app, slot, fromClient, payload);
    this.#settle(record, app, seat?.tlsAlert == null);
    if (app.asks) {
      if (seat?.app == null) this.#seats.take(unit).app = this.#giveAway();
    } else if (seat !== undefined) {
      this.#seats.leave(unit);
    }
    if (app.app !== null && app.payloadPackets > packetsBefore) {
      this.#notes.add('application', unit, slot, fromClient, { text: app.serverName });
    } else if (app.serverName !== nameBefore) {
      this.#notes.add('server-name', unit, slot, fromClient, { text: app.serverName });
    }
  }

  /** What this payload is, of a session that nothing is kept of; null: it takes a decision that can be kept. */
  #nameAtOnce(
    record: number,
    slot: number,
    fromClient: boolean,
    isTcp: boolean,
    payload: Uint8Array,
  ): Identified | null {
    const { words, bytes } = this.#kernel;
    const columns = (at.SLOTS + slot * at.SLOT_BYTES) >>> 2;
    const wireLength = words[columns + at.SLOT_PAYLOAD_LENGTH / 4]!;
    if (wireLength === 0) return null;
    if (!isTcp) {
      const ports = words[columns + at.SLOT_PORTS / 4]!;
      return identifyDatagram({
        payload,
        wireLength,
        sport: ports & 0xffff,
        dport: ports >>> 16,
        fromClient,
      });
    }
    if ((bytes[columns * 4 + at.SLOT_TCP_FLAGS]! & SYN) !== 0) return null;
    const side = Number(!fromClient);
    const begun = (words[record + FLAGS]! & ((at.F_BASE | at.F_ISN) << side)) !== 0;
    const before = words[record + at.S_STREAM / 4 + side]!;
    if (begun && words[columns + at.SLOT_SEQ / 4] !== sequenceAdd(before, 1)) return null;
    const ports = words[record + at.S_PORTS / 4]!;
    return nameBySegment(fromClient, payload, ports & 0xffff, ports >>> 16);
  }

  #segment(app: AppDecision, record: number, slot: number, fromClient: boolean, payload: Uint8Array): void {
    const { words, bytes } = this.#kernel;
    const columns = (at.SLOTS + slot * at.SLOT_BYTES) >>> 2;
    const length = words[columns + at.SLOT_PAYLOAD_LENGTH / 4]!;
    const onSyn = (bytes[columns * 4 + at.SLOT_TCP_FLAGS]! & SYN) !== 0;
    const seq = words[columns + at.SLOT_SEQ / 4]!;
    const start = onSyn ? sequenceAdd(seq, 1) : seq;
    const ports = words[record + at.S_PORTS / 4]!;
    if (length === 0) app.begin(fromClient, start, onSyn);
    else app.segment(fromClient, start, length, payload, onSyn, ports & 0xffff, ports >>> 16);
  }

  #datagram(app: AppDecision, slot: number, fromClient: boolean, payload: Uint8Array): void {
    const { words } = this.#kernel;
    const columns = (at.SLOTS + slot * at.SLOT_BYTES) >>> 2;
    const ports = words[columns + at.SLOT_PORTS / 4]!;
    app.datagram(
      fromClient,
      words[columns + at.SLOT_PAYLOAD_LENGTH / 4]!,
      payload,
      ports & 0xffff,
      ports >>> 16,
    );
  }

  #newDecision(): AppDecision {
    const { appIdMaxPackets, appIdMaxBytes } = this.#options;
    return new AppDecision({ maxPackets: appIdMaxPackets, maxBytes: appIdMaxBytes });
  }

  /** The spare decision, with both streams as far as the kernel has seen them. */
  #begin(record: number, isTcp: boolean, kept: number): AppDecision {
    const { words } = this.#kernel;
    const flags = words[record + FLAGS]!;
    const app = this.#spare;
    app.reset();
    if (kept !== 0) {
      app.resume(isTcp, readKept(this.#kernel, kept));
      return app;
    }
    for (let side = 0; side < 2; side += 1) {
      if ((flags & ((at.F_BASE | at.F_ISN) << side)) === 0) continue;
      app.begin(side === 0, sequenceAdd(words[record + at.S_STREAM / 4 + side]!, 1), false);
    }
    return app;
  }

  #giveAway(): AppDecision {
    const given = this.#spare;
    this.#spare = this.#seats.freeDecisions.pop() ?? this.#newDecision();
    return given;
  }

  #settle(record: number, app: AppDecision, mayAlert: boolean): void {
    const { words } = this.#kernel;
    if (app.payloadPackets > 0) words[record + FLAGS]! |= at.F_PAYLOAD_SEEN;
    if (app.app !== null) this.#setApp(record, app.app, mayAlert);
    if (!app.asks) words[record + FLAGS]! &= ~at.F_ASKS;
  }

  #setApp(record: number, app: string, mayAlert: boolean): void {
    this.#kernel.view.setUint16(record * 4 + at.S_APP, this.#names.appId(app), true);
    if (mayAlert && OVER_TLS.has(app)) this.#kernel.words[record + FLAGS]! |= at.F_TLS;
  }
}
