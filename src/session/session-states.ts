/**
 * The states of a session in the firewall's table (firewall-model 2), and the way that a session takes
 * through them. TCP's own states (tcp-states.ts) say which timer is in force; these say whether there is a
 * session at all.
 */

export const SESSION_STATES = ['INIT', 'OPENING', 'ACTIVE', 'DISCARD', 'CLOSING', 'CLOSED', 'FREE'] as const;
export type SessionState = (typeof SESSION_STATES)[number];

/** What happens to a session at one moment, as far as its state is concerned. */
export type SessionStep = 'opens' | 'stays' | 'denied' | 'ends' | 'is-gone';

interface StepRow {
  readonly step: SessionStep;
  /** the states gone through, the one before first */
  readonly path: readonly SessionState[];
  readonly because: string;
}

export const SESSION_STEP_ROWS: readonly StepRow[] = [
  {
    step: 'opens',
    path: ['INIT', 'OPENING', 'ACTIVE'],
    because:
      'the first packet takes a slot from the free pool; ACTIVE as soon as both flows are installed, at the SYN, not behind the handshake (2)',
  },
  {
    step: 'stays',
    path: ['ACTIVE'],
    because:
      'half-closed and time-wait are timers of an ACTIVE session; a packet that a TCP check drops changes nothing (2, 3.2)',
  },
  {
    step: 'denied',
    path: ['ACTIVE', 'DISCARD'],
    because: 'a rule denies or a threat is found: packets still match and are dropped (2)',
  },
  {
    step: 'ends',
    path: ['ACTIVE', 'CLOSING', 'CLOSED', 'FREE'],
    because:
      'the timer fires, or a SYN uses the ports again; the ager removes it at once (2); how long the slot stays CLOSED is inferred: no time',
  },
  {
    step: 'is-gone',
    path: ['FREE'],
    because: 'a packet of its tuple finds no session (2); the slot may serve another one by then (inferred)',
  },
];

/** The states that a step goes through, the one before it first. */
export const STATE_PATHS: Readonly<Record<SessionStep, readonly SessionState[]>> = Object.fromEntries(
  SESSION_STEP_ROWS.map(({ step, path }) => [step, path]),
) as Record<SessionStep, readonly SessionState[]>;
