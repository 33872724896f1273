/** The kernel's sums over sessions (a run that prints nothing else), each with what its sessions have in common. */
import { ZERO_TIME } from '../capture/time.ts';
import { PROTO } from '../decode/packet.ts';
import type { Kernel } from '../kernel/instance.ts';
import * as at from '../kernel/layout.ts';
import type { SessionFacts } from './facts.ts';
import { causesOf, endedByOf } from './kernel-session.ts';
import type { KernelNames } from './kernel-tables.ts';
import { TCP_STATE } from './tcp-states.ts';

/** What a verdict is made of; nothing else of a session is known here. */
export type SummedFacts = Pick<
  SessionFacts,
  'proto' | 'tcp' | 'app' | 'payloadSeen' | 'timerName' | 'endedBy' | 'endTime'
>;

export interface SessionSum {
  readonly facts: SummedFacts;
  readonly sessions: number;
  readonly packets: number;
  /** frame bytes */
  readonly bytes: number;
}

export function* readSums(kernel: Kernel, names: KernelNames): Generator<SessionSum> {
  const { view, words } = kernel;
  for (let row = 0; row < at.TOTAL_ROWS; row += 1) {
    const place = at.TOTALS + row * at.TOTAL_ROW_BYTES;
    if ((words[(place + at.TOTAL_SESSIONS) / 4]! | words[(place + at.TOTAL_SESSIONS) / 4 + 1]!) === 0)
      continue;
    const u32 = (offset: number): number => view.getUint32(place + offset, true);
    const u64 = (offset: number): number => u32(offset) + u32(offset + 4) * 4_294_967_296;
    const flags = u32(at.TOTAL_FLAGS);
    const proto = u32(at.TOTAL_PROTOCOL);
    yield {
      facts: {
        proto,
        tcp:
          proto === PROTO.TCP
            ? {
                state: TCP_STATE.ESTABLISHED,
                handshakeComplete: true,
                midstream: (flags & at.F_MIDSTREAM) !== 0,
                nonSynAccepted: (flags & at.F_NON_SYN) !== 0,
                causes: causesOf(u32(at.TOTAL_CAUSES)),
                disproved: [],
                segments: null,
                dropped: [],
              }
            : null,
        app: names.apps[u32(at.TOTAL_APP)] ?? null,
        payloadSeen: (flags & at.F_PAYLOAD_SEEN) !== 0,
        timerName: names.timers[u32(at.TOTAL_TIMER)]!.name,
        endedBy: endedByOf(flags),
        endTime: ZERO_TIME,
      },
      sessions: u64(at.TOTAL_SESSIONS),
      packets: u64(at.TOTAL_PACKETS),
      bytes: u64(at.TOTAL_BYTES),
    };
  }
}
