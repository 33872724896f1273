/** Choices of the configuration file, as it spells them. */

/** What a TCP tuple first seen without a SYN becomes (interface.md "First seen without a SYN"). */
export type NonSynMode = 'midstream' | 'reject' | 'accept';
export const NON_SYN_MODES: readonly NonSynMode[] = ['midstream', 'reject', 'accept'];

/** Out-of-window segments: checked, or let through unseen (firewall-model 3.5). */
export type AsymmetricPathMode = 'drop' | 'bypass';
export const ASYMMETRIC_PATH_MODES: readonly AsymmetricPathMode[] = ['drop', 'bypass'];

/** A bare ACK in answer to a SYN (firewall-model 3.5). */
export type ChallengeAckMode = 'drop' | 'allow';
export const CHALLENGE_ACK_MODES: readonly ChallengeAckMode[] = ['drop', 'allow'];

/** End reason of a session that a new SYN ended (firewall-model 3.7). */
export type ReuseReason = 'tcp-reuse' | 'priority';
export const REUSE_REASONS: readonly ReuseReason[] = ['tcp-reuse', 'priority'];

/** Whether a log's elapsed time includes the timer that expired (firewall-model 0.5, 3.8). */
export type LogElapsedMode = 'first-to-last' | 'includes-timeout' | 'auto';
export const LOG_ELAPSED_MODES: readonly LogElapsedMode[] = ['first-to-last', 'includes-timeout', 'auto'];
