/** One capture through the engine, laid beside its truth. */
import { join } from 'node:path';
import { openCaptures } from '../../src/capture/open-captures.ts';
import { addressText } from '../../src/decode/address.ts';
import { type PacketKey, PROTO } from '../../src/decode/packet.ts';
import { defaultConfig } from '../../src/firewall/config.ts';
import { ReferenceEngine } from '../../src/reference/engine.ts';
import { DEFAULT_LINGER_SECONDS, engineOptions } from '../../src/report/firewall-in-force.ts';
import type { SessionFacts } from '../../src/session/facts.ts';
import { finalReason } from '../../src/verdict/ending.ts';
import { CAPTURES, type Truth, type TruthConversation } from './truth.ts';

/** Classes of ends that are measured each by itself. */
export const CLASSES = [
  'tcp-fin',
  'tcp-rst-from-client',
  'tcp-rst-from-server',
  'aged-out, handshake complete',
  'aged-out, handshake not complete',
] as const;
export type EndClass = (typeof CLASSES)[number] | 'other';

export interface Disagreement {
  readonly capture: string;
  readonly conversation: string;
  readonly what: string;
  readonly truth: string;
  readonly ours: string;
}

export interface Measurement {
  readonly packets: number;
  /** conversations compared by packets and bytes */
  readonly conversations: number;
  /** each conversation whose end is sure */
  readonly ends: readonly {
    readonly truth: EndClass;
    readonly ours: EndClass;
    readonly line: Disagreement;
  }[];
  readonly disagreements: readonly Disagreement[];
  /** packets by cause, where no session holds them */
  readonly leftOut: ReadonlyMap<string, number>;
}

interface Tally {
  packets: [number, number];
  bytes: [number, number];
  sessions: SessionFacts[];
}

/** Order-free name of a conversation, the smaller end first. */
function conversationKey(
  proto: string,
  a: string,
  aPort: number,
  b: string,
  bPort: number,
): [string, boolean] {
  const one = `${a} ${aPort}`;
  const other = `${b} ${bPort}`;
  return one <= other ? [`${proto} ${one} ${other}`, true] : [`${proto} ${other} ${one}`, false];
}

function protoName(proto: number): string {
  return proto === PROTO.TCP ? 'tcp' : proto === PROTO.UDP ? 'udp' : 'other';
}

/** Runs the engine over the capture and adds up what it makes of each TCP and UDP conversation. */
async function tallyCapture(
  capture: string,
): Promise<{ tallies: Map<string, Tally>; engine: ReferenceEngine }> {
  const tallies = new Map<string, Tally>();
  const add = (
    key: PacketKey,
    c2s: [number, number],
    s2c: [number, number],
    session: SessionFacts | null,
  ): void => {
    const [name, forward] = conversationKey(
      protoName(key.proto),
      addressText(key.src, key.version),
      key.sport,
      addressText(key.dst, key.version),
      key.dport,
    );
    let tally = tallies.get(name);
    if (tally === undefined) {
      tally = { packets: [0, 0], bytes: [0, 0], sessions: [] };
      tallies.set(name, tally);
    }
    tally.packets[forward ? 0 : 1] += c2s[0];
    tally.packets[forward ? 1 : 0] += s2c[0];
    tally.bytes[forward ? 0 : 1] += c2s[1];
    tally.bytes[forward ? 1 : 0] += s2c[1];
    if (session !== null) tally.sessions.push(session);
  };
  const input = await openCaptures([join(CAPTURES, capture)], {});
  const options = engineOptions(
    { config: defaultConfig(), networks: [] },
    { drain: false, lingerSeconds: DEFAULT_LINGER_SECONDS, verifyChecksums: false },
  );
  const engine = new ReferenceEngine(options, {
    session: (facts) =>
      add(facts, [facts.c2s.packets, facts.c2s.bytes], [facts.s2c.packets, facts.s2c.bytes], facts),
    warn: () => {},
    fileName: () => capture,
    hasMore: (file) => input.hasMore(file),
    leftOut: (packet, cause) => {
      // Causes of link and network layer leave no key behind.
      if (
        cause === 'late' ||
        cause === 'non_syn' ||
        cause === 'duplicate' ||
        (cause === 'malformed' && packet.sport + packet.dport > 0)
      ) {
        add(packet, [packet.frames, packet.frameBytes], [0, 0], null);
      }
    },
  });
  for await (const batch of input.batches()) for (const record of batch) engine.take(record);
  engine.finish();
  return { tallies, engine };
}

export async function measureCapture(capture: string, truth: Truth): Promise<Measurement> {
  const { tallies, engine } = await tallyCapture(capture);
  const disagreements: Disagreement[] = [];
  const disagree = (conversation: string, what: string, expected: unknown, ours: unknown): void => {
    disagreements.push({ capture, conversation, what, truth: String(expected), ours: String(ours) });
  };
  const { accounting } = engine;
  const left = [...accounting.notInSessions.values()].reduce((sum, count) => sum + count, 0);
  if (accounting.packets !== (truth.counts.packets ?? 0)) {
    disagree('-', 'packets', truth.counts.packets ?? 0, accounting.packets);
  }
  if (accounting.inSessions + left !== accounting.packets)
    disagree('-', 'accounting', accounting.packets, left);

  const groups = [...groupTruth('tcp', truth.tcp), ...groupTruth('udp', truth.udp)];
  const ends: Measurement['ends'][number][] = [];
  for (const [name, streams] of groups) {
    const tally = tallies.get(name) ?? { packets: [0, 0], bytes: [0, 0], sessions: [] };
    const [packets, bytes] = sumTruth(streams);
    if (packets.join() !== tally.packets.join()) disagree(name, 'packets', packets, tally.packets);
    if (bytes !== null && bytes.join() !== tally.bytes.join()) disagree(name, 'bytes', bytes, tally.bytes);
    const stream = streams.length === 1 ? streams[0]! : null;
    if (stream?.expect?.sure) {
      const expected = classOfTruth(stream);
      const ours = classOfSessions(tally.sessions);
      const line = { capture, conversation: name, what: 'end', truth: expected, ours };
      ends.push({ truth: expected, ours, line });
      if (expected !== ours) disagreements.push(line);
    }
  }
  return {
    packets: accounting.packets,
    conversations: groups.length,
    ends,
    disagreements,
    leftOut: accounting.notInSessions,
  };
}

/** Streams by tuple: a reused port pair is several streams of one tuple. Tunnelled ones are inside another session. */
function groupTruth(proto: string, streams: readonly TruthConversation[]): Map<string, TruthConversation[]> {
  const groups = new Map<string, TruthConversation[]>();
  for (const stream of streams.filter((each) => !each.tunnelled)) {
    const [name] = conversationKey(proto, stream.a, stream.a_port, stream.b, stream.b_port);
    groups.set(name, [...(groups.get(name) ?? []), stream]);
  }
  return groups;
}

function sumTruth(streams: readonly TruthConversation[]): [number[], number[] | null] {
  const packets = [0, 0];
  const bytes = [0, 0];
  for (const stream of streams) {
    const [, forward] = conversationKey('', stream.a, stream.a_port, stream.b, stream.b_port);
    packets[forward ? 0 : 1]! += stream.packets_a;
    packets[forward ? 1 : 0]! += stream.packets_b;
    bytes[forward ? 0 : 1]! += stream.frame_bytes_a ?? Number.NaN;
    bytes[forward ? 1 : 0]! += stream.frame_bytes_b ?? Number.NaN;
  }
  return [packets, bytes.some(Number.isNaN) ? null : bytes];
}

function classOfTruth(stream: TruthConversation): EndClass {
  const reason = stream.expect!.end_reason_any_of[0]!;
  return asClass(reason, stream.handshake === true);
}

/**
 * Of several sessions of one conversation the one that closed it speaks; a handshake in any of them
 * counts. The truth knows no tcp-reuse: there the cause beneath it is compared.
 */
function classOfSessions(sessions: readonly SessionFacts[]): EndClass {
  const reasons = sessions.map((facts) => finalReason(facts, { reuseReason: 'priority' }));
  const reason = reasons.find((each) => each !== 'aged-out') ?? 'aged-out';
  if (sessions.length === 0) return 'other';
  return asClass(
    reason,
    sessions.some((facts) => facts.tcp?.handshakeComplete),
  );
}

function asClass(reason: string, handshake: boolean): EndClass {
  if (reason === 'aged-out') {
    return handshake ? 'aged-out, handshake complete' : 'aged-out, handshake not complete';
  }
  return CLASSES.find((each) => each === reason) ?? 'other';
}
