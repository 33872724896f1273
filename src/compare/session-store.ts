/** The rebuilt sessions as columns, with what a log row says of a session worked out once a verdict. */
import { asSeconds, type Time } from '../capture/time.ts';
import type { Cause, ClientBasis, SessionFacts } from '../session/facts.ts';
import type { SessionRecord } from '../session/session-record.ts';
import { applicationOf } from '../verdict/application.ts';
import { finalReason, finalStage, type VerdictOptions } from '../verdict/ending.ts';
import { deriveVerdict } from '../verdict/verdict.ts';
import { AddressBook } from './address-book.ts';
import { type Column, doubles, integers, naturals, Texts } from './column.ts';
import type { TcpCounts } from './tcp-counts.ts';

/** What sessions of one verdict have in common; of an open one, as its log row will have it. */
export interface SessionWords {
  readonly app: string;
  readonly reason: string;
  readonly stage: string;
  readonly action: string;
  readonly open: boolean;
  /** of an open session: a FIN or a RST has settled the reason */
  readonly decided: boolean;
  readonly midstream: boolean;
  readonly clientBasis: ClientBasis;
  readonly timerName: string;
  readonly timerSeconds: number;
  readonly endedBySyn: boolean;
  readonly handshake: boolean;
  readonly causes: readonly Cause[];
}

export class SessionStore {
  readonly addresses: AddressBook = new AddressBook();
  readonly id: Column<Uint32Array> = naturals();
  readonly src: Column<Int32Array> = integers();
  readonly dst: Column<Int32Array> = integers();
  readonly sport: Column<Uint32Array> = naturals();
  readonly dport: Column<Uint32Array> = naturals();
  readonly proto: Column<Uint32Array> = naturals();
  /** seconds since 1970 */
  readonly first: Column<Float64Array> = doubles();
  readonly last: Column<Float64Array> = doubles();
  /** when it left the table, or will if nothing more comes */
  readonly end: Column<Float64Array> = doubles();
  readonly elapsed: Column<Float64Array> = doubles();
  readonly bytesSent: Column<Float64Array> = doubles();
  readonly bytesReceived: Column<Float64Array> = doubles();
  readonly packetsSent: Column<Uint32Array> = naturals();
  readonly packetsReceived: Column<Uint32Array> = naturals();
  readonly afterEnd: Column<Uint32Array> = naturals();
  /** number of its words */
  readonly verdict: Column<Uint32Array> = naturals();
  readonly from: Column<Uint32Array> = naturals();
  readonly to: Column<Uint32Array> = naturals();
  readonly zones: Texts = new Texts();
  readonly words: SessionWords[] = [];
  /** by session, of those whose row has them too */
  readonly tcpCounts: Map<number, TcpCounts> = new Map();
  readonly #options: VerdictOptions;
  readonly #known = new Map<number, Map<number, number>>();
  readonly #knownWords = new Map<string, number>();
  #count = 0;
  #firstTime = Number.POSITIVE_INFINITY;
  #lastTime = Number.NEGATIVE_INFINITY;

  constructor(options: VerdictOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#count;
  }

  /** Times of the first and last packet of any session; null where there is none. */
  get span(): { readonly first: number; readonly last: number } | null {
    return this.count === 0 ? null : { first: this.#firstTime, last: this.#lastTime };
  }

  /** A session where it stands. */
  takeRecord(record: SessionRecord): void {
    let courses = this.#known.get(record.kind);
    if (courses === undefined) {
      courses = new Map();
      this.#known.set(record.kind, courses);
    }
    let verdict = courses.get(record.course);
    let facts: SessionFacts | null = null;
    if (verdict === undefined) {
      facts = record.facts();
      verdict = this.#verdictOf(facts);
      courses.set(record.course, verdict);
    }
    this.#add(record, record.firstTime, record.lastTime, record.endTime, verdict);
  }

  takeFacts(facts: SessionFacts): void {
    const view = {
      ...facts,
      bytesSent: facts.c2s.bytes,
      bytesReceived: facts.s2c.bytes,
      packetsSent: facts.c2s.packets,
      packetsReceived: facts.s2c.packets,
      afterEnd: facts.afterEnd ?? 0,
    };
    this.#add(view, facts.first.time, facts.last.time, facts.endTime, this.#verdictOf(facts));
  }

  wordsOf(session: number): SessionWords {
    return this.words[this.verdict.cells[session]!]!;
  }

  #add(
    each: Pick<
      SessionRecord,
      | 'id'
      | 'src'
      | 'dst'
      | 'version'
      | 'sport'
      | 'dport'
      | 'proto'
      | 'fromZone'
      | 'toZone'
      | 'elapsedSeconds'
      | 'bytesSent'
      | 'bytesReceived'
      | 'packetsSent'
      | 'packetsReceived'
      | 'afterEnd'
    >,
    firstTime: Time,
    lastTime: Time,
    endTime: Time,
    verdict: number,
  ): void {
    const first = asSeconds(firstTime);
    const last = asSeconds(lastTime);
    const at = this.#room();
    this.id.cells[at] = each.id;
    this.src.cells[at] = this.addresses.idOf(each.src, each.version);
    this.dst.cells[at] = this.addresses.idOf(each.dst, each.version);
    this.sport.cells[at] = each.sport;
    this.dport.cells[at] = each.dport;
    this.proto.cells[at] = each.proto;
    this.first.cells[at] = first;
    this.last.cells[at] = last;
    this.end.cells[at] = asSeconds(endTime);
    this.elapsed.cells[at] = each.elapsedSeconds;
    this.bytesSent.cells[at] = each.bytesSent;
    this.bytesReceived.cells[at] = each.bytesReceived;
    this.packetsSent.cells[at] = each.packetsSent;
    this.packetsReceived.cells[at] = each.packetsReceived;
    this.afterEnd.cells[at] = each.afterEnd;
    this.verdict.cells[at] = verdict;
    this.from.cells[at] = this.zones.idOf(each.fromZone);
    this.to.cells[at] = this.zones.idOf(each.toZone);
    if (first < this.#firstTime) this.#firstTime = first;
    if (last > this.#lastTime) this.#lastTime = last;
  }

  /** The place of one session more. */
  #room(): number {
    const at = this.#count;
    if (at === this.id.cells.length) for (const column of this.#columns()) column.grow();
    this.#count = at + 1;
    return at;
  }

  #columns(): readonly { grow(): void }[] {
    return [
      ...[this.id, this.src, this.dst, this.sport, this.dport, this.proto, this.verdict, this.from, this.to],
      ...[this.first, this.last, this.end, this.elapsed, this.bytesSent, this.bytesReceived],
      ...[this.packetsSent, this.packetsReceived, this.afterEnd],
    ];
  }

  #verdictOf(facts: SessionFacts): number {
    const words = wordsOf(facts, this.#options);
    const key = JSON.stringify(words);
    let verdict = this.#knownWords.get(key);
    if (verdict === undefined) {
      verdict = this.words.length;
      this.words.push(words);
      this.#knownWords.set(key, verdict);
    }
    return verdict;
  }
}

function wordsOf(facts: SessionFacts, options: VerdictOptions): SessionWords {
  const verdict = deriveVerdict(facts, options);
  return {
    app: verdict.open ? applicationOf({ ...facts, endedBy: 'timer' }) : verdict.app,
    reason: finalReason(facts, options),
    stage: finalStage(facts),
    action: verdict.action,
    open: verdict.open,
    decided: verdict.pending?.decided ?? true,
    midstream: facts.tcp?.midstream ?? false,
    clientBasis: facts.clientBasis,
    timerName: facts.timerName,
    timerSeconds: facts.timerSeconds,
    endedBySyn: facts.endedBy === 'syn',
    handshake: facts.tcp?.handshakeComplete ?? false,
    causes: facts.tcp?.causes ?? [],
  };
}
