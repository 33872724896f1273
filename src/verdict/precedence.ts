/**
 * Session end reasons in the firewall's order of priority (firewall-model 4), and what each recorded
 * teardown cause stands for. The end reason is the highest-priority cause, the tracker stage the first
 * (firewall-model 4.2).
 */
import type { Cause } from '../session/facts.ts';

export type EndReason =
  | 'threat'
  | 'policy-deny'
  | 'decrypt-cert-validation'
  | 'decrypt-unsupport-param'
  | 'decrypt-error'
  | 'tcp-rst-from-client'
  | 'tcp-rst-from-server'
  | 'resources-unavailable'
  | 'tcp-fin'
  | 'tcp-reuse'
  | 'decoder'
  | 'aged-out'
  | 'unknown'
  | 'n/a';

export type TrackerStage =
  | 'Aged out'
  | 'TCP FIN'
  | 'TCP RST - client'
  | 'TCP RST - server'
  | 'appid policy lookup deny'
  | 'mitigation tdb'
  | 'resource limit'
  | 'host service';

interface EndReasonRow {
  readonly reason: EndReason;
  /** in the manual's words */
  readonly meaning: string;
  /** what a capture can say of it */
  readonly fromCapture: 'proves' | 'candidate' | 'no';
}

/** Highest priority first (firewall-model 4). */
export const END_REASON_ROWS: readonly EndReasonRow[] = [
  {
    reason: 'threat',
    meaning: 'a threat was found and its action is reset, drop or block-ip',
    fromCapture: 'candidate',
  },
  { reason: 'policy-deny', meaning: 'the session matched a rule that denies or drops', fromCapture: 'no' },
  {
    reason: 'decrypt-cert-validation',
    meaning: 'a decryption rule blocked the certificate',
    fromCapture: 'candidate',
  },
  {
    reason: 'decrypt-unsupport-param',
    meaning: 'a decryption rule blocked a version, cipher or algorithm',
    fromCapture: 'candidate',
  },
  { reason: 'decrypt-error', meaning: 'a decryption rule failed in another way', fromCapture: 'candidate' },
  { reason: 'tcp-rst-from-client', meaning: 'the client sent a TCP RST', fromCapture: 'proves' },
  { reason: 'tcp-rst-from-server', meaning: 'the server sent a TCP RST', fromCapture: 'proves' },
  { reason: 'resources-unavailable', meaning: 'a limit of the firewall was reached', fromCapture: 'no' },
  { reason: 'tcp-fin', meaning: 'one or both hosts sent a TCP FIN', fromCapture: 'proves' },
  {
    reason: 'tcp-reuse',
    meaning: 'a new SYN used the ports again while the old session was closing',
    fromCapture: 'proves',
  },
  { reason: 'decoder', meaning: 'a new connection inside the protocol ended the session', fromCapture: 'no' },
  { reason: 'aged-out', meaning: 'a timer expired', fromCapture: 'proves' },
  {
    reason: 'unknown',
    meaning: 'anything else, such as an administrator who cleared the session',
    fromCapture: 'no',
  },
  { reason: 'n/a', meaning: 'the session has not ended', fromCapture: 'proves' },
];

const RANK: ReadonlyMap<EndReason, number> = new Map(END_REASON_ROWS.map((row, rank) => [row.reason, rank]));

/** Negative where `a` outranks `b`. */
export function compareReasons(a: EndReason, b: EndReason): number {
  return RANK.get(a)! - RANK.get(b)!;
}

/** What a recorded cause is called in the two fields (firewall-model 4.1). */
export const CAUSE_WORDS: Readonly<
  Record<Cause, { readonly reason: EndReason; readonly stage: TrackerStage }>
> = {
  'client-fin': { reason: 'tcp-fin', stage: 'TCP FIN' },
  'server-fin': { reason: 'tcp-fin', stage: 'TCP FIN' },
  'client-rst': { reason: 'tcp-rst-from-client', stage: 'TCP RST - client' },
  'server-rst': { reason: 'tcp-rst-from-server', stage: 'TCP RST - server' },
};
