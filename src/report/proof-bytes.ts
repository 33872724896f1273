/**
 * The columns of a session's proof as bytes, straight from its facts: what sessionRow makes of them as objects, and
 * JSON.stringify as text. They go out item by item, as nobody knows before how many there will be.
 */
import type { PacketRef, SessionFacts } from '../session/facts.ts';
import { candidatesOf } from '../verdict/candidates.ts';
import { type Diagnosis, diagnose } from '../verdict/diagnosis/diagnosis.ts';
import type { Circumstances } from '../verdict/diagnosis/rule.ts';
import { EarlierSessions, NOTHING_EARLIER } from '../verdict/earlier-sessions.ts';
import { eachEvidence } from '../verdict/evidence.ts';
import { VENDOR_OUT_OF_ORDER_LIMIT } from '../verdict/verdict.ts';
import { MOST_BYTES, putBytes, putNumber, putPlainText } from './ascii.ts';
import type { PieceBuffer } from './piece-buffer.ts';
import type { RowOptions } from './session-row.ts';
import { putTime } from './time-text.ts';

/** How JSON text stands in a cell. */
export interface ProofLayout {
  /** on both sides of a list that is not empty */
  readonly around: string;
  /** JSON as it stands between; nothing but what JSON escapes may be changed by it, and its quotes */
  inside(json: string): string;
}

const encoder = new TextEncoder();

/** Bytes of a UTF-16 unit at most: six as `\u001f`; three in UTF-8, and as an escaped quote that CSV doubles. */
const MOST_OF_UNIT = 6;
/** Numbers and times of a packet. */
const NUMBERS_OF_PACKET = 3;

/** What stands between a proof's numbers, times and sentences. */
const JSON_TEXTS = {
  comma: ',',
  packet: '{"packet":',
  time: ',"time":"',
  what: '","what":"',
  code: '{"code":"',
  text: '","text":"',
  evidence: '","evidence":[',
  evidenceEnd: ']}',
  stringEnd: '"}',
  numberEnd: '}',
} as const;

type Texts = Readonly<Record<keyof typeof JSON_TEXTS | 'empty' | 'begin' | 'end', Uint8Array>>;

export class ProofBytes {
  readonly #out: PieceBuffer;
  readonly #options: RowOptions;
  readonly #layout: ProofLayout;
  readonly #texts: Texts;
  /** with several files: from behind a packet's sentence up to its number in the file */
  readonly #files: readonly Uint8Array[];
  /** bytes of a packet at most, without its sentence */
  readonly #mostOfPacket: number;
  readonly #earlier = new EarlierSessions();
  readonly #usual: Circumstances;
  #circumstances: Circumstances;
  /** of the session at hand; whoever gives it may overwrite it when its row has been written */
  #facts: SessionFacts | null = null;
  #isEmpty = true;

  constructor(layout: ProofLayout, options: RowOptions, out: PieceBuffer) {
    const { outOfOrderLimit = VENDOR_OUT_OF_ORDER_LIMIT, fileNames } = options;
    this.#out = out;
    this.#options = options;
    this.#layout = layout;
    this.#texts = textsOf(layout);
    this.#files =
      fileNames.length > 1
        ? fileNames.map((name) => encodedJson(layout, `","file":${JSON.stringify(name)},"file_packet":`))
        : [];
    this.#mostOfPacket = [...Object.values(this.#texts), ...this.#files].reduce(
      (sum, text) => sum + text.length,
      NUMBERS_OF_PACKET * MOST_BYTES,
    );
    this.#usual = { earlier: NOTHING_EARLIER, outOfOrderLimit };
    this.#circumstances = this.#usual;
  }

  /** @param facts of the session whose columns are asked for next; in the order in which sessions leave the table */
  begin(facts: SessionFacts): void {
    this.#facts = facts;
    const earlier = this.#earlier.take(facts);
    this.#circumstances = earlier === NOTHING_EARLIER ? this.#usual : { ...this.#usual, earlier };
  }

  putCandidates(): void {
    const candidates = candidatesOf(this.#facts!, this.#options);
    if (candidates.length === 0) {
      this.#put(this.#texts.empty);
      return;
    }
    this.#put(this.#texts.begin);
    this.#put(encodedJson(this.#layout, JSON.stringify(candidates).slice(1, -1)));
    this.#put(this.#texts.end);
  }

  putEvidence(): void {
    this.#isEmpty = true;
    eachEvidence(this.#facts!, this.#takeEvidence);
    this.#put(this.#isEmpty ? this.#texts.empty : this.#texts.end);
  }

  readonly #takeEvidence = (packet: PacketRef, what: string): void => {
    this.#put(this.#isEmpty ? this.#texts.begin : this.#texts.comma);
    this.#isEmpty = false;
    this.#putPacket(packet, what);
  };

  putDiagnosis(): void {
    const diagnosis = diagnose(this.#facts!, this.#circumstances);
    for (let i = 0; i < diagnosis.length; i += 1) {
      this.#put(i === 0 ? this.#texts.begin : this.#texts.comma);
      this.#putFinding(diagnosis[i]!);
    }
    this.#put(diagnosis.length === 0 ? this.#texts.empty : this.#texts.end);
  }

  #putFinding({ code, text, evidence }: Diagnosis): void {
    this.#put(this.#texts.code);
    this.#putSentence(code);
    this.#put(this.#texts.text);
    this.#putSentence(text);
    this.#put(this.#texts.evidence);
    for (let i = 0; i < evidence.length; i += 1) {
      if (i > 0) this.#put(this.#texts.comma);
      const each = evidence[i]!;
      this.#putPacket(each, each.what);
    }
    this.#put(this.#texts.evidenceEnd);
  }

  #putPacket(ref: PacketRef, what: string): void {
    const texts = this.#texts;
    const out = this.#out;
    const bytes = out.room(this.#mostOfPacket + what.length * MOST_OF_UNIT);
    let end = putBytes(bytes, out.end, texts.packet);
    end = putNumber(bytes, end, ref.packet);
    end = putBytes(bytes, end, texts.time);
    end = putTime(bytes, end, ref.time);
    end = putBytes(bytes, end, texts.what);
    end = this.#sentence(bytes, end, what);
    if (this.#files.length === 0) {
      end = putBytes(bytes, end, texts.stringEnd);
    } else {
      end = putBytes(bytes, end, this.#files[ref.file]!);
      end = putNumber(bytes, end, ref.filePacket);
      end = putBytes(bytes, end, texts.numberEnd);
    }
    out.end = end;
  }

  #putSentence(text: string): void {
    const bytes = this.#out.room(text.length * MOST_OF_UNIT);
    this.#out.end = this.#sentence(bytes, this.#out.end, text);
  }

  /** A string of JSON without its quotes. */
  #sentence(bytes: Uint8Array, at: number, text: string): number {
    const end = putPlainText(bytes, at, text);
    return end < 0 ? putBytes(bytes, at, encodedJson(this.#layout, JSON.stringify(text).slice(1, -1))) : end;
  }

  #put(text: Uint8Array): void {
    const bytes = this.#out.room(text.length);
    this.#out.end = putBytes(bytes, this.#out.end, text);
  }
}

function encodedJson(layout: ProofLayout, json: string): Uint8Array {
  return encoder.encode(layout.inside(json));
}

function textsOf(layout: ProofLayout): Texts {
  const encoded = Object.entries(JSON_TEXTS).map(([name, json]) => [name, encodedJson(layout, json)]);
  return {
    ...(Object.fromEntries(encoded) as Record<keyof typeof JSON_TEXTS, Uint8Array>),
    empty: encoder.encode('[]'),
    begin: encoder.encode(`${layout.around}[`),
    end: encoder.encode(`]${layout.around}`),
  };
}
