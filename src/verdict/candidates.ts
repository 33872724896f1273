/**
 * Reasons that the capture can neither prove nor rule out (interface.md `candidates`). Each row looks
 * at the facts and says what could be and why; a candidate that equals the verdict is left out.
 */
import { TLS_ALERT_REASONS } from '../firewall/app-id/tls-alert.ts';
import type { Cause, SessionFacts } from '../session/facts.ts';
import { finalReason, reasonOfCauses, type VerdictOptions } from './ending.ts';
import { foreignResets } from './foreign-resets.ts';
import { CAUSE_WORDS, compareReasons, type EndReason } from './precedence.ts';

export interface Candidate {
  readonly reason: EndReason;
  readonly because: string;
}

const SWAPPED: ReadonlyMap<EndReason, EndReason> = new Map([
  ['tcp-rst-from-client', 'tcp-rst-from-server'],
  ['tcp-rst-from-server', 'tcp-rst-from-client'],
]);

type Rule = (facts: SessionFacts, options: VerdictOptions) => readonly Candidate[];

/** What most sessions have. */
const NONE: readonly Candidate[] = [];

const RULES: readonly Rule[] = [threat, tlsAlert, swappedDirection, droppedRst, disprovedRst, reuse];

/** In precedence order, each reason once. */
export function candidatesOf(facts: SessionFacts, options: VerdictOptions): readonly Candidate[] {
  let found = NONE;
  for (const rule of RULES) {
    const more = rule(facts, options);
    if (more.length > 0) found = [...found, ...more];
  }
  return found.length === 0 ? NONE : inOrder(found, finalReason(facts, options));
}

/** @param verdict is left out: it is no candidate beside itself */
function inOrder(found: readonly Candidate[], verdict: EndReason): readonly Candidate[] {
  const byReason = new Map<EndReason, string>();
  for (const { reason, because } of found) {
    if (reason === verdict) continue;
    const before = byReason.get(reason);
    byReason.set(reason, before === undefined ? because : `${before}; ${because}`);
  }
  return [...byReason]
    .map(([reason, because]) => ({ reason, because }))
    .sort((a, b) => compareReasons(a.reason, b.reason));
}

/** firewall-model 4: RSTs to both sides that neither sent are what the firewall's own reset looks like. */
function threat(facts: SessionFacts): readonly Candidate[] {
  const resets = foreignResets(facts);
  if (resets === null) return NONE;
  const { client, server } = resets;
  return [
    {
      reason: 'threat',
      because:
        `the RST of the client in packet ${client.packet} (TTL ${client.ttl}) and that of the server in ` +
        `packet ${server.packet} (TTL ${server.ttl}) have another TTL than all else of the same side: ` +
        'neither host may have sent them; the threat log tells',
    },
  ];
}

/** firewall-model 9: a fatal alert is a decrypt-* reason if a decryption rule covers the session. */
function tlsAlert(facts: SessionFacts): readonly Candidate[] {
  if (facts.tlsAlert === null) return NONE;
  const { alert, fromClient, packet } = facts.tlsAlert;
  const row = TLS_ALERT_REASONS.get(alert);
  const name = row?.name ?? `alert ${alert}`;
  const by = fromClient ? 'client' : 'server';
  return [
    {
      reason: row?.reason ?? 'decrypt-error',
      because: `fatal TLS alert ${name} of the ${by} in packet ${packet}: the reason if a decryption rule covers this session`,
    },
  ];
}

/** interface.md `client_basis`: `port` and `first-packet` may have the sides the wrong way round. */
function swappedDirection(facts: SessionFacts, options: VerdictOptions): readonly Candidate[] {
  if (facts.tcp === null || (facts.clientBasis !== 'port' && facts.clientBasis !== 'first-packet'))
    return NONE;
  const swapped = SWAPPED.get(finalReason(facts, options));
  if (swapped === undefined) return NONE;
  const basis = facts.clientBasis === 'port' ? 'by the port numbers' : 'as the sender of its first packet';
  return [
    { reason: swapped, because: `the session began before the capture; its client was taken ${basis}` },
  ];
}

/** firewall-model 3.6: a RST out of window has no effect, if the window was as the capture shows it. */
function droppedRst(facts: SessionFacts): readonly Candidate[] {
  if (facts.tcp === null || facts.tcp.dropped.length === 0) return NONE;
  return facts.tcp.dropped.map((cause) => ({
    reason: CAUSE_WORDS[cause].reason,
    because: `${rstPacket(facts, cause, 'dropped')} is out of window and was ignored`,
  }));
}

/** firewall-model 3.6, inferred: data of its sender disproves an unverified RST. */
function disprovedRst(facts: SessionFacts): readonly Candidate[] {
  if (facts.tcp === null || facts.tcp.disproved.length === 0) return NONE;
  return facts.tcp.disproved.map((cause) => ({
    reason: CAUSE_WORDS[cause].reason,
    because: `${rstPacket(facts, cause, 'unverified')} was followed by data of its own sender, which disproves it`,
  }));
}

/** firewall-model 3.7: tcp-reuse is reported although tcp-fin and tcp-rst-* outrank it. */
function reuse(facts: SessionFacts): readonly Candidate[] {
  if (facts.endedBy !== 'syn') return NONE;
  const ofCauses = reasonOfCauses(facts.tcp?.causes ?? []);
  const because =
    'a new SYN on the same ports ended the session while it was closing; releases may report either';
  return [
    { reason: 'tcp-reuse' as const, because },
    ...(ofCauses === null ? [] : [{ reason: ofCauses, because }]),
  ];
}

function rstPacket(facts: SessionFacts, cause: Cause, disposition: 'dropped' | 'unverified'): string {
  const fromClient = cause === 'client-rst';
  const event = facts.events.find(
    (each) => each.kind === 'rst' && each.fromClient === fromClient && each.disposition === disposition,
  );
  return event === undefined ? 'a RST' : `the RST in packet ${event.packet}`;
}
