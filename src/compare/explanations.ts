/**
 * Why a field differs: the first row that fits tells, with the numbers of the pair. What neither side proves
 * is said to be open.
 */
import { plural } from '../verdict/plural.ts';
import type { Field } from './fields.ts';
import type { Situation } from './situation.ts';

type Group =
  | 'reason'
  | 'tracker'
  | 'app'
  | 'words'
  | 'bytes'
  | 'packets'
  | 'elapsed'
  | 'zone'
  | 'nat'
  | 'trip'
  | 'loss';

export interface ExplanationRow {
  readonly group: Group;
  readonly when: (s: Situation) => boolean;
  readonly say: (s: Situation) => string;
  /** nothing that anybody has to act on */
  readonly harmless?: true;
}

const isRst = (reason: string | number): boolean => String(reason).startsWith('tcp-rst-from-');
const sideOf = (reason: string | number): string => (String(reason).endsWith('client') ? 'client' : 'server');
const BLOCKED: ReadonlySet<string | number> = new Set([
  'threat',
  'policy-deny',
  'decrypt-cert-validation',
  'decrypt-unsupport-param',
  'decrypt-error',
]);
const TCP_REASONS: ReadonlySet<string | number> = new Set([
  'tcp-fin',
  'tcp-rst-from-client',
  'tcp-rst-from-server',
  'tcp-reuse',
]);
/** Words of App-ID for what it could not name (firewall-model 5). */
const UNNAMED: ReadonlySet<string | number> = new Set([
  'incomplete',
  'insufficient-data',
  'unknown-tcp',
  'unknown-udp',
  'unknown-p2p',
  'not-applicable',
  'non-syn-tcp',
  'undecided',
]);
/** Applications inside which App-ID names others (firewall-model 5). */
const CARRIERS: ReadonlySet<string | number> = new Set([
  'ssl',
  'web-browsing',
  'quic',
  'google-base',
  'http-proxy',
]);

const timerShown = ({ revealed, delay }: Situation): string =>
  revealed === null || delay === null
    ? ''
    : `; the log was written ${delay} s after its last packet, so ${revealed.name} (${revealed.seconds} s) expired`;

const rstPacket = ({ facts }: Situation, fromClient: boolean): string => {
  const event = facts?.events.find((each) => each.kind === 'rst' && each.fromClient === fromClient);
  return event === undefined ? 'a RST' : `a RST (packet ${event.packet})`;
};

const hasFin = ({ words }: Situation): boolean => words.causes.some((cause) => cause.endsWith('-fin'));

/** Fewer than the capture has, of a row that is of a packet and not of a session (firewall-model 0.11). */
const isRefused = (s: Situation): boolean =>
  s.otherSide('subtype').log === 'drop' && Number(s.log) < Number(s.capture);
const REFUSED_ALONE =
  'the row is of the packet that the firewall refused and not of a session: the others of the capture have rows of their own, or none';

const SWAPPED =
  'the log calls the other host the client, whose packet the firewall may have seen first; the capture has the handshake';

const bothReset = ({ words: { causes } }: Situation): boolean =>
  causes.includes('client-rst') && causes.includes('server-rst');

const packetsMissing = (s: Situation): number => (s.logPackets === null ? 0 : s.logPackets - s.packets);

/** Groups of fields, and what their rows go by. */
const GROUP_OF: Readonly<Record<Field, Group>> = {
  session_end_reason: 'reason',
  tracker_stage: 'tracker',
  app: 'app',
  action: 'words',
  subtype: 'words',
  bytes_sent: 'bytes',
  bytes_received: 'bytes',
  pkts_sent: 'packets',
  pkts_received: 'packets',
  elapsed: 'elapsed',
  from: 'zone',
  to: 'zone',
  natsrc: 'nat',
  natdst: 'nat',
  natsport: 'nat',
  natdport: 'nat',
  tcp_rtt_c2s: 'trip',
  tcp_rtt_s2c: 'trip',
  total_n_ooseq_c2s: 'loss',
  total_n_ooseq_s2c: 'loss',
  tcp_retransit_cnt_c2s: 'loss',
  tcp_retransit_cnt_s2c: 'loss',
  tcp_zero_window_cnt_c2s: 'loss',
  tcp_zero_window_cnt_s2c: 'loss',
};

export const EXPLANATIONS: readonly ExplanationRow[] = [
  {
    group: 'reason',
    when: (s) => s.candidates.some(({ reason }) => reason === s.log),
    say: (s) =>
      `the capture cannot rule ${s.log} out: ${s.candidates.find(({ reason }) => reason === s.log)!.because}`,
  },
  {
    group: 'reason',
    when: (s) => BLOCKED.has(s.log),
    say: (s) =>
      `${s.log} is a decision of the firewall that packets do not show; from the packets alone it is ${s.capture}`,
  },
  {
    group: 'reason',
    when: (s) => s.proto !== 'tcp' && TCP_REASONS.has(s.log),
    say: (s) => `${s.proto} has neither FIN nor RST: the row cannot be right, or it is of another session`,
  },
  {
    group: 'reason',
    when: (s) => s.log === 'resources-unavailable',
    say: () => 'a limit of the firewall was reached, which packets do not show',
  },
  {
    group: 'reason',
    when: (s) => s.log === 'unknown',
    say: () => 'the firewall ended it otherwise, for instance by an administrator who cleared the session',
  },
  {
    group: 'reason',
    when: (s) => s.log === 'decoder',
    say: () =>
      'the protocol decoder of the firewall ended it at a new request, which a capture does not prove',
  },
  {
    group: 'reason',
    when: (s) => isRst(s.capture) && isRst(s.log) && !s.swapped && bothReset(s),
    say: (s) =>
      `the capture has a RST of either side, of which that of the client outranks the other: the firewall did not count ${rstPacket(s, sideOf(s.capture) === 'client')} of the ${sideOf(s.capture)}${timerShown(s)}`,
  },
  {
    group: 'reason',
    when: (s) => isRst(s.capture) && isRst(s.log),
    say: (s) =>
      s.swapped
        ? `the RST is the same, but the log calls the other host the client`
        : `the capture has ${rstPacket(s, sideOf(s.capture) === 'client')} of the ${sideOf(s.capture)} and none of the ${sideOf(s.log)}`,
  },
  {
    group: 'reason',
    when: (s) => isRst(s.capture) && s.log === 'tcp-fin' && hasFin(s),
    say: (s) =>
      `the capture has ${rstPacket(s, sideOf(s.capture) === 'client')} of the ${sideOf(s.capture)} beside a FIN, and a RST outranks a FIN: the firewall did not see that RST, or dropped it${timerShown(s)}`,
  },
  {
    group: 'reason',
    when: (s) => isRst(s.capture),
    say: (s) =>
      `the capture has ${rstPacket(s, sideOf(s.capture) === 'client')} of the ${sideOf(s.capture)} that the firewall did not count: it did not see it, or dropped it as out of window${timerShown(s)}`,
  },
  {
    group: 'reason',
    when: (s) => isRst(s.log) && s.afterEnd > 0,
    say: (s) =>
      `no RST of the ${sideOf(s.log)} is among the packets of the session; ${plural(s.afterEnd, 'packet')} came after it had left the table here, and on the firewall it may have stood longer${timerShown(s)}`,
  },
  {
    group: 'reason',
    when: (s) => isRst(s.log),
    say: (s) =>
      packetsMissing(s) > 0
        ? `no RST of the ${sideOf(s.log)} is in the capture, and the log counts ${plural(packetsMissing(s), 'packet')} more: the RST may be one of them${timerShown(s)}`
        : `no RST of the ${sideOf(s.log)} is in the capture: it may have been captured on the other side of what sent it, or the firewall sent it itself${timerShown(s)}`,
  },
  {
    group: 'reason',
    when: (s) => s.log === 'tcp-fin' && s.afterEnd > 0,
    say: (s) =>
      `no FIN is among the packets of the session; ${plural(s.afterEnd, 'packet')} came after it had left the table here, and on the firewall it may have stood longer${timerShown(s)}`,
  },
  {
    group: 'reason',
    when: (s) => s.log === 'tcp-fin',
    say: (s) =>
      packetsMissing(s) > 0
        ? `no FIN is in the capture, and the log counts ${plural(packetsMissing(s), 'packet')} more: the FINs may be among them${timerShown(s)}`
        : `no FIN is in the capture: ${s.words.open ? 'it ends before one came' : 'the packet that carried it was not captured'}${timerShown(s)}`,
  },
  {
    group: 'reason',
    when: (s) => s.log === 'aged-out' && hasFin(s),
    say: (s) =>
      `the capture has a FIN, which outranks the expiry: the firewall had let the session go before it, or did not see it${timerShown(s)}`,
  },
  {
    group: 'reason',
    when: (s) => s.log === 'aged-out',
    say: (s) => `a timer ended it on the firewall, and ${s.capture} in the capture${timerShown(s)}`,
  },
  {
    group: 'reason',
    when: (s) => s.log === 'tcp-reuse',
    say: () =>
      'a new SYN on the same ports ended it on the firewall; the capture has none while the session stood',
  },
  {
    group: 'reason',
    when: (s) => s.words.open && !s.words.decided,
    say: (s) => `still open at the end of the capture, where only silence would make it ${s.capture}`,
  },
  {
    group: 'reason',
    when: () => true,
    say: (s) => `the packets make it ${s.capture}; what made it ${s.log} is not among them`,
  },
  {
    group: 'tracker',
    when: (s) => s.differing.has('session_end_reason'),
    say: (s) =>
      `the first event of the end was ${s.log} on the firewall and ${s.capture} in the capture, as with the end reason`,
  },
  {
    group: 'tracker',
    when: (s) => s.words.causes.length > 1,
    say: (s) =>
      `the tracker keeps the first event: in the capture that is ${s.capture}, and ${s.log} came later or not at all; the firewall saw them in another order`,
  },
  {
    group: 'tracker',
    when: () => true,
    say: (s) =>
      `the end reasons agree, and the first event of the end is ${s.capture} in the capture; ${s.log} is not among its packets`,
  },
  {
    group: 'app',
    when: (s) => s.log === 'not-applicable',
    say: (s) =>
      `the firewall refused it before it looked at the application; in the capture it is ${s.capture}`,
  },
  {
    group: 'app',
    when: (s) => s.log === 'non-syn-tcp',
    say: () => 'the firewall first saw it without its SYN',
  },
  {
    group: 'app',
    when: (s) => s.capture === 'incomplete',
    say: (s) =>
      packetsMissing(s) > 0
        ? `no payload is among the packets of the session, and the log counts ${plural(packetsMissing(s), 'packet')} more: the payload that made it ${s.log} may be among them`
        : `no payload is among the packets of the session, without which it cannot be ${s.log}`,
  },
  {
    group: 'app',
    when: (s) => s.log === 'incomplete',
    say: (s) =>
      `the capture has payload${UNNAMED.has(s.capture) ? '' : ` of ${s.capture}`}, and the firewall saw none, or no complete handshake (firewall-model 5)`,
  },
  {
    group: 'app',
    harmless: true,
    when: (s) => UNNAMED.has(s.log) && UNNAMED.has(s.capture),
    say: (s) =>
      `neither side can name it: after how many packets and bytes App-ID gives up, and calls it ${s.log} and not ${s.capture}, is inferred here (firewall-model 5)`,
  },
  {
    group: 'app',
    when: (s) => UNNAMED.has(s.log),
    say: (s) =>
      `the payload in the capture is ${s.capture}; the firewall could not name it, which points to packets that it did not see or to another content version`,
  },
  {
    group: 'app',
    harmless: true,
    when: (s) => CARRIERS.has(s.capture),
    say: (s) =>
      `App-ID names what runs inside ${s.capture}; a capture shows ${s.capture} and not that it is ${s.log}`,
  },
  {
    group: 'app',
    harmless: true,
    when: (s) => related(String(s.capture), String(s.log)),
    say: (s) => `${s.log} and ${s.capture} are names of one family: content updates split and rename them`,
  },
  {
    group: 'app',
    harmless: true,
    when: (s) => UNNAMED.has(s.capture),
    say: (s) => `the signatures here do not name it (${s.capture}); App-ID knows more applications`,
  },
  {
    group: 'app',
    when: () => true,
    say: (s) =>
      `the payload in the capture is ${s.capture}; that it is ${s.log} takes an application override or another reading of it`,
  },
  {
    group: 'words',
    when: (s) => s.field === 'action',
    say: (s) =>
      `the firewall's rule or a threat made it ${s.log}; without rules the capture's session is ${s.capture}`,
  },
  {
    group: 'words',
    when: (s) => s.log === 'drop',
    say: () =>
      'refused at its first packet: the firewall never had a session of it; the packets stand in the capture all the same',
  },
  {
    group: 'words',
    when: () => true,
    say: (s) => `the log has it as ${s.log}: a rule blocked it once its application was known`,
  },
  {
    group: 'bytes',
    when: (s) => s.swapped,
    say: (s) => `${SWAPPED}: ${s.log} bytes against ${s.capture}`,
  },
  {
    group: 'bytes',
    harmless: true,
    when: isRefused,
    say: () => REFUSED_ALONE,
  },
  {
    group: 'bytes',
    when: (s) => s.differing.has(s.field === 'bytes_sent' ? 'pkts_sent' : 'pkts_received'),
    say: (s) => {
      const packets = s.otherSide(s.field === 'bytes_sent' ? 'pkts_sent' : 'pkts_received');
      return `${byteGap(s)}, with ${plural(Number(packets.log), 'packet')} in the log and ${packets.capture} in the capture`;
    },
  },
  {
    group: 'bytes',
    when: () => true,
    say: (s) =>
      `${byteGap(s)}, though the packets are ${s.packetsOfField} on both sides: cut or padded frames, or another link`,
  },
  {
    group: 'packets',
    when: (s) => s.swapped,
    say: (s) => `${SWAPPED}: ${s.log} packets against ${s.capture}`,
  },
  {
    group: 'packets',
    harmless: true,
    when: isRefused,
    say: () => REFUSED_ALONE,
  },
  {
    group: 'packets',
    when: (s) => Number(s.log) > Number(s.capture) && s.afterEnd > 0,
    say: (s) =>
      `the log has ${plural(Number(s.log) - Number(s.capture), 'packet')} more; ${plural(s.afterEnd, 'packet')} of the capture came after the session had left the table here`,
  },
  {
    group: 'packets',
    when: (s) => Number(s.log) > Number(s.capture),
    say: (s) =>
      `the log has ${plural(Number(s.log) - Number(s.capture), 'packet')} more: the capture missed them, or its filter left them out`,
  },
  {
    group: 'packets',
    when: () => true,
    say: (s) =>
      `the capture has ${plural(Number(s.capture) - Number(s.log), 'packet')} more: they did not reach the firewall, it dropped them before they were counted, or they were captured twice`,
  },
  {
    group: 'elapsed',
    harmless: true,
    when: isRefused,
    say: () => REFUSED_ALONE,
  },
  {
    group: 'elapsed',
    when: (s) => s.differing.has('pkts_sent') || s.differing.has('pkts_received'),
    say: (s) =>
      `${elapsedGap(s)}: the two sides do not have the same first or last packet, as their counts show`,
  },
  {
    group: 'elapsed',
    when: (s) => Math.abs(Number(s.log) - Number(s.capture) - s.words.timerSeconds) <= 1,
    say: (s) =>
      `${elapsedGap(s)}: the ${s.words.timerSeconds} s of ${s.words.timerName}, which this row counts and the others do not`,
  },
  {
    group: 'elapsed',
    when: (s) => Math.abs(Number(s.capture) - Number(s.log) - s.words.timerSeconds) <= 1,
    say: (s) =>
      `${elapsedGap(s)}: the ${s.words.timerSeconds} s of ${s.words.timerName}, which this row does not count, though the log is taken to`,
  },
  {
    group: 'elapsed',
    when: () => true,
    say: (s) => `${elapsedGap(s)}: first or last packet are others on the firewall`,
  },
  {
    group: 'zone',
    when: (s) => s.swapped,
    say: () => SWAPPED,
  },
  {
    group: 'zone',
    when: () => true,
    say: (s) =>
      `the configured networks put the ${s.field === 'from' ? 'client' : 'server'} into ${s.capture}; on the firewall the packet came in by an interface of ${s.log}`,
  },
  {
    group: 'nat',
    when: () => true,
    say: (s) => `the configuration here translates it to ${s.capture}, the firewall to ${s.log}`,
  },
  {
    group: 'trip',
    harmless: true,
    when: () => true,
    say: (s) =>
      `the handshake in the capture takes ${s.capture} ${s.roundTrips.unit} ${tripEnd(s)} and back, and the log says ${s.log}: the firewall stands elsewhere on the way, or takes a mean over the session (unit and way are not documented, and taken as they fit most rows)`,
  },
  {
    group: 'loss',
    when: (s) => Number(s.log) > Number(s.capture),
    say: (s) =>
      `the firewall counts ${Number(s.log) - Number(s.capture)} more ${lossOf(s)} than the capture shows: the two stand at different places of the way, or it counts by another rule`,
  },
  {
    group: 'loss',
    when: () => true,
    say: (s) =>
      `the capture shows ${Number(s.capture) - Number(s.log)} more ${lossOf(s)} than the firewall counts: they did not reach it so, or it counts by another rule`,
  },
];

/** The row that tells why this field differs. */
export function explanationOf(situation: Situation): ExplanationRow {
  const group = GROUP_OF[situation.field];
  return EXPLANATIONS.find((row) => row.group === group && row.when(situation))!;
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

/**
 * `dns` and `dns-base`, `google-base` and `google-docs`, `ping` and `ping6`: content updates split and rename
 * (firewall-model 5). `ms-rdp` and `ms-ds-smb` are two.
 */
function related(a: string, b: string): boolean {
  const stem = (name: string): string => name.replace(/-base$/, '').replace(/v?\d+$/, '');
  const [x, y] = [stem(a), stem(b)];
  return x === y || x.startsWith(`${y}-`) || y.startsWith(`${x}-`);
}
