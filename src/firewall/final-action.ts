/**
 * Allowed or Blocked (firewall-model 6, interface.md `final_action`): three tables, each with a vote
 * of its own. They are kept as published, debatable rows included.
 */

export type FinalAction = 'Allowed' | 'Blocked' | 'Unknown';

type Vote = 'Allowed' | 'Blocked';

export const FINAL_ACTION_BY_ACTION: ReadonlyMap<string, Vote> = new Map([
  ['allow', 'Allowed'],
  ['deny', 'Blocked'],
  ['drop', 'Blocked'],
  ['drop-icmp', 'Blocked'],
  ['reset-both', 'Blocked'],
  // the published table says Allowed, although the connection is cut on one side
  ['reset-client', 'Allowed'],
  ['reset-server', 'Allowed'],
]);

export const FINAL_ACTION_BY_APPLICATION: ReadonlyMap<string, Vote> = new Map([
  ['incomplete', 'Allowed'],
  ['insufficient-data', 'Allowed'],
  ['unknown-tcp', 'Allowed'],
  ['unknown-udp', 'Allowed'],
  ['not-applicable', 'Blocked'],
]);

/** `unknown` has no row: it is the one reason whose verdict is Unknown. */
export const FINAL_ACTION_BY_REASON: ReadonlyMap<string, Vote> = new Map([
  ['threat', 'Blocked'],
  ['policy-deny', 'Blocked'],
  ['decrypt-cert-validation', 'Blocked'],
  ['decrypt-unsupport-param', 'Blocked'],
  ['decrypt-error', 'Blocked'],
  ['tcp-rst-from-client', 'Allowed'],
  ['tcp-rst-from-server', 'Allowed'],
  ['resources-unavailable', 'Blocked'],
  ['tcp-fin', 'Allowed'],
  ['tcp-reuse', 'Allowed'],
  ['decoder', 'Allowed'],
  ['aged-out', 'Allowed'],
  ['n/a', 'Allowed'],
]);

/** Blocked if any table says so; else Unknown if the reason is `unknown`; else Allowed. */
export function finalAction(action: string, app: string, reason: string): FinalAction {
  const votes = [
    FINAL_ACTION_BY_ACTION.get(action),
    FINAL_ACTION_BY_APPLICATION.get(app),
    FINAL_ACTION_BY_REASON.get(reason),
  ];
  if (votes.includes('Blocked')) return 'Blocked';
  return reason === 'unknown' ? 'Unknown' : 'Allowed';
}
