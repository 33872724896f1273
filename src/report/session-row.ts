/**
 * A session as interface.md prints it: the one place where facts and verdict become the keys of the
 * contract. JSON, ndjson, csv and the text views all start from this row.
 */

import { addressText } from '../decode/address.ts';
import { PROTO } from '../decode/packet.ts';
import { protocolName } from '../decode/protocol-names.ts';
import type { FirewallConfig } from '../firewall/config.ts';
import type { PacketRef, SessionFacts } from '../session/facts.ts';
import type { Candidate } from '../verdict/candidates.ts';
import type { Diagnosis } from '../verdict/diagnosis/diagnosis.ts';
import { type Earlier, NOTHING_EARLIER } from '../verdict/earlier-sessions.ts';
import type { VerdictOptions } from '../verdict/ending.ts';
import type { Evidence } from '../verdict/evidence.ts';
import { deriveProof, deriveVerdict, type Proof, VENDOR_OUT_OF_ORDER_LIMIT } from '../verdict/verdict.ts';
import { rfc3339 } from './time-text.ts';

export interface EvidenceRow {
  readonly packet: number;
  readonly time: string;
  readonly what: string;
  /** only where the input is several files */
  readonly file?: string;
  readonly file_packet?: number;
}

export interface DiagnosisJson {
  readonly code: string;
  readonly text: string;
  readonly evidence: readonly EvidenceRow[];
}

export interface PendingRow {
  readonly session_end_reason: string;
  readonly tracker_stage: string;
  readonly end: string;
  readonly decided: boolean;
}

/** Keys in the order of interface.md "One session, as JSON". */
export interface SessionRow {
  readonly sessionid: number;
  readonly type: 'FLOW' | 'PREDICT';
  readonly state: string;
  readonly subtype: 'end' | 'start' | 'drop' | 'deny';
  readonly src: string;
  readonly dst: string;
  readonly sport: number;
  readonly dport: number;
  readonly proto: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly natsrc: string | null;
  readonly natdst: string | null;
  readonly natsport: number | null;
  readonly natdport: number | null;
  readonly app: string;
  readonly rule: string | null;
  readonly action: string;
  readonly action_source: string | null;
  readonly bytes: number;
  readonly bytes_sent: number;
  readonly bytes_received: number;
  readonly packets: number;
  readonly pkts_sent: number;
  readonly pkts_received: number;
  readonly start: string;
  readonly last: string;
  readonly end: string | null;
  readonly elapsed: number;
  readonly timeout: number | null;
  readonly timer: string | null;
  readonly ttl: number | null;
  readonly session_end_reason: string;
  readonly tracker_stage: string | null;
  readonly pending: PendingRow | null;
  readonly final_action: string;
  readonly midstream: boolean;
  readonly client_basis: string;
  readonly after_end: number | null;
  readonly candidates: readonly Candidate[];
  readonly evidence: readonly EvidenceRow[];
  readonly parent: number | null;
  readonly diagnosis: readonly DiagnosisJson[];
}

export interface RowOptions extends VerdictOptions {
  /** derive `candidates`, `evidence` and `diagnosis`; empty lists otherwise */
  readonly proof: boolean;
  /** `tcp.out-of-order-limit`; the vendor's default where not given */
  readonly outOfOrderLimit?: number;
  /** names of the input's files: evidence names the file where there are several */
  readonly fileNames: readonly string[];
}

/** What rows with all their proof take from the configuration. */
export function provenRows(config: FirewallConfig, fileNames: readonly string[]): RowOptions {
  const { reuseReason, outOfOrderLimit } = config.tcp;
  return { reuseReason, outOfOrderLimit, proof: true, fileNames };
}

const NO_PROOF: Proof = { candidates: [], evidence: [], diagnosis: [] };

/** The row of one session; `earlier` is what EarlierSessions says of it. */
export function sessionRow(
  facts: SessionFacts,
  options: RowOptions,
  earlier: Earlier = NOTHING_EARLIER,
): SessionRow {
  const verdict = deriveVerdict(facts, options);
  const { outOfOrderLimit = VENDOR_OUT_OF_ORDER_LIMIT } = options;
  const proof = options.proof ? deriveProof(facts, options, { earlier, outOfOrderLimit }) : NO_PROOF;
  const { open, pending } = verdict;
  const { sport, dport } = facts;
  const swapped = hasSwappedPorts(facts);
  return {
    sessionid: facts.id,
    type: facts.type,
    state: open ? 'ACTIVE' : 'CLOSED',
    subtype: open ? 'start' : 'end',
    src: addressText(facts.src, facts.version),
    dst: addressText(facts.dst, facts.version),
    sport: swapped ? dport : sport,
    dport: swapped ? sport : dport,
    proto: protocolName(facts.proto),
    from: facts.fromZone,
    to: facts.toZone,
    natsrc: null,
    natdst: null,
    natsport: null,
    natdport: null,
    app: verdict.app,
    rule: null,
    action: verdict.action,
    action_source: null,
    bytes: facts.c2s.bytes + facts.s2c.bytes,
    bytes_sent: facts.c2s.bytes,
    bytes_received: facts.s2c.bytes,
    packets: facts.c2s.packets + facts.s2c.packets,
    pkts_sent: facts.c2s.packets,
    pkts_received: facts.s2c.packets,
    start: rfc3339(facts.first.time),
    last: rfc3339(facts.last.time),
    end: open ? null : rfc3339(facts.endTime),
    elapsed: facts.elapsedSeconds,
    timeout: facts.timerSeconds,
    timer: facts.timerName,
    ttl: open ? facts.ttlSeconds : null,
    session_end_reason: verdict.reason,
    tracker_stage: verdict.stage,
    pending:
      pending === null
        ? null
        : {
            session_end_reason: pending.reason,
            tracker_stage: pending.stage,
            end: rfc3339(pending.end),
            decided: pending.decided,
          },
    final_action: verdict.finalAction,
    midstream: facts.tcp?.midstream ?? false,
    client_basis: facts.clientBasis,
    after_end: facts.afterEnd,
    candidates: proof.candidates,
    evidence: proof.evidence.map((each) => evidenceRow(each, options.fileNames)),
    parent: facts.parent,
    diagnosis: diagnosisRows(proof.diagnosis, options.fileNames),
  };
}

function evidenceRow(each: Evidence, fileNames: readonly string[]): EvidenceRow {
  return {
    packet: each.packet,
    time: rfc3339(each.time),
    what: each.what,
    ...whichFile(each, fileNames),
  };
}

/** @param fileNames names of the input's files */
export function diagnosisRows(
  diagnosis: readonly Diagnosis[],
  fileNames: readonly string[],
): readonly DiagnosisJson[] {
  return diagnosis.map(({ code, text, evidence }) => ({
    code,
    text,
    evidence: evidence.map((each) => evidenceRow(each, fileNames)),
  }));
}

function whichFile(ref: PacketRef, fileNames: readonly string[]): { file?: string; file_packet?: number } {
  return fileNames.length > 1 ? { file: fileNames[ref.file]!, file_packet: ref.filePacket } : {};
}

/** ICMP types of an echo reply: ICMP 0, ICMPv6 129. */
const ECHO_REPLY: ReadonlyMap<number, number> = new Map([
  [PROTO.ICMP, 0],
  [PROTO.ICMPV6, 129],
]);

/** A session that begins with an echo reply keys it the other way round; `sport` is the identifier all the same (interface.md). */
export function hasSwappedPorts({ proto, icmpType }: Pick<SessionFacts, 'proto' | 'icmpType'>): boolean {
  return ECHO_REPLY.get(proto) === icmpType;
}

/** The ICMP type that does so over a protocol; -1: none. */
export function swappedPortsType(proto: number): number {
  return ECHO_REPLY.get(proto) ?? -1;
}
