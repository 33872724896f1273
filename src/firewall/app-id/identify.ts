/**
 * App-ID: which application a session carries (firewall-model 5). Content first; a port only chooses
 * among signatures whose content matched, or confirms one that is plausible.
 */
import { textHead } from './bytes.ts';
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
  const { c2s, s2c } = heads;
  const conversation = new Heads(c2s, s2c);
  return (
    pick(STREAMS, conversation, heads.serverPort, -1) ??
    pick(STREAMS, conversation.swapped(), heads.clientPort, -1)
  );
}

/** Names a UDP session by one of its datagrams; null: this one does not tell. */
export function identifyDatagram(datagram: DatagramPayload): Identified | null {
  return pick(DATAGRAMS, new OneDatagram(datagram), datagram.sport, datagram.dport);
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

/** The rows of one transport, at hand by strength and by port; each list in the table's order. */
interface Table<Input extends Conversation | Datagram> {
  readonly content: readonly Row<Input>[];
  readonly byPort: ReadonlyMap<number, readonly Row<Input>[]>;
}

function tableOf<Input extends Conversation | Datagram>(rows: readonly Row<Input>[]): Table<Input> {
  const byPort = new Map<number, Row<Input>[]>();
  for (const row of rows) {
    for (const port of row.ports) byPort.set(port, [...(byPort.get(port) ?? []), row]);
  }
  return { content: rows.filter((row) => row.strength === 'content'), byPort };
}

const NO_ROWS: readonly never[] = [];

/** Content on one of the session's ports (-1: none), else content on any, else what a port makes plausible. */
function pick<Input extends Conversation | Datagram>(
  { content, byPort }: Table<Input>,
  input: Input,
  port: number,
  otherPort: number,
): Identified | null {
  const rows = byPort.get(port) ?? NO_ROWS;
  const otherRows = otherPort < 0 ? NO_ROWS : (byPort.get(otherPort) ?? NO_ROWS);
  return (
    firstMatch(rows, 'content', input) ??
    firstMatch(otherRows, 'content', input) ??
    firstMatch(content, 'content', input) ??
    firstMatch(rows, 'plausible', input) ??
    firstMatch(otherRows, 'plausible', input)
  );
}

function firstMatch<Input extends Conversation | Datagram>(
  rows: readonly Row<Input>[],
  strength: Strength,
  input: Input,
): Identified | null {
  for (const row of rows) {
    if (row.strength !== strength) continue;
    const match = row.match(input);
    if (match !== null) return { app: row.app, serverName: match.serverName, signature: row.name };
  }
  return null;
}

const STREAMS: Table<Conversation> = tableOf(STREAM_SIGNATURES);
const DATAGRAMS: Table<Datagram> = tableOf(DATAGRAM_SIGNATURES);
