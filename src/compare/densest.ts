/** The fullest stretch of this width in ascending numbers: its first and last index. Of equal ones the nearest to 0. */
export function densest(
  sorted: Float64Array,
  width: number,
  weights: Float64Array | null = null,
): readonly [from: number, to: number] {
  let best: readonly [number, number] = [0, 0];
  let most = 0;
  let weight = 0;
  let from = 0;
  for (let to = 0; to < sorted.length; to += 1) {
    weight += weights?.[to] ?? 1;
    while (sorted[to]! - sorted[from]! >= width - 1e-7) {
      weight -= weights?.[from] ?? 1;
      from += 1;
    }
    const nearer = Math.abs(sorted[to]!) < Math.abs(sorted[best[1]]!);
    if (weight > most + 1e-9 || (weight > most - 1e-9 && nearer)) {
      best = [from, to];
      most = weight;
    }
  }
  return best;
}
