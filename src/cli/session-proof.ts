/** What `compare` shows of sessions beyond their columns: their packets, and in JSON what they say of themselves. */
import type { CaptureInput } from '../capture/record.ts';
import type { FirewallInForce } from '../report/firewall-in-force.ts';
import { diagnosisRows } from '../report/session-row.ts';
import type { SessionFacts } from '../session/facts.ts';
import { diagnose } from '../verdict/diagnosis/diagnosis.ts';
import { EarlierSessions } from '../verdict/earlier-sessions.ts';
import type { CompareWords } from './compare-words.ts';

export class SessionProof {
  readonly #facts = new Map<number, SessionFacts>();
  /** members of a JSON list, by session */
  readonly #diagnosis = new Map<number, string>();
  readonly #earlier = new EarlierSessions();
  readonly #fileNames: readonly string[];
  readonly #outOfOrderLimit: number;
  readonly #json: boolean;
  #taken = 0;

  constructor({ format }: CompareWords, input: CaptureInput, { config }: FirewallInForce) {
    this.#fileNames = input.files.map(({ name }) => name);
    this.#outOfOrderLimit = config.tcp.outOfOrderLimit;
    this.#json = format === 'json';
  }

  /** Sessions that were taken: the next one has this number. */
  get taken(): number {
    return this.#taken;
  }

  /** Every session, in the order in which they leave the table. @param keep its packets are asked for */
  take(facts: SessionFacts, keep: boolean): void {
    const session = this.#taken;
    this.#taken = session + 1;
    if (keep) this.#facts.set(facts.id, facts);
    if (!this.#json) return;
    const circumstances = {
      earlier: this.#earlier.take(facts),
      outOfOrderLimit: this.#outOfOrderLimit,
    };
    const rows = diagnosisRows(diagnose(facts, circumstances), this.#fileNames);
    if (rows.length > 0) this.#diagnosis.set(session, JSON.stringify(rows).slice(1, -1));
  }

  /** Only its packets, of a session that is asked for. */
  keep(facts: SessionFacts): void {
    this.#facts.set(facts.id, facts);
  }

  /** @param id of the session */
  factsOf(id: number): SessionFacts | null {
    return this.#facts.get(id) ?? null;
  }

  /** '' for none */
  diagnosisOf(session: number): string {
    return this.#diagnosis.get(session) ?? '';
  }

  forget(session: number, id: number): void {
    this.#diagnosis.delete(session);
    this.#facts.delete(id);
  }
}
