/** A log line whose fields are named one by one: LEEF, CEF, JSON. */
import { ROW_FIELDS, type RowField } from './row-fields.ts';

export interface NamedLine {
  /** log type in capitals; '' where the line does not say */
  readonly type: string;
  /** by NAMED_COLUMNS */
  readonly cells: readonly (string | undefined)[];
}

const INDEX: ReadonlyMap<RowField, number> = new Map(ROW_FIELDS.map((field, i) => [field, i]));

/** Collects the fields of one line; the first value of a field that comes twice counts, unless it is empty. */
export class NamedCells {
  readonly cells: (string | undefined)[] = new Array<string | undefined>(ROW_FIELDS.length).fill(undefined);

  set(field: RowField, value: string): void {
    const at = INDEX.get(field)!;
    if (this.cells[at] === undefined || this.cells[at] === '') this.cells[at] = value;
  }

  get(field: RowField): string | undefined {
    return this.cells[INDEX.get(field)!];
  }

  /** The line, with the type that its header or one of its fields names. */
  line(type: string | undefined): NamedLine {
    return { type: (type ?? this.get('type') ?? '').toUpperCase(), cells: this.cells };
  }
}

/**
 * Splits `a=1 b=two words c=` where a value ends at the next key. A backslash takes an equals sign, a pipe
 * or a backslash literally (CEF).
 */
export function splitBySpaces(text: string): (readonly [key: string, value: string])[] {
  const keys = [...text.matchAll(/(?<=^|\s)([A-Za-z][A-Za-z0-9_.-]*)=/g)];
  return keys.map((match, i) => {
    const value = text.slice(match.index + match[0].length, keys[i + 1]?.index ?? text.length).trim();
    return [match[1]!, value.replace(/\\([=|\\])/g, '$1')] as const;
  });
}
