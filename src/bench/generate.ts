/** A workload as a capture file, chunk by chunk: the same seed gives the same bytes, whatever the chunks. */
import { TCP_FLAG } from '../decode/packet.ts';
import { Agenda } from './agenda.ts';
import { CaptureChunks } from './capture-chunks.ts';
import { Flow } from './flow.ts';
import { Frames } from './frames.ts';
import { Random } from './random.ts';
import { NOISE_BYTES, type Stage, TALKS } from './talks.ts';
import {
  type FloodWorkload,
  type TalkWorkload,
  WORKLOADS,
  type WorkloadName,
  type WorkloadSize,
} from './workloads.ts';

export interface GenerateOptions {
  readonly workload: WorkloadName;
  readonly seed: number;
  /** Infinity where nothing is said; the workload's own default where all three are */
  readonly size: WorkloadSize;
  /** bytes of a chunk, about; default 1 MiB */
  readonly chunkBytes?: number;
}

/** What a capture holds, once it is complete. */
export interface Generated {
  packets: number;
  /** conversations; each echo request of a ping is a session of its own to a firewall */
  sessions: number;
  bytes: number;
  /** conversations that the end of the capture has cut off */
  cut: number;
}

const CHUNK_BYTES = 1 << 20;

/** Least time between two packets of a conversation, in seconds. */
const LEAST_GAP = 1e-6;

/**
 * The capture's bytes in order. Memory is bounded by the conversations that are under way.
 * @returns the counts, as the generator's last value
 */
export function* generateCapture(options: GenerateOptions): Generator<Uint8Array, Generated, undefined> {
  const workload = WORKLOADS[options.workload];
  const size = sizeOf(options.size, workload.defaultSize);
  const out = new CaptureChunks(workload.snaplen, size, options.chunkBytes ?? CHUNK_BYTES);
  const random = new Random(options.seed);
  const done = { sessions: 0, cut: 0 };
  const packets =
    workload.kind === 'talks'
      ? talk(workload, size, out, random, done)
      : flood(workload, size, out, random, done);
  for (const _ of packets) if (out.full) yield out.take();
  yield out.take();
  return { packets: out.packets, bytes: out.bytes, ...done };
}

function sizeOf(said: WorkloadSize, otherwise: Partial<WorkloadSize>): WorkloadSize {
  const nothing = [said.packets, said.sessions, said.bytes].every((limit) => limit === Infinity);
  return nothing ? { ...said, ...otherwise } : said;
}

/** One step a packet, so that the caller can take what has been written. */
function* talk(
  workload: TalkWorkload,
  size: WorkloadSize,
  out: CaptureChunks,
  random: Random,
  done: { sessions: number; cut: number },
): Generator<void> {
  const noise = new Uint8Array(NOISE_BYTES);
  for (let i = 0; i < noise.length; i += 1) noise[i] = random.word() >>> 24;
  const stage: Stage = { frames: new Frames(out), random, noise };
  const underWay = new Agenda();
  let nextOpening = 0;
  while (!out.closed) {
    const next = underWay.peek();
    const mayOpen = done.sessions < size.sessions;
    if (mayOpen && (next === undefined || nextOpening <= next.at)) {
      underWay.add(workload.open(nextOpening, random));
      done.sessions += 1;
      nextOpening += random.exponential(1 / workload.flowsPerSecond);
      continue;
    }
    if (next === undefined) break;
    underWay.pop();
    if (TALKS[next.kind](next, stage)) {
      next.step += 1;
      next.at += random.exponential(next.gap) + LEAST_GAP;
      underWay.add(next);
    }
    yield;
  }
  done.cut = underWay.size;
}

function* flood(
  workload: FloodWorkload,
  size: WorkloadSize,
  out: CaptureChunks,
  random: Random,
  done: { sessions: number },
): Generator<void> {
  const frames = new Frames(out);
  const flow = new Flow(0);
  while (!out.closed && done.sessions < size.sessions) {
    flow.at = done.sessions / workload.packetsPerSecond;
    workload.next(flow, random);
    frames.tcp(flow, false, TCP_FLAG.SYN);
    if (out.packets > done.sessions) done.sessions += 1;
    yield;
  }
}
