/** Why end reason or tracker stage differ (firewall-model 3.6, 4, 4.2): the first row that fits tells. */
import { plural } from '../verdict/plural.ts';
import { unknownTimer } from './reveal-timer.ts';
import {
  BLOCKED,
  type ExplanationRow,
  packetsMissing,
  resetInNameOf,
  rstPacket,
  type Situation,
} from './situation.ts';

const isRst = (reason: string | number): boolean => String(reason).startsWith('tcp-rst-from-');
const sideOf = (reason: string | number): 'client' | 'server' =>
  String(reason).endsWith('client') ? 'client' : 'server';
const TCP_REASONS: ReadonlySet<string | number> = new Set([
  'tcp-fin',
  'tcp-rst-from-client',
  'tcp-rst-from-server',
  'tcp-reuse',
]);
const timerShown = ({ revealed, delay, log }: Situation): string => {
  if (delay === null) return '';
  const written = `; the log was written ${delay} s after its last packet`;
  if (revealed !== null) return `${written}, so ${revealed.name} (${revealed.seconds} s) expired`;
  const others = unknownTimer(delay, log);
  return others === '' ? '' : `${written}, which none of the timers given explains: ${others}`;
};

/** Behind a reason by which the firewall resets both sides itself. */
const ownReset = (s: Situation): string => {
  if (!isRst(s.capture)) return '';
  const side = sideOf(s.capture);
  const action = resetInNameOf(side, s);
  return action === null
    ? ''
    : `, of ${rstPacket(s, side === 'client')} that may be the firewall's own, sent in the name of the ${side} (${action})`;
};

const hasFin = ({ words }: Situation): boolean => words.causes.some((cause) => cause.endsWith('-fin'));

const bothReset = ({ words: { causes } }: Situation): boolean =>
  causes.includes('client-rst') && causes.includes('server-rst');

export const REASON_ROWS: readonly ExplanationRow[] = [
  {
    when: (s) => s.candidates.some(({ reason }) => reason === s.log),
    say: (s) =>
      `the capture cannot rule ${s.log} out: ${s.candidates.find(({ reason }) => reason === s.log)!.because}`,
  },
  {
    when: (s) => BLOCKED.has(s.log),
    say: (s) =>
      `${s.log} is a decision of the firewall that packets do not show; from the packets alone it is ${s.capture}${ownReset(s)}`,
  },
  {
    when: (s) => s.proto !== 'tcp' && TCP_REASONS.has(s.log),
    say: (s) => `${s.proto} has neither FIN nor RST: the row cannot be right, or it is of another session`,
  },
  {
    when: (s) => s.log === 'resources-unavailable',
    say: () => 'a limit of the firewall was reached, which packets do not show',
  },
  {
    when: (s) => s.log === 'unknown',
    say: () => 'the firewall ended it otherwise, for instance by an administrator who cleared the session',
  },
  {
    when: (s) => s.log === 'decoder',
    say: () =>
      'the protocol decoder of the firewall ended it at a new request, which a capture does not prove',
  },
  {
    when: (s) => isRst(s.capture) && isRst(s.log) && !s.swapped && bothReset(s),
    say: (s) =>
      `the capture has a RST of either side, of which that of the client outranks the other: the firewall did not count ${rstPacket(s, sideOf(s.capture) === 'client')} of the ${sideOf(s.capture)}${timerShown(s)}`,
  },
  {
    when: (s) => isRst(s.capture) && isRst(s.log),
    say: (s) =>
      s.swapped
        ? `the RST is the same, but the log calls the other host the client`
        : `the capture has ${rstPacket(s, sideOf(s.capture) === 'client')} of the ${sideOf(s.capture)} and none of the ${sideOf(s.log)}`,
  },
  {
    when: (s) => isRst(s.capture) && s.log === 'tcp-fin' && hasFin(s),
    say: (s) =>
      `the capture has ${rstPacket(s, sideOf(s.capture) === 'client')} of the ${sideOf(s.capture)} beside a FIN, and a RST outranks a FIN: the firewall did not see that RST, or dropped it${timerShown(s)}`,
  },
  {
    when: (s) => isRst(s.capture) && s.log === 'aged-out',
    say: (s) =>
      `the capture has ${rstPacket(s, sideOf(s.capture) === 'client')} of the ${sideOf(s.capture)}, which outranks the expiry: the firewall had let the session go before it, did not see it, or dropped it as out of window${timerShown(s)}`,
  },
  {
    when: (s) => isRst(s.capture),
    say: (s) =>
      `the capture has ${rstPacket(s, sideOf(s.capture) === 'client')} of the ${sideOf(s.capture)} that the firewall did not count: it did not see it, or dropped it as out of window${timerShown(s)}`,
  },
  {
    when: (s) => isRst(s.log) && s.afterEnd > 0,
    say: (s) =>
      `no RST of the ${sideOf(s.log)} is among the packets of the session; ${plural(s.afterEnd, 'packet')} came after it had left the table here, and on the firewall it may have stood longer${timerShown(s)}`,
  },
  {
    when: (s) => isRst(s.log),
    say: (s) =>
      packetsMissing(s) > 0
        ? `no RST of the ${sideOf(s.log)} is in the capture, and the log counts ${plural(packetsMissing(s), 'packet')} more: the RST may be one of them${timerShown(s)}`
        : `no RST of the ${sideOf(s.log)} is in the capture: it may have been captured on the other side of what sent it, or the firewall sent it itself${timerShown(s)}`,
  },
  {
    when: (s) => s.log === 'tcp-fin' && s.afterEnd > 0,
    say: (s) =>
      `no FIN is among the packets of the session; ${plural(s.afterEnd, 'packet')} came after it had left the table here, and on the firewall it may have stood longer${timerShown(s)}`,
  },
  {
    when: (s) => s.log === 'tcp-fin',
    say: (s) =>
      packetsMissing(s) > 0
        ? `no FIN is in the capture, and the log counts ${plural(packetsMissing(s), 'packet')} more: the FINs may be among them${timerShown(s)}`
        : `no FIN is in the capture: ${s.words.open ? 'it ends before one came' : 'the packet that carried it was not captured'}${timerShown(s)}`,
  },
  {
    when: (s) => s.log === 'aged-out' && hasFin(s),
    say: (s) =>
      `the capture has a FIN, which outranks the expiry: the firewall had let the session go before it, or did not see it${timerShown(s)}`,
  },
  {
    when: (s) => s.log === 'aged-out',
    say: (s) => `a timer ended it on the firewall, and ${s.capture} in the capture${timerShown(s)}`,
  },
  {
    when: (s) => s.log === 'tcp-reuse',
    say: () =>
      'a new SYN on the same ports ended it on the firewall; the capture has none while the session stood',
  },
  {
    when: (s) => s.words.open && !s.words.decided,
    say: (s) => `still open at the end of the capture, where only silence would make it ${s.capture}`,
  },
  {
    when: () => true,
    say: (s) => `the packets make it ${s.capture}; what made it ${s.log} is not among them`,
  },
];

export const TRACKER_ROWS: readonly ExplanationRow[] = [
  {
    when: (s) => s.differing.has('session_end_reason'),
    say: (s) =>
      `the first event of the end was ${s.log} on the firewall and ${s.capture} in the capture, as with the end reason`,
  },
  {
    when: (s) => s.words.causes.length > 1,
    say: (s) =>
      `the tracker keeps the first event: in the capture that is ${s.capture}, and ${s.log} came later or not at all; the firewall saw them in another order`,
  },
  {
    when: () => true,
    say: (s) =>
      `the end reasons agree, and the first event of the end is ${s.capture} in the capture; ${s.log} is not among its packets`,
  },
];
