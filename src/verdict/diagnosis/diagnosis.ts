/**
 * What an administrator would want to know of a session: one code per confusion of firewall-model 12, one
 * function each, in the order of interface.md. A code that the packets cannot prove is not given.
 */
import type { SessionFacts } from '../../session/facts.ts';
import type { Evidence } from '../evidence.ts';
import * as ending from './ending.ts';
import * as handshake from './handshake.ts';
import * as keepalive from './keepalive.ts';
import * as loss from './loss.ts';
import * as path from './path.ts';
import { resetNotFromPeer } from './reset.ts';
import type { Circumstances, DiagnosisRule } from './rule.ts';
import * as series from './series.ts';
import { bitsOf, type Sign, signsOf } from './signs.ts';

export interface Diagnosis {
  readonly code: string;
  readonly text: string;
  readonly evidence: readonly Evidence[];
}

export interface DiagnosisRow {
  readonly code: string;
  readonly rule: DiagnosisRule;
  /** signs without any of which the rule finds nothing */
  readonly needs: number;
  /** section and row of firewall-model */
  readonly source: string;
  /** in the manual's words */
  readonly meaning: string;
}

type Row = readonly [
  code: string,
  rule: DiagnosisRule,
  needs: readonly Sign[],
  source: string,
  meaning: string,
];

// biome-ignore format: a code a line
const ROWS: readonly Row[] = [
  ['normal-expiry', ending.normalExpiry, ['aged-out'], '12.1', 'a timer is how this session ends; nothing was cut off'],
  ['server-never-answered', handshake.serverNeverAnswered, ['syn', 'opening', 'one-sided'], '12.2', 'SYNs and no packet of the server'],
  ['return-path-missing', handshake.returnPathMissing, ['syn-ack', 'opening'], '12.2', 'a SYN-ACK and no ACK of the client'],
  ['handshake-without-data', handshake.handshakeWithoutData, ['syn-ack', 'no-payload'], '12.3', 'a handshake and no payload'],
  ['periodic-probe', series.periodicProbe, ['first', 'series'], '12.3', 'the third or a later connection without payload at a regular distance'],
  ['port-closed', handshake.portClosed, ['syn', 'rst'], '12.4', 'a RST of the server in answer to the SYN'],
  ['reset-not-from-peer', resetNotFromPeer, ['rst'], '12.5', 'a RST that differs from all else of its side: in TTL, or in several other ways at once'],
  ['reset-after-fin', ending.resetAfterFin, ['fin', 'rst'], '12.5', 'a RST behind a FIN: how hosts clear a socket'],
  ['client-abort', ending.clientAbort, ['rst'], '12.6', 'the client reset an open connection'],
  ['idle-timeout-then-traffic', ending.idleTimeoutThenTraffic, ['late', 'aged-out'], '12.7', 'the timer of an idle connection expired, and the hosts went on'],
  ['keepalive-longer-than-timeout', keepalive.keepaliveLongerThanTimeout, ['late', 'aged-out'], '12.7', 'keepalives come, but later than the timer allows'],
  ['non-syn-first-packet', handshake.nonSynFirstPacket, ['first', 'without-syn'], '12.8', 'first seen without its SYN'],
  ['one-direction-only', path.oneDirectionOnly, ['tcp', 'one-sided'], '12.9', 'one side of an open connection is not in the capture'],
  ['challenge-ack', handshake.challengeAck, ['challenge-ack'], '12.10', 'a SYN answered by an ACK that does not fit it'],
  ['port-reuse', handshake.portReuse, ['reuse'], '12.11', 'a new SYN on the ports of a session that was closing'],
  ['half-closed-expired', ending.halfClosedExpired, ['fin'], '12.12', 'one side closed and the other never did'],
  ['retransmission-split', series.retransmissionSplit, ['first', 'attempt'], '12.13', 'a SYN sent again after its session had expired: one attempt, several sessions'],
  ['tls-alert', ending.tlsAlert, ['tls-alert'], '12.16', 'one side refused TLS with a fatal alert'],
  ['out-of-order-limit', loss.outOfOrderLimit, ['queued'], '12.17', 'more segments waited behind a hole than the firewall queues'],
  ['swapped-direction', handshake.swappedDirection, ['first', 'tcp', 'client-inferred'], '12.21', 'which side is the client is an inference'],
  ['path-mtu', path.pathMtu, ['obstacle'], '12.22', 'a router says that packets are too big, or only the large ones vanish'],
  ['no-answer', ending.noAnswer, ['no-tcp', 'one-sided'], '12.23', 'a datagram or ping that nobody answered'],
  ['unverified-reset', ending.unverifiedReset, ['rst'], '12.24', 'a RST in the window with the wrong number: the log comes later'],
  ['capture-incomplete', loss.captureIncomplete, ['unseen'], '12.9', 'a host acknowledged bytes that the capture does not hold: all about this session is less certain'],
];

/** In the order of interface.md "Diagnosis codes". */
export const DIAGNOSES: readonly DiagnosisRow[] = ROWS.map(([code, rule, needs, source, meaning]) => ({
  code,
  rule,
  needs: bitsOf(needs),
  source,
  meaning,
}));

/** What most sessions of some captures have. */
const NONE: readonly Diagnosis[] = [];

export function diagnose(facts: SessionFacts, circumstances: Circumstances): readonly Diagnosis[] {
  const signs = signsOf(facts, circumstances);
  let all: Diagnosis[] | null = null;
  for (const { code, rule, needs } of DIAGNOSES) {
    if ((signs & needs) !== needs) continue;
    const found = rule(facts, circumstances);
    if (found === null) continue;
    all ??= [];
    all.push({ code, text: found.text, evidence: found.evidence });
  }
  return all ?? NONE;
}
