/**
 * The same number as V8 keeps it in place where it is a whole one of 32 bits: one that was read from an array of
 * doubles would be an object of its own in every field it is put into.
 */
export function smallInteger(number: number): number {
  const small = number | 0;
  return small === number ? small : number;
}
