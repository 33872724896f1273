/** A shape that is read-only for whoever is given it, for whoever fills it in. */
export type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
