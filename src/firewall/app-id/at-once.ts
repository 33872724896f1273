/**
 * What the kernel may name by itself, without asking for a signature: the client's hello of TLS, by far the
 * commonest first payload. Its fields are those of the signature; the order of signatures (signatures.ts)
 * makes it the first to be tried on a port that none claims, so nothing else could be said of it there.
 */
import type { Field } from './fields.ts';
import { STREAM_SIGNATURES } from './signatures.ts';
import { CLIENT_HELLO_FIELDS } from './tls.ts';

/** Name of the signature. */
const HELLO_SIGNATURE = 'ssl-client-hello';

export interface NamedAtOnce {
  /** application as PAN-OS has it */
  readonly app: string;
  /** all of them must be there and fit */
  readonly fields: readonly Field[];
  /** server ports on which another signature is tried before */
  readonly otherPorts: ReadonlySet<number>;
}

/** @throws {Error} where the signature is not the first of all */
export function namedAtOnce(): NamedAtOnce {
  const content = STREAM_SIGNATURES.filter(({ strength }) => strength === 'content');
  const [first] = content;
  if (first?.name !== HELLO_SIGNATURE) throw new Error(`${HELLO_SIGNATURE} is not the first signature`);
  const otherPorts = new Set(content.flatMap(({ ports }) => ports));
  // these it claims itself, and there it is tried first as well
  for (const port of first.ports) otherPorts.delete(port);
  return { app: first.app, fields: CLIENT_HELLO_FIELDS, otherPorts };
}
