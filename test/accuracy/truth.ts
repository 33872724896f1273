/** The ground truth beside the public captures: computed from each capture with tshark. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One tshark stream. `a` is the client as the truth has it. */
export interface TruthConversation {
  readonly stream: number;
  readonly a: string;
  readonly a_port: number;
  readonly b: string;
  readonly b_port: number;
  readonly tunnelled: boolean;
  readonly packets_a: number;
  readonly packets_b: number;
  readonly frame_bytes_a?: number;
  readonly frame_bytes_b?: number;
  /** TCP only */
  readonly handshake?: boolean;
  readonly flags_head?: string;
  readonly expect?: {
    readonly end_reason_any_of: readonly string[];
    readonly sure: boolean;
    readonly why: string;
  };
}

export interface Truth {
  readonly file: { readonly dlt: number | null };
  readonly counts: { readonly packets?: number };
  readonly tcp: readonly TruthConversation[];
  readonly udp: readonly TruthConversation[];
}

/** Public captures for tests lie beside the project, and are no part of it. */
export const CAPTURES: string = join(import.meta.dirname, '..', '..', '..', 'shared', 'captures');

/** Names of captures that have a truth, in order; empty where the folder is absent. */
export function capturesWithTruth(): readonly string[] {
  const folder = join(CAPTURES, 'truth');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.truth.json'))
    .map((name) => name.slice(0, -'.truth.json'.length))
    .sort();
}

export function readTruth(capture: string): Truth {
  return JSON.parse(readFileSync(join(CAPTURES, 'truth', `${capture}.truth.json`), 'utf8')) as Truth;
}
