/** What is to be said of a packet that its flags and the timer do not say: a clause, or null. */
import { addSeconds, compareTime } from '../capture/time.ts';
import type { Moment } from '../reference/moments.ts';
import { TCP_CLASS } from '../session/tcp-states.ts';

type Note = (moment: Moment) => string | null;

/** The first that has something to say does. */
const NOTES: readonly Note[] = [
  late,
  reuse,
  dropped,
  reset,
  disproof,
  icmpError,
  notRestarted,
  synAgain,
  application,
];

/** @param before the moment before it; null for the first */
export function packetNote(moment: Moment, before: Moment | null): string | null {
  const texts = [firstNote(moment), aging(moment, before), fragments(moment)].filter((text) => text !== null);
  return texts.length === 0 ? null : texts.join('; ');
}

function firstNote(moment: Moment): string | null {
  for (const note of NOTES) {
    const text = note(moment);
    if (text !== null) return text;
  }
  return null;
}

/** firewall-model 3.4: told when it begins to shorten the timer of this session, and when it no longer does. */
function aging(moment: Moment, before: Moment | null): string | null {
  if (!moment.restarts) return null;
  const was = before !== null && (before.restarts ? isShortened(before) : isShortened(moment));
  const is = isShortened(moment);
  if (is === was) return null;
  return is ? 'accelerated aging: the timer fires sooner' : 'accelerated aging is over';
}

function isShortened({ time, fires, after }: Moment): boolean {
  return compareTime(fires, addSeconds(time, after.timerSeconds)) < 0;
}

function fragments({ packet }: Moment): string | null {
  if (packet === null || packet.frames < 2) return null;
  return `completes a datagram of ${packet.frames} fragments, each counted as a packet`;
}

function late({ kind }: Moment): string | null {
  return kind === 'late' ? 'finds no session: dropped' : null;
}

function reuse({ kind, after }: Moment): string | null {
  return kind === 'reuse' ? `uses the ports again in ${after.timerName}: opens a new session` : null;
}

function dropped({ step }: Moment): string | null {
  if (step?.outcome !== 'dropped') return null;
  if (step.rst !== null) return 'out of window: dropped, no effect';
  return step.challenge
    ? `does not acknowledge the SYN: dropped (${step.counter})`
    : `out of window: dropped (${step.counter})`;
}

/** firewall-model 3.6; before the handshake is complete, and in time-wait, the timer stays. */
function reset({ step }: Moment): string | null {
  if (step?.rst == null) return null;
  const kind = step.rst === 'verified' ? 'verified RST' : 'RST not verified';
  if (step.whileOpening) return `${kind} before the handshake is complete: the timer stays`;
  return step.whileTimeWait ? `${kind} in time-wait: the timer stays` : kind;
}

function disproof({ step }: Moment): string | null {
  return step?.disproof === true ? 'disproves the unverified RST of its own side: timer restored' : null;
}

function icmpError({ kind, sender, packet, fromClient }: Moment): string | null {
  if (kind !== 'icmp-error') return null;
  const about = fromClient ? 'server' : 'client';
  return `type ${packet!.icmpType} code ${packet!.icmpCode} from ${sender} about a packet of the ${about}`;
}

function notRestarted({ kind, restarts }: Moment): string | null {
  return kind === 'taken' && !restarts ? 'does not restart the timer' : null;
}

/** firewall-model 3.7; before the handshake is complete a SYN sent again is nothing to wonder about. */
function synAgain({ step, before }: Moment): string | null {
  return step?.packetClass === TCP_CLASS.SYN && before?.tcp?.handshakeComplete === true
    ? 'a SYN in this state is kept as a retransmission'
    : null;
}

function application({ before, after }: Moment): string | null {
  return after.app !== null && before?.app == null ? `application ${after.app}` : null;
}
