/**
 * Shares the room of a line among the columns whose cells vary most in length, so that as many sessions
 * as possible need one line only; the others are given a second one.
 */

export interface Fit {
  /** a width for each column, in the order of the lengths that were added */
  readonly widths: readonly number[];
  /** sessions of which every cell fits */
  readonly sessions: number;
}

interface Shape {
  readonly lengths: readonly number[];
  sessions: number;
}

/** How many sessions have cells of which lengths: few shapes, however many sessions. */
export class LengthCounts {
  readonly #shapes = new Map<string, Shape>();

  add(lengths: readonly number[]): void {
    const key = lengths.join(' ');
    const shape = this.#shapes.get(key);
    if (shape === undefined) this.#shapes.set(key, { lengths, sessions: 1 });
    else shape.sessions += 1;
  }

  /**
   * Begins with the width that every session needs and takes characters away, column by column, where
   * that sends the fewest sessions per character to a second line, until the rest fits.
   * @param room characters for these columns together
   * @param least widths of their headings
   */
  fitInto(room: number, least: readonly number[]): Fit {
    let inside = [...this.#shapes.values()];
    let widths = widthsOf(inside, least);
    for (let excess = sum(widths) - room; excess > 0 && inside.length > 0; excess = sum(widths) - room) {
      const [cheapest] = widths
        .map((width, column) => {
          const rest = withoutWidest(inside, column, width);
          // What is saved beyond the excess is worth nothing.
          const saved = Math.min(excess, sum(widths) - sum(widthsOf(rest, least)));
          return { rest, cost: (sessionsOf(inside) - sessionsOf(rest)) / saved };
        })
        .filter(({ cost }) => Number.isFinite(cost))
        .sort((a, b) => a.cost - b.cost);
      // No column has anything to give: what is left are headings.
      inside = cheapest?.rest ?? [];
      widths = widthsOf(inside, least);
    }
    return { widths, sessions: sessionsOf(inside) };
  }
}

function withoutWidest(shapes: readonly Shape[], column: number, width: number): Shape[] {
  return shapes.filter(({ lengths }) => lengths[column]! < width);
}

function widthsOf(shapes: readonly Shape[], least: readonly number[]): number[] {
  return least.map((width, column) =>
    shapes.reduce((widest, { lengths }) => Math.max(widest, lengths[column]!), width),
  );
}

function sessionsOf(shapes: readonly Shape[]): number {
  return shapes.reduce((total, { sessions }) => total + sessions, 0);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
