/** Columns of numbers that grow: millions of sessions and log rows without an object each. */

type Cells = Float64Array | Int32Array | Uint32Array;
type CellsType<T extends Cells> = new (length: number) => T;

const FIRST_CELLS = 1024;
/** What is not written takes no memory, and copying does take time. */
const GROWTH = 4;

/**
 * A cell is read and written in place, in `cells`, which is another array after `grow`. Where the writing of many
 * columns stands in one place, each is a store of one type, which a common `push` would not be.
 */
export class Column<T extends Cells> {
  cells: T;
  length = 0;
  readonly #type: CellsType<T>;

  constructor(type: CellsType<T>) {
    this.#type = type;
    this.cells = new type(FIRST_CELLS);
  }

  push(value: number): void {
    if (this.length === this.cells.length) this.grow();
    this.cells[this.length] = value;
    this.length += 1;
  }

  /** Makes room for more. */
  grow(): void {
    const grown = new this.#type(this.cells.length * GROWTH);
    grown.set(this.cells);
    this.cells = grown;
  }

  /** The cells that are used, in the same memory. */
  get used(): T {
    return this.cells.subarray(0, this.length) as T;
  }
}

export const doubles = (): Column<Float64Array> => new Column(Float64Array);
export const integers = (): Column<Int32Array> => new Column(Int32Array);
export const naturals = (): Column<Uint32Array> => new Column(Uint32Array);

/** Texts by number, each once; 0 is no text at all. */
export class Texts {
  readonly list: (string | null)[] = [null];
  readonly #ids = new Map<string, number>();

  idOf(text: string | null): number {
    if (text === null) return 0;
    let id = this.#ids.get(text);
    if (id === undefined) {
      id = this.list.length;
      this.list.push(text);
      this.#ids.set(text, id);
    }
    return id;
  }

  /** For one field of many rows, which mostly has few values: they are found without looking among all the others. */
  field(): (text: string | null) => number {
    const own = new Map<string, number>();
    let lastText: string | null = null;
    let lastId = 0;
    return (text) => {
      if (text === lastText) return lastId;
      if (text === null) return 0;
      let id = own.get(text);
      if (id === undefined) {
        id = this.idOf(text);
        if (own.size < MOST_OF_A_FIELD) own.set(text, id);
      }
      lastText = text;
      lastId = id;
      return id;
    };
  }
}

/** Beyond it a field is one of many values, and its own map would be a second copy of all. */
const MOST_OF_A_FIELD = 1000;
