/** A measurement that cannot be made, or whose result is wrong; `message` is the line for the user. Exit status 2. */
export class BenchError extends Error {}
