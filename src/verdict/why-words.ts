/**
 * What the packets of a session say of each end reason and of each tracker stage, a function a row. Whatever
 * only the firewall itself knows (a rule base, a decryption policy, its resources) cannot be told from packets.
 */
import { addSeconds, compareTime } from '../capture/time.ts';
import { PROTO, TCP_FLAG } from '../decode/packet.ts';
import { OVER_TLS } from '../firewall/app-id/tls-alert.ts';
import type { Cause, SessionEvent, SessionFacts } from '../session/facts.ts';
import { CAUSE_WORDS, type EndReason, type TrackerStage } from './precedence.ts';

/** What the packets say of a row. */
export type RowStanding = 'stands' | 'does not' | 'cannot be told';

export interface Said {
  readonly standing: RowStanding;
  readonly because: string;
}

type Words = (facts: SessionFacts) => Said;

const stands = (because: string): Said => ({ standing: 'stands', because });
const doesNot = (because: string): Said => ({ standing: 'does not', because });
const cannotBeTold = (because: string): Said => ({ standing: 'cannot be told', because });
const always =
  (said: Said): Words =>
  () =>
    said;

const NOT_TCP = doesNot('the session is not TCP');

export const REASON_WORDS: Readonly<Record<EndReason, Words>> = {
  threat: always(cannotBeTold('a capture holds no verdict of a threat database; the threat log tells')),
  'policy-deny': always(cannotBeTold('needs a rule base; without one every session is allowed')),
  'decrypt-cert-validation': decryption,
  'decrypt-unsupport-param': decryption,
  'decrypt-error': decryption,
  'tcp-rst-from-client': (facts) => reset(facts, 'client-rst'),
  'tcp-rst-from-server': (facts) => reset(facts, 'server-rst'),
  'resources-unavailable': always(
    cannotBeTold("the firewall's own limits do not show in packets; its global counters tell"),
  ),
  'tcp-fin': fin,
  'tcp-reuse': reuse,
  decoder: (facts) =>
    facts.payloadSeen
      ? cannotBeTold("only the firewall's decoder knows of connections inside the protocol")
      : doesNot('no payload that a decoder could have read'),
  'aged-out': agedOut,
  unknown: always(cannotBeTold('an administrator who clears a session leaves no packet')),
  'n/a': (facts) =>
    facts.endedBy === null
      ? stands('the capture ends before the session does')
      : doesNot('the session has left the table'),
};

export const STAGE_WORDS: readonly { readonly stage: TrackerStage; readonly words: Words }[] = [
  {
    stage: 'Aged out',
    words: (facts) => {
      const first = firstCause(facts);
      if (first !== null) return doesNot(`${causeText(facts, first)} came before the timer expired`);
      const others = facts.tcp === null ? '' : 'no FIN and no RST was recorded, so ';
      return stands(`${others}the timer is the first event`);
    },
  },
  { stage: 'TCP FIN', words: (facts) => firstOf(facts, ['client-fin', 'server-fin'], 'FIN') },
  { stage: 'TCP RST - client', words: (facts) => firstOf(facts, ['client-rst'], 'RST of the client') },
  { stage: 'TCP RST - server', words: (facts) => firstOf(facts, ['server-rst'], 'RST of the server') },
  { stage: 'appid policy lookup deny', words: REASON_WORDS['policy-deny'] },
  { stage: 'mitigation tdb', words: REASON_WORDS.threat },
  { stage: 'resource limit', words: REASON_WORDS['resources-unavailable'] },
  {
    stage: 'host service',
    words: always(cannotBeTold("needs the firewall's own addresses and the services that they offer")),
  },
];

/** firewall-model 9: only TLS and SSH are decrypted. */
function decryption({ proto, app, payloadSeen, tcp }: SessionFacts): Said {
  if (proto !== PROTO.TCP) return doesNot('the session is not TCP, so nothing of it is decrypted');
  if (app !== null && (OVER_TLS.has(app) || app === 'ssh')) {
    return cannotBeTold('needs a decryption rule; no fatal TLS alert was seen in clear');
  }
  if (!payloadSeen && tcp?.midstream !== true) return doesNot('no payload, so neither TLS nor SSH');
  return app === null || app.startsWith('unknown-')
    ? cannotBeTold('needs a decryption rule, and to know whether this is TLS or SSH')
    : doesNot(`the application is ${app}, neither TLS nor SSH`);
}

function reset(facts: SessionFacts, cause: 'client-rst' | 'server-rst'): Said {
  if (facts.tcp === null) return NOT_TCP;
  if (facts.tcp.causes.includes(cause)) return stands(`${causeText(facts, cause)} was recorded`);
  return doesNot(lateText(facts, sideOf(cause), TCP_FLAG.RST, `no RST of the ${sideOf(cause)} was seen`));
}

/** What came after the end changes nothing, and is not to be called unseen. */
function lateText(facts: SessionFacts, side: string | null, flag: number, otherwise: string): string {
  const late = facts.events.filter(({ kind }) => kind === 'late');
  const ofSide = late.filter(({ fromClient }) => side === null || fromClient === (side === 'client'));
  const found = ofSide.find(({ tcpFlags }) => (tcpFlags & flag) !== 0);
  if (found !== undefined) {
    const name = flag === TCP_FLAG.RST ? 'RST' : 'FIN';
    const sender = found.fromClient ? 'client' : 'server';
    return `the ${name} of the ${sender} in packet ${found.packet} came after the session had left the table`;
  }
  // of many late packets only the first are kept
  return late.length < (facts.afterEnd ?? 0) ? `${otherwise} while it was in the table` : otherwise;
}

function fin(facts: SessionFacts): Said {
  if (facts.tcp === null) return NOT_TCP;
  const fins = facts.tcp.causes.filter((cause) => cause === 'client-fin' || cause === 'server-fin');
  if (fins.length === 0) return doesNot(lateText(facts, null, TCP_FLAG.FIN, 'no FIN was seen'));
  const both = fins.map((cause) => causeText(facts, cause)).join(' and ');
  return stands(`${both} ${fins.length === 1 ? 'was' : 'were'} recorded`);
}

function reuse(facts: SessionFacts): Said {
  if (facts.tcp === null) return NOT_TCP;
  if (facts.endedBy !== 'syn') return doesNot('no SYN came while time-wait or unverified-rst was in force');
  const syn = facts.events.find(({ kind }) => kind === 'reuse');
  return stands(`the SYN in packet ${syn?.packet} used the ports again while ${timer(facts)} was in force`);
}

function agedOut(facts: SessionFacts): Said {
  if (facts.endedBy === 'syn') return doesNot(`a new SYN came before ${timer(facts)} had expired`);
  const { lastRefresh, timerSeconds, endTime } = facts;
  const early = compareTime(endTime, addSeconds(lastRefresh.time, timerSeconds)) < 0;
  const aging = early ? ', sooner under accelerated aging' : '';
  const last = `packet ${lastRefresh.packet}, the last that restarted it`;
  return facts.endedBy === null
    ? stands(`${timer(facts)} runs from ${last}${aging}, and will expire if no other comes`)
    : stands(`${timer(facts)} expired after ${last}${aging}`);
}

/** The tracker keeps the first teardown event, whatever comes after it (firewall-model 4.2). */
function firstOf(facts: SessionFacts, causes: readonly Cause[], what: string): Said {
  if (facts.tcp === null) return NOT_TCP;
  const first = firstCause(facts);
  if (first !== null && causes.includes(first)) return stands(`${causeText(facts, first)} came first`);
  const own = facts.tcp.causes.find((cause) => causes.includes(cause));
  if (own === undefined) return doesNot(`no ${what} was recorded`);
  return doesNot(`${causeText(facts, own)} came after ${causeText(facts, first!)}`);
}

function firstCause({ tcp }: SessionFacts): Cause | null {
  return tcp?.causes[0] ?? null;
}

function sideOf(cause: Cause): string {
  return cause.startsWith('client') ? 'client' : 'server';
}

/** `the RST of the server in packet 7` */
function causeText(facts: SessionFacts, cause: Cause): string {
  const flag = CAUSE_WORDS[cause].reason === 'tcp-fin' ? 'FIN' : 'RST';
  const event = recordedBy(facts, cause);
  const where =
    event === null
      ? ' (out of window when it came, and acknowledged later)'
      : ` in packet ${event.packet}${event.disposition === 'unverified' ? ' (unverified)' : ''}`;
  return `the ${flag} of the ${sideOf(cause)}${where}`;
}

/** The packet that recorded a cause: its first FIN, or its first RST that was neither dropped nor disproved. */
function recordedBy({ events }: SessionFacts, cause: Cause): SessionEvent | null {
  const fromClient = cause.startsWith('client');
  const ofSide = events.filter((event) => event.fromClient === fromClient);
  if (CAUSE_WORDS[cause].reason === 'tcp-fin') return ofSide.find(({ kind }) => kind === 'fin') ?? null;
  const resets = ofSide.filter(({ kind, disposition }) => kind === 'rst' && disposition !== 'dropped');
  const disproofs = ofSide.filter(({ kind }) => kind === 'disproof');
  const lastDisproof = disproofs.at(-1)?.packet ?? 0;
  return resets.find(({ packet }) => packet > lastDisproof) ?? resets.at(-1) ?? null;
}

function timer({ timerName, timerSeconds }: SessionFacts): string {
  return `${timerName} (${timerSeconds} s)`;
}
