/** Captures through the engine, and each conversation's application beside what the judges call it. */
import { join } from 'node:path';
import { openCaptures } from '../../../src/capture/open-captures.ts';
import { CaptureError } from '../../../src/capture/record.ts';
import { addressText } from '../../../src/decode/address.ts';
import { PROTO } from '../../../src/decode/packet.ts';
import { defaultConfig } from '../../../src/firewall/config.ts';
import { ReferenceEngine } from '../../../src/reference/engine.ts';
import { DEFAULT_LINGER_SECONDS, engineOptions } from '../../../src/report/firewall-in-force.ts';
import { applicationOf } from '../../../src/verdict/application.ts';
import { CAPTURES, capturesWithTruth } from '../truth.ts';
import { conversationName, type JudgeName } from './conversation.ts';
import { hasJudged, JUDGES } from './judges.ts';
import { ourNames } from './names.ts';

/** Application fields that say that none was identified (firewall-model 5). */
const NOT_IDENTIFIED: ReadonlySet<string> = new Set([
  'undecided',
  'incomplete',
  'insufficient-data',
  'unknown-tcp',
  'unknown-udp',
  'non-syn-tcp',
]);

export interface Comparison {
  readonly capture: string;
  readonly conversation: string;
  readonly judge: JudgeName;
  /** the judge's own word */
  readonly theirs: string;
  /** our names for it */
  readonly meant: readonly string[];
  /** what we name it; null where we name nothing */
  readonly ours: string | null;
  readonly agrees: boolean;
}

export interface ApplicationMeasurement {
  readonly comparisons: readonly Comparison[];
  /** reason -> conversations of a judge that are not compared */
  readonly notCompared: ReadonlyMap<string, number>;
  /** names of judges without a row in the mapping table */
  readonly unmapped: readonly string[];
}

/** What we name every TCP and UDP conversation of a capture; several sessions may share one. */
export async function ourApplications(capture: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  const input = await openCaptures([join(CAPTURES, capture)], {});
  const options = engineOptions(
    { config: defaultConfig(), networks: [] },
    { drain: false, lingerSeconds: DEFAULT_LINGER_SECONDS, verifyChecksums: false },
  );
  const engine = new ReferenceEngine(options, {
    session: (facts) => {
      if (facts.proto !== PROTO.TCP && facts.proto !== PROTO.UDP) return;
      const transport = facts.proto === PROTO.TCP ? 'tcp' : 'udp';
      const [a, b] = [addressText(facts.src, facts.version), addressText(facts.dst, facts.version)];
      const name = conversationName(transport, a, facts.sport, b, facts.dport);
      found.set(name, [...(found.get(name) ?? []), applicationOf(facts)]);
    },
    warn: () => {},
    fileName: () => capture,
    leftOut: () => {},
    hasMore: (file) => input.hasMore(file),
  });
  for await (const batch of input.batches()) for (const record of batch) engine.take(record);
  engine.finish();
  return found;
}

/** Of several sessions of one conversation, one that agrees speaks, else one that is named. */
function speaker(apps: readonly string[], meant: readonly string[]): string | null {
  return apps.find((app) => meant.includes(app)) ?? apps.find((app) => !NOT_IDENTIFIED.has(app)) ?? null;
}

export async function measureApplications(only?: string): Promise<ApplicationMeasurement> {
  const comparisons: Comparison[] = [];
  const notCompared = new Map<string, number>();
  const unmapped = new Set<string>();
  const leaveOut = (because: string, count = 1): void => {
    notCompared.set(because, (notCompared.get(because) ?? 0) + count);
  };
  for (const capture of capturesWithTruth()) {
    if (only !== undefined && !capture.includes(only)) continue;
    const judges = JUDGES.filter((judge) => hasJudged(judge, capture));
    const ours = await ourApplications(capture).catch((error: unknown) => {
      if (error instanceof CaptureError) return new Map<string, readonly string[]>();
      throw error;
    });
    for (const judgement of judges.map((judge) => judge.read(capture))) {
      const { judge } = judgement;
      for (const [because, count] of judgement.leftOut) leaveOut(`${judge}: ${because}`, count);
      for (const { conversation, name } of judgement.named) {
        const meant = ourNames(judge, name);
        const apps = ours.get(conversation);
        if (meant === undefined) unmapped.add(`${judge} ${name}`);
        else if ('notCompared' in meant) leaveOut(`${judge}: ${meant.notCompared}`);
        else if (apps === undefined) leaveOut(`${judge}: the conversation is inside a tunnel, or no session`);
        else {
          const app = speaker(apps, meant);
          comparisons.push({
            capture,
            conversation,
            judge,
            theirs: name,
            meant,
            ours: app,
            agrees: app !== null && meant.includes(app),
          });
        }
      }
    }
  }
  return { comparisons, notCompared, unmapped: [...unmapped].sort() };
}
