/**
 * JSON objects out of lines: one a line, or printed over many, or the members of an array. Where an object
 * does not close, the next line that is one by itself starts anew, so that damage stays where it is.
 */
import type { LogLine } from './log-lines.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export interface JsonRecord {
  /** null: what stands there is not JSON */
  readonly value: JsonObject | null;
  /** line on which it begins */
  readonly line: number;
}

/** Characters of one object, its whole wrapper included. */
const MAX_RECORD = 64 * 1_048_576;

export class JsonRecords {
  #parts: string[] = [];
  #length = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #line = 0;
  #inArray = false;

  /** Whether the next line is JSON whatever it looks like. */
  get open(): boolean {
    return this.#depth > 0 || this.#inArray;
  }

  /** Whether what is open may go on with a line that begins like this: JSON in print does not start a line with a word. */
  mayContinue(text: string): boolean {
    return !this.open || text === '' || /^[\s"{}[\],]/.test(text);
  }

  push(line: LogLine): JsonRecord[] {
    const records: JsonRecord[] = [];
    const { text } = line;
    if (line.first && line.last && /^\s*\{/.test(text)) {
      const whole = parseObject(text.trim().replace(/,$/, ''));
      if (whole !== null) {
        records.push(...this.#abandon(), { value: whole, line: line.number });
        return records;
      }
    }
    // what is inside another object is printed with an indent
    if (line.first && line.text.startsWith('{')) records.push(...this.#abandon());
    this.#scan(line, records);
    return records;
  }

  /** What does not close before the log ends. */
  finish(): JsonRecord[] {
    this.#inArray = false;
    return this.#abandon();
  }

  #scan({ text, number, last }: LogLine, records: JsonRecord[]): void {
    let from = this.#depth > 0 ? 0 : -1;
    for (let at = 0; at < text.length; at += 1) {
      const letter = text[at]!;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (letter === '\\') this.#escaped = true;
        else if (letter === '"') this.#inString = false;
      } else if (letter === '{' || (letter === '[' && this.#depth > 0)) {
        if (this.#depth === 0) {
          from = at;
          this.#line = number;
        }
        this.#depth += 1;
      } else if (this.#depth === 0) {
        if (letter === '[') this.#inArray = true;
        else if (letter === ']') this.#inArray = false;
        else if (letter.trim() !== '' && letter !== ',') {
          records.push({ value: null, line: number });
          return;
        }
      } else if (letter === '"') {
        this.#inString = true;
      } else if (letter === '}' || letter === ']') {
        this.#depth -= 1;
        if (this.#depth > 0) continue;
        this.#parts.push(text.slice(from, at + 1));
        records.push({ value: parseObject(this.#parts.join('')), line: this.#line });
        this.#clear();
        from = -1;
      }
    }
    if (from < 0) return;
    this.#parts.push(text.slice(from), last ? '\n' : '');
    this.#length += text.length - from;
    if (this.#length > MAX_RECORD) records.push(...this.#abandon());
  }

  #abandon(): JsonRecord[] {
    const broken = this.#depth > 0 ? [{ value: null, line: this.#line }] : [];
    this.#clear();
    return broken;
  }

  #clear(): void {
    this.#parts = [];
    this.#length = 0;
    this.#depth = 0;
    this.#inString = false;
    this.#escaped = false;
  }
}

function parseObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
