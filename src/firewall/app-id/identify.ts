/**
 * App-ID: which application a session carries (firewall-model 5). Content first; a port only chooses
 * among signatures whose content matched, or confirms one that is plausible.
 */
import { textHead } from './bytes.ts';
import { groupsOfBoth, type Openings, openingOf } from './opening.ts';
import { datagramOpenings, groupsOfPorts, prospectsOf, streamOpenings } from './openings.ts';
import type { Conversation, Datagram, Match, Strength } from './signature.ts';
import { DATAGRAM_SIGNATURES, STREAM_SIGNATURES } from './signatures.ts';

export { identifyProtocol } from './protocols.ts';

export interface Identified {
  /** application name as PAN-OS has it */
  readonly app: string;
  /** the server's name where the payload gives one */
  readonly serverName: string | null;
  /** name of the signature that matched */
  readonly signature: string;
}

/** The first contiguous payload bytes of each direction of a TCP session. */
export interface StreamHeads {
  readonly c2s: Uint8Array;
  readonly s2c: Uint8Array;
  readonly serverPort: number;
  readonly clientPort: number;
}

/** One UDP datagram of a session; `wireLength` is its payload on the wire, `payload` what was captured of it. */
export interface DatagramPayload {
  readonly payload: Uint8Array;
  readonly wireLength: number;
  readonly sport: number;
  readonly dport: number;
  readonly fromClient: boolean;
  /** the datagram before this one of the same side: some applications show only in two of them */
  readonly previous?: Pick<DatagramPayload, 'payload' | 'wireLength' | 'fromClient'> | null;
}

/**
 * Names a TCP session by what both sides said first; null: not yet. To be asked again as more arrives.
 * Where client and server may have been told wrongly (a session that began before the capture), the other
 * way round is tried as well.
 */
export function identifyStream(heads: StreamHeads): Identified | null {
  const { c2s, s2c, clientPort, serverPort } = heads;
  const groups = streamGroups(c2s, c2s.length, s2c, s2c.length, clientPort, serverPort);
  return groups === null ? null : identifyStreamAmong(groups, heads);
}

/**
 * Groups of signatures of content that two heads may still be named by, none where only a port may tell;
 * null: by no signature before more comes. For who holds heads in larger buffers and makes views of them
 * only where they may tell something.
 * @param c2sBytes bytes of `c2s` that count, as `s2cBytes` of `s2c`
 */
export function streamGroups(
  c2s: Uint8Array,
  c2sBytes: number,
  s2c: Uint8Array,
  s2cBytes: number,
  clientPort: number,
  serverPort: number,
): number | null {
  const openings = streamOpenings();
  const groups = groupsOfBoth(
    openings,
    openingOf(openings, c2s, c2sBytes),
    openingOf(openings, s2c, s2cBytes),
  );
  if (groups !== 0) return groups;
  const ofPorts = groupsOfPorts(openings, serverPort, clientPort);
  if (ofPorts === 0) return null;
  const { plausible } = openings;
  const fitting = openingOf(plausible, c2s, c2sBytes) | openingOf(plausible, s2c, s2cBytes);
  return (fitting & ofPorts) === 0 ? null : groups;
}

/** every signature, whatever the payload begins with */
export const ALL_GROUPS = -1;

/** The same, of the signatures that are enough by their content only those of these groups. */
export function identifyStreamAmong(groups: number, heads: StreamHeads): Identified | null {
  const { c2s, s2c } = heads;
  streamTable ??= tableOf(STREAM_SIGNATURES, streamOpenings());
  const conversation = new Heads(c2s, s2c);
  return (
    pick(streamTable, groups, conversation, heads.serverPort, -1) ??
    pick(streamTable, groups, conversation.swapped(), heads.clientPort, -1)
  );
}

/** Names a UDP session by one of its datagrams; null: this one does not tell. */
export function identifyDatagram(datagram: DatagramPayload): Identified | null {
  const { payload, sport, dport, previous } = datagram;
  const openings = datagramOpenings();
  // nothing was captured of it: its length may still tell something
  const groups =
    payload.length === 0 ? ALL_GROUPS : prospectsOf(openings, payload, previous?.payload ?? null);
  if (groups === 0) {
    const ofPorts = groupsOfPorts(openings, sport, dport);
    if (ofPorts === 0 || (openingOf(openings.plausible, payload) & ofPorts) === 0) return null;
  }
  return identifyDatagramAmong(groups, datagram);
}

/** The same, of the signatures that are enough by their content only those of these groups. */
export function identifyDatagramAmong(groups: number, datagram: DatagramPayload): Identified | null {
  datagramTable ??= tableOf(DATAGRAM_SIGNATURES, datagramOpenings());
  const { sport, dport, fromClient } = datagram;
  const serverPort = fromClient ? dport : sport;
  return pick(datagramTable, groups, new OneDatagram(datagram), serverPort, fromClient ? sport : dport);
}

/** Both streams, as text only where a signature asks for it. */
class Heads implements Conversation {
  readonly c2s: Uint8Array;
  readonly s2c: Uint8Array;
  #clientText: string | null = null;
  #serverText: string | null = null;

  constructor(c2s: Uint8Array, s2c: Uint8Array) {
    this.c2s = c2s;
    this.s2c = s2c;
  }

  get clientText(): string {
    this.#clientText ??= textHead(this.c2s);
    return this.#clientText;
  }

  get serverText(): string {
    this.#serverText ??= textHead(this.s2c);
    return this.#serverText;
  }

  /** The same with the sides the other way round. */
  swapped(): Heads {
    const swapped = new Heads(this.s2c, this.c2s);
    swapped.#clientText = this.#serverText;
    swapped.#serverText = this.#clientText;
    return swapped;
  }
}

class OneDatagram implements Datagram {
  readonly payload: Uint8Array;
  readonly wireLength: number;
  readonly fromClient: boolean;
  readonly previous: Datagram['previous'];
  #text: string | null = null;

  constructor({ payload, wireLength, fromClient, previous = null }: DatagramPayload) {
    this.payload = payload;
    this.wireLength = wireLength;
    this.fromClient = fromClient;
    this.previous = previous;
  }

  get text(): string {
    this.#text ??= textHead(this.payload);
    return this.#text;
  }
}

interface Row<Input extends Conversation | Datagram> {
  readonly name: string;
  readonly app: string;
  readonly ports: readonly number[];
  readonly strength: Strength;
  match(input: Input): Match | null;
}

/** A row, and the groups, one bit each, that its payload begins like. */
interface Entry<Input extends Conversation | Datagram> {
  readonly row: Row<Input>;
  readonly groups: number;
}

/** Rows by strength, in the table's order. */
type Entries<Input extends Conversation | Datagram> = Readonly<Record<Strength, Entry<Input>[]>>;

/** The rows of one transport, all and those of each port. */
interface Table<Input extends Conversation | Datagram> {
  readonly all: Entries<Input>;
  readonly byPort: ReadonlyMap<number, Entries<Input>>;
}

function tableOf<Input extends Conversation | Datagram>(
  rows: readonly Row<Input>[],
  { groupsOf }: Openings,
): Table<Input> {
  const all: Entries<Input> = { content: [], plausible: [] };
  const byPort = new Map<number, Entries<Input>>();
  for (const row of rows) {
    const entry = { row, groups: groupsOf.get(row.name) ?? ALL_GROUPS };
    all[row.strength].push(entry);
    for (const port of row.ports) {
      const own = byPort.get(port) ?? { content: [], plausible: [] };
      own[row.strength].push(entry);
      byPort.set(port, own);
    }
  }
  return { all, byPort };
}

/**
 * Content on one of the session's ports (-1: none), the server's first, as a client's may be any; else content
 * on any, else what a port makes plausible.
 * @param groups groups that the payload begins like: no other row of content is tried
 */
function pick<Input extends Conversation | Datagram>(
  { all, byPort }: Table<Input>,
  groups: number,
  input: Input,
  port: number,
  otherPort: number,
): Identified | null {
  const own = byPort.get(port);
  const other = otherPort < 0 ? undefined : byPort.get(otherPort);
  return (
    firstMatch(own?.content, groups, input) ??
    firstMatch(other?.content, groups, input) ??
    firstMatch(all.content, groups, input) ??
    firstMatch(own?.plausible, ALL_GROUPS, input) ??
    firstMatch(other?.plausible, ALL_GROUPS, input)
  );
}

function firstMatch<Input extends Conversation | Datagram>(
  among: readonly Entry<Input>[] | undefined,
  groups: number,
  input: Input,
): Identified | null {
  if (among === undefined || groups === 0) return null;
  for (const entry of among) {
    if ((entry.groups & groups) === 0) continue;
    const { row } = entry;
    const match = row.match(input);
    if (match !== null) return { app: row.app, serverName: match.serverName, signature: row.name };
  }
  return null;
}

let streamTable: Table<Conversation> | null = null;
let datagramTable: Table<Datagram> | null = null;
