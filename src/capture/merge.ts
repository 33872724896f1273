/**
 * Many captures as one, by packet time; ties go to the earlier file. The records of one file keep their
 * order even where its clock steps back: only its next record ever competes with the other files.
 */
import { Heap } from 'mnemonist';
import { closeFile, countRecord } from './parse-content.ts';
import type { CaptureFile, PacketRecord } from './record.ts';
import type { RecordParser } from './record-parser.ts';
import { compareTime, type Time } from './time.ts';

const BATCH_RECORDS = 256;

/** An open capture, as merging needs it. */
export interface MergeContent {
  readonly parser: RecordParser;
  fill(): Promise<void>;
  close(): Promise<void>;
}

/** A capture that is waiting for its turn. */
export interface MergeInput {
  /** index into `CaptureInput.files` */
  readonly index: number;
  readonly file: CaptureFile;
  /** time of its first packet */
  readonly firstTime: Time;
  /** Opens it, or rejects with an error whose message says in one clause why it no longer can be. */
  open(): Promise<MergeContent>;
  /** a record that was taken from the content already */
  readonly ahead: PacketRecord | null;
}

interface Cursor {
  readonly input: MergeInput;
  /** null: its turn has not come yet */
  content: MergeContent | null;
  head: PacketRecord | null;
  time: Time;
}

/**
 * Yields non-empty batches; each file's summary is counted on the way.
 * @param ended files that have no packet behind the batch given last; a batch never spans a file's end
 * @param open holds what is open at the moment, for whoever has to close it while a read is under way
 */
export async function* mergeByTime(
  inputs: readonly MergeInput[],
  open: Set<MergeContent>,
  ended: Set<number>,
): AsyncGenerator<PacketRecord[]> {
  const heap = new Heap<Cursor>((a, b) => compareTime(a.time, b.time) || a.input.index - b.input.index);
  for (const input of inputs) heap.push({ input, content: null, head: null, time: input.firstTime });
  let batch: PacketRecord[] = [];
  try {
    for (let cursor = heap.pop(); cursor !== undefined; cursor = heap.pop()) {
      const { file, index } = cursor.input;
      if (cursor.content === null) {
        try {
          cursor.content = await cursor.input.open();
        } catch (error) {
          file.damage = { offset: 0, what: (error as Error).message };
          ended.add(index);
          continue;
        }
        open.add(cursor.content);
        cursor.content.parser.file = index;
        cursor.head = cursor.input.ahead === null ? null : { ...cursor.input.ahead, file: index };
      }
      const { content } = cursor;
      const rival = heap.peek();
      for (;;) {
        if (cursor.head !== null) {
          countRecord(file, cursor.head);
          batch.push(cursor.head);
          if (batch.length === BATCH_RECORDS) {
            yield batch;
            batch = [];
          }
        }
        let step = content.parser.next();
        while (step === 'starved') {
          // what is read is given before more is waited for: standard input may be slow
          if (batch.length > 0) {
            yield batch;
            batch = [];
          }
          await content.fill();
          step = content.parser.next();
        }
        if (typeof step === 'string') {
          finishFile(file, content.parser);
          if (batch.length > 0) {
            yield batch;
            batch = [];
          }
          ended.add(index);
          open.delete(content);
          await content.close();
          break;
        }
        cursor.head = step;
        cursor.time = step.time;
        if (rival === undefined) continue;
        const order = compareTime(step.time, rival.time) || index - rival.input.index;
        if (order > 0) {
          heap.push(cursor);
          break;
        }
      }
    }
    if (batch.length > 0) yield batch;
  } finally {
    for (const content of open) await content.close();
  }
}

/** A file that was opened again has a parser of its own, with link types that its probe may not have reached. */
function finishFile(file: CaptureFile, parser: RecordParser): void {
  closeFile(file, parser);
  for (const linkType of parser.linkTypes) {
    if (!file.linkTypes.includes(linkType)) file.linkTypes.push(linkType);
  }
}
