/**
 * Why a field differs: the first row of its table that fits tells, with the numbers of the pair. What neither
 * side proves is said to be open.
 */
import { plural } from '../verdict/plural.ts';
import { APP_ROWS } from './explain-applications.ts';
import { REASON_ROWS, TRACKER_ROWS } from './explain-endings.ts';
import type { Field } from './fields.ts';
import { type ExplanationRow, resetInNameOf, rstPacket, type Situation } from './situation.ts';

/** Fewer than the capture has, of a row that is of a packet and not of a session (firewall-model 0.11). */
const isRefused = (s: Situation): boolean =>
  s.otherSide('subtype').log === 'drop' && Number(s.log) < Number(s.capture);
const REFUSED_ALONE: ExplanationRow = {
  harmless: true,
  when: isRefused,
  say: () =>
    'the row is of the packet that the firewall refused and not of a session: the others of the capture have rows of their own, or none',
};

const SWAPPED =
  'the log calls the other host the client, whose packet the firewall may have seen first; the capture has the handshake';

const WORD_ROWS: readonly ExplanationRow[] = [
  {
    when: (s) => s.field === 'action',
    say: (s) =>
      `the firewall's rule or a threat made it ${s.log}; without rules the capture's session is ${s.capture}`,
  },
  {
    when: (s) => s.log === 'drop',
    say: () =>
      'refused at its first packet: the firewall never had a session of it; the packets stand in the capture all the same',
  },
  {
    when: () => true,
    say: (s) => `the log has it as ${s.log}: a rule blocked it once its application was known`,
  },
];

const BYTE_ROWS: readonly ExplanationRow[] = [
  {
    when: (s) => s.swapped,
    say: (s) => `${SWAPPED}: ${s.log} bytes against ${s.capture}`,
  },
  REFUSED_ALONE,
  {
    when: (s) => s.differing.has(s.field === 'bytes_sent' ? 'pkts_sent' : 'pkts_received'),
    say: (s) => {
      const packets = s.otherSide(s.field === 'bytes_sent' ? 'pkts_sent' : 'pkts_received');
      return `${byteGap(s)}, with ${plural(Number(packets.log), 'packet')} in the log and ${packets.capture} in the capture`;
    },
  },
  {
    when: () => true,
    say: (s) =>
      `${byteGap(s)}, though the packets are ${s.packetsOfField} on both sides: cut or padded frames, or another link`,
  },
];

const PACKET_ROWS: readonly ExplanationRow[] = [
  {
    when: (s) => s.swapped,
    say: (s) => `${SWAPPED}: ${s.log} packets against ${s.capture}`,
  },
  REFUSED_ALONE,
  {
    when: (s) => Number(s.log) > Number(s.capture) && s.afterEnd > 0,
    say: (s) =>
      `the log has ${plural(Number(s.log) - Number(s.capture), 'packet')} more; ${plural(s.afterEnd, 'packet')} of the capture came after the session had left the table here`,
  },
  {
    when: (s) => Number(s.log) > Number(s.capture),
    say: (s) =>
      `the log has ${plural(Number(s.log) - Number(s.capture), 'packet')} more: the capture missed them, or its filter left them out`,
  },
  {
    when: (s) => resetInNameOf(senderOf(s), s) !== null,
    say: (s) =>
      `the capture has ${plural(Number(s.capture) - Number(s.log), 'packet')} more: ${rstPacket(s, senderOf(s) === 'client')} may be the firewall's own, sent in the name of the ${senderOf(s)} (${resetInNameOf(senderOf(s), s)}); otherwise they did not reach the firewall, it dropped them before they were counted, or they were captured twice`,
  },
  {
    when: () => true,
    say: (s) =>
      `the capture has ${plural(Number(s.capture) - Number(s.log), 'packet')} more: they did not reach the firewall, it dropped them before they were counted, or they were captured twice`,
  },
];

const ELAPSED_ROWS: readonly ExplanationRow[] = [
  REFUSED_ALONE,
  {
    when: (s) => s.differing.has('pkts_sent') || s.differing.has('pkts_received'),
    say: (s) =>
      `${elapsedGap(s)}: the two sides do not have the same first or last packet, as their counts show`,
  },
  {
    when: (s) => Math.abs(Number(s.log) - Number(s.capture) - s.words.timerSeconds) <= 1,
    say: (s) =>
      `${elapsedGap(s)}: the ${s.words.timerSeconds} s of ${s.words.timerName}, which this row counts and the others do not`,
  },
  {
    when: (s) => Math.abs(Number(s.capture) - Number(s.log) - s.words.timerSeconds) <= 1,
    say: (s) =>
      `${elapsedGap(s)}: the ${s.words.timerSeconds} s of ${s.words.timerName}, which this row does not count, though the log is taken to`,
  },
  {
    when: () => true,
    say: (s) => `${elapsedGap(s)}: first or last packet are others on the firewall`,
  },
];

const ZONE_ROWS: readonly ExplanationRow[] = [
  {
    when: (s) => s.swapped,
    say: () => SWAPPED,
  },
  {
    when: () => true,
    say: (s) =>
      `the configured networks put the ${s.field === 'from' ? 'client' : 'server'} into ${s.capture}; on the firewall the packet came in by an interface of ${s.log}`,
  },
];

const NAT_ROWS: readonly ExplanationRow[] = [
  {
    when: () => true,
    say: (s) => `the configuration here translates it to ${s.capture}, the firewall to ${s.log}`,
  },
];

const TRIP_ROWS: readonly ExplanationRow[] = [
  {
    harmless: true,
    when: () => true,
    say: (s) =>
      `the handshake in the capture takes ${s.capture} ${s.roundTrips.unit} ${tripEnd(s)} and back, and the log says ${s.log}: the firewall stands elsewhere on the way, or takes a mean over the session (unit and way are not documented, and taken as they fit most rows)`,
  },
];

const LOSS_ROWS: readonly ExplanationRow[] = [
  {
    when: (s) => Number(s.log) > Number(s.capture),
    say: (s) =>
      `the firewall counts ${Number(s.log) - Number(s.capture)} more ${lossOf(s)} than the capture shows: the two stand at different places of the way, or it counts by another rule`,
  },
  {
    when: () => true,
    say: (s) =>
      `the capture shows ${Number(s.capture) - Number(s.log)} more ${lossOf(s)} than the firewall counts: they did not reach it so, or it counts by another rule`,
  },
];

/** The tables by field. */
export const EXPLANATIONS: Readonly<Record<Field, readonly ExplanationRow[]>> = {
  session_end_reason: REASON_ROWS,
  tracker_stage: TRACKER_ROWS,
  app: APP_ROWS,
  action: WORD_ROWS,
  subtype: WORD_ROWS,
  bytes_sent: BYTE_ROWS,
  bytes_received: BYTE_ROWS,
  pkts_sent: PACKET_ROWS,
  pkts_received: PACKET_ROWS,
  elapsed: ELAPSED_ROWS,
  from: ZONE_ROWS,
  to: ZONE_ROWS,
  natsrc: NAT_ROWS,
  natdst: NAT_ROWS,
  natsport: NAT_ROWS,
  natdport: NAT_ROWS,
  tcp_rtt_c2s: TRIP_ROWS,
  tcp_rtt_s2c: TRIP_ROWS,
  total_n_ooseq_c2s: LOSS_ROWS,
  total_n_ooseq_s2c: LOSS_ROWS,
  tcp_retransit_cnt_c2s: LOSS_ROWS,
  tcp_retransit_cnt_s2c: LOSS_ROWS,
  tcp_zero_window_cnt_c2s: LOSS_ROWS,
  tcp_zero_window_cnt_s2c: LOSS_ROWS,
};

/** The row that tells why this field differs. */
export function explanationOf(situation: Situation): ExplanationRow {
  return EXPLANATIONS[situation.field].find((row) => row.when(situation))!;
}

function tripEnd({ field, roundTrips: { turned } }: Situation): string {
  return (field === 'tcp_rtt_c2s') !== turned ? 'to the server' : 'to the client';
}

const LOSSES: Readonly<Partial<Record<Field, string>>> = {
  total_n_ooseq_c2s: 'segments of the client out of order',
  total_n_ooseq_s2c: 'segments of the server out of order',
  tcp_retransit_cnt_c2s: 'retransmissions of the client',
  tcp_retransit_cnt_s2c: 'retransmissions of the server',
  tcp_zero_window_cnt_c2s: 'zero windows of the client',
  tcp_zero_window_cnt_s2c: 'zero windows of the server',
};

function lossOf({ field }: Situation): string {
  return LOSSES[field]!;
}

/** Whose packets a count is of. */
function senderOf({ field }: Situation): 'client' | 'server' {
  return field === 'pkts_sent' ? 'client' : 'server';
}

function byteGap(s: Situation): string {
  const overhead = s.field === 'bytes_sent' ? s.overhead.sent : s.overhead.received;
  const expected = Number(s.capture) + overhead * s.packetsOfField;
  const rest = Number(s.log) - expected;
  const words = `the log has ${plural(Math.abs(rest), 'byte')} ${rest < 0 ? 'less' : 'more'}`;
  return overhead === 0
    ? words
    : `${words} than the ${expected} that ${overhead} more a packet make of the capture's ${s.capture}`;
}

function elapsedGap(s: Situation): string {
  const gap = Number(s.log) - Number(s.capture);
  return `${Math.abs(gap)} s ${gap < 0 ? 'shorter' : 'longer'} in the log`;
}
