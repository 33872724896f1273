/**
 * Payload of a session whose application is not settled, or of one over TLS that may show an alert: what
 * App-ID makes of it, put into the kernel's record before the next packet is looked at.
 */
import { PROTO } from '../decode/packet.ts';
import { fatalTlsAlert } from '../firewall/app-id/tls-alert.ts';
import * as at from '../kernel/layout.ts';
import { AppDecision } from './app-decision.ts';
import type { EventKind } from './facts.ts';
import type { Hosted } from './hosted.ts';
import type { RecordContext } from './kernel-session.ts';
import { sequenceAdd } from './sequence.ts';
import type { EventDetail } from './session-notes.ts';

const SYN = 2;
/** Applications that run over TLS: their alerts in clear are looked for. */
const OVER_TLS: ReadonlySet<string> = new Set(['ssl', 'panorama']);

/**
 * @param packet number of the packet in the merged input
 */
export function takePayload(
  context: RecordContext,
  hosted: Hosted,
  unit: number,
  slot: number,
  fromClient: boolean,
  payload: Uint8Array,
  note: (kind: EventKind, detail: EventDetail) => void,
  packet: number,
): void {
  const { words, view } = context.kernel;
  const session = (context.kernel.doors.address(unit) >>> 0) / 4;
  const columns = (at.SLOTS + slot * at.SLOT_BYTES) / 4;
  const isTcp = (words[session + at.S_KIND / 4]! & 0xff) === PROTO.TCP;
  const flags = words[session + at.S_FLAGS / 4]!;
  const ports = words[session + at.S_PORTS / 4]!;
  const length = words[columns + at.SLOT_PAYLOAD_LENGTH / 4]!;
  if ((flags & at.F_ASKS) !== 0) {
    hosted.app ??= newDecision(context, session, flags);
    const { app } = hosted;
    const packetsBefore = app.payloadPackets;
    const nameBefore = app.serverName;
    if (isTcp) {
      const onSyn = (view.getUint8(columns * 4 + at.SLOT_TCP_FLAGS) & SYN) !== 0;
      const seq = words[columns + at.SLOT_SEQ / 4]!;
      const start = onSyn ? sequenceAdd(seq, 1) : seq;
      if (length === 0) app.begin(fromClient, start, onSyn);
      else {
        app.segment(fromClient, start, length, payload, onSyn, {
          client: ports & 0xffff,
          server: ports >>> 16,
        });
      }
    } else {
      const packetPorts = words[columns + at.SLOT_PORTS / 4]!;
      app.datagram(fromClient, length, payload, packetPorts & 0xffff, packetPorts >>> 16);
    }
    settle(context, session, app);
    if (app.app !== null && app.payloadPackets > packetsBefore) {
      note('application', { text: app.serverName });
    } else if (app.serverName !== nameBefore) {
      note('server-name', { text: app.serverName });
    }
  }
  if (!isTcp || length === 0 || hosted.tlsAlert !== null) return;
  if ((words[session + at.S_FLAGS / 4]! & at.F_TLS) === 0) return;
  const alert = fatalTlsAlert(payload);
  if (alert === null) return;
  hosted.tlsAlert = { alert, fromClient, packet };
  words[session + at.S_FLAGS / 4]! &= ~at.F_TLS;
  note('tls-alert', { value: alert });
}

/** With the beginnings of both streams, as far as the kernel has seen them. */
function newDecision({ kernel, options }: RecordContext, session: number, flags: number): AppDecision {
  const app = new AppDecision({ maxPackets: options.appIdMaxPackets, maxBytes: options.appIdMaxBytes });
  for (const side of [0, 1]) {
    if ((flags & ((at.F_BASE | at.F_ISN) << side)) === 0) continue;
    app.begin(side === 0, sequenceAdd(kernel.words[session + at.S_STREAM / 4 + side]!, 1), false);
  }
  return app;
}

function settle({ kernel, names }: RecordContext, session: number, app: AppDecision): void {
  if (app.payloadPackets > 0) kernel.words[session + at.S_FLAGS / 4]! |= at.F_PAYLOAD_SEEN;
  if (app.app !== null) {
    const id = names.appId(app.app);
    kernel.view.setUint16(session * 4 + at.S_APP, id, true);
    if (OVER_TLS.has(app.app)) kernel.words[session + at.S_FLAGS / 4]! |= at.F_TLS;
  }
  if (!app.asks) kernel.words[session + at.S_FLAGS / 4]! &= ~at.F_ASKS;
}
