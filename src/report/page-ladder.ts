/** The ladder of a session as the report's page draws it: the rungs of the text view, as plain data. */
import { asSeconds } from '../capture/time.ts';
import { timerWords } from './duration-text.ts';
import { endpointText } from './endpoint-text.ts';
import type { Explanation } from './explain.ts';
import type { ExplainedPacket } from './explain-packets.ts';
import { ladderOf, type PacketRung, type Rung, type StateRung } from './ladder.ts';
import { fitLabel } from './ladder-arrow.ts';
import type { Ladder, LadderStep } from './page-data.ts';

/** Characters that fit between the lifelines. */
const LABEL_LENGTH = 52;

export function pageLadder(explanation: Explanation): Ladder {
  const { session } = explanation;
  const steps: LadderStep[] = [];
  for (const rung of ladderOf(explanation, false)) {
    const step = stepOf(rung, explanation);
    if (step !== null) steps.push(step);
  }
  return {
    client: endpointText(session.src, session.sport, session.proto),
    server: endpointText(session.dst, session.dport, session.proto),
    steps,
  };
}

function stepOf(rung: Rung, explanation: Explanation): LadderStep | null {
  switch (rung.kind) {
    case 'packet':
      return packetStep(rung);
    case 'gap':
      return lineStep(rung.after, 'gap', `${asSeconds(rung.gap).toFixed(3)} s without a packet`);
    case 'state':
      return stateStep(rung);
    case 'skipped':
      return {
        ...lineStep(explanation.packets[0]!, 'gap', `${rung.packets} packets that changed nothing`),
        after: null,
        note: `packets ${rung.from} to ${rung.to}`,
      };
    case 'open':
      return lineStep(rung.packet, 'gap', 'the capture ends, the session is open');
    case 'next':
      return null;
  }
}

function lineStep({ since }: ExplainedPacket, kind: LadderStep['kind'], label: string): LadderStep {
  return { packet: null, after: asSeconds(since), from: null, kind, label, state: '', timer: '', note: '' };
}

function packetStep({ packet, repeated, news }: PacketRung): LadderStep {
  const { row } = packet;
  const lost = row.outcome === 'dropped' ? 'dropped' : row.event === 'late' ? 'late' : 'packet';
  return {
    packet: row.packet,
    after: asSeconds(packet.since),
    from: row.direction === 's2c' ? 'server' : 'client',
    kind: lost,
    label: fitLabel(row, repeated, LABEL_LENGTH + 6),
    state: news.state ? (row.tcp_state_after ?? '') : '',
    timer: news.timer ? timerWords(row) : '',
    note: row.note ?? (row.event === 'late' ? 'finds no session' : ''),
  };
}

/** Only the end is told: that a first packet opens a session is seen. */
function stateStep({ states, packet }: StateRung): LadderStep | null {
  const { row } = packet;
  if (states.at(-1) !== 'FREE') return null;
  const what =
    row.event === 'expiry'
      ? `${row.timer_before} (${row.timeout_before} s) expires`
      : 'the new SYN ends the session';
  return {
    ...lineStep(packet, 'expiry', what),
    state: `logged as ${row.if_stopped.session_end_reason}`,
    note: `tracker stage ${row.if_stopped.tracker_stage}`,
  };
}
