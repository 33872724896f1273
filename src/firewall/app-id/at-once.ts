/**
 * What the kernel may name by itself, without asking for a signature: the commonest first payloads of clients.
 * A row says on which ports its signature is the first to be tried, so that nothing else could be said there;
 * the kernel takes less for one of these than the signature does, never more.
 */
import { isAssignedType } from './dns.ts';
import type { Field } from './fields.ts';
import { DATAGRAM_SIGNATURES, STREAM_SIGNATURES } from './signatures.ts';
import { CLIENT_HELLO_FIELDS } from './tls.ts';
import { OTHER_TARGETS } from './web-applications.ts';

interface NamedAtOnce {
  /** application as PAN-OS has it */
  readonly app: string;
  /** server ports on which its signature is tried before all others */
  readonly ports: ReadonlySet<number>;
}

export interface HelloAtOnce {
  readonly app: string;
  /** all of them must be there and fit */
  readonly fields: readonly Field[];
  /** server ports on which another signature is tried before */
  readonly otherPorts: ReadonlySet<number>;
}

export interface AtOnce {
  readonly hello: HelloAtOnce;
  readonly query: NamedAtOnce & { readonly isType: (type: number) => boolean };
  /** `otherTargets`: how a path begins, behind its slash, that may be another application's; case does not count */
  readonly request: NamedAtOnce & { readonly otherTargets: readonly string[] };
  readonly initial: NamedAtOnce;
}

type Row = (typeof STREAM_SIGNATURES | typeof DATAGRAM_SIGNATURES)[number];

/** @throws {Error} where a signature is not there, or that of a hello not the first of all */
export function namedAtOnce(): AtOnce {
  return {
    hello: hello('ssl-client-hello'),
    query: { ...firstOnItsPorts(DATAGRAM_SIGNATURES, 'dns-message'), isType: isAssignedType },
    request: { ...firstOnItsPorts(STREAM_SIGNATURES, 'http-request'), otherTargets: OTHER_TARGETS },
    initial: firstOnItsPorts(DATAGRAM_SIGNATURES, 'quic-long-header'),
  };
}

/** On a port that none claims the order of signatures makes it the first to be tried. */
function hello(name: string): HelloAtOnce {
  const content = STREAM_SIGNATURES.filter(({ strength }) => strength === 'content');
  const [first] = content;
  if (first?.name !== name) throw new Error(`${name} is not the first signature`);
  const otherPorts = new Set(content.flatMap(({ ports }) => ports));
  // these it claims itself, and there it is tried first as well
  for (const port of first.ports) otherPorts.delete(port);
  return { app: first.app, fields: CLIENT_HELLO_FIELDS, otherPorts };
}

function firstOnItsPorts(rows: readonly Row[], name: string): NamedAtOnce {
  const row = rows.find((each) => each.name === name);
  if (row === undefined) throw new Error(`no signature ${name}`);
  const firstOn = (port: number) =>
    rows.find(({ ports, strength }) => strength === 'content' && ports.includes(port));
  return { app: row.app, ports: new Set(row.ports.filter((port) => firstOn(port) === row)) };
}
