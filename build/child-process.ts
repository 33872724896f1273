/**
 * In place of `node:child_process`, which brings a good part of Node with it: commander runs subcommands that
 * are programs of their own through it, and this program has none.
 */
export function spawn(): never {
  throw new Error('endreason has no commands that are programs of their own');
}
