/**
 * What a signature is: one row of data and one matcher. Rows live beside their matchers, a file a family;
 * `signatures.ts` joins them. To add an application: write its matcher, add its row, name its source.
 *
 * Matchers work on prefixes. Bytes may be missing at the end (more to come, or cut by a snapshot length),
 * and a matcher that cannot tell yet answers null.
 */

/** The first contiguous payload bytes of both directions of a TCP connection. */
export interface Conversation {
  readonly c2s: Uint8Array;
  readonly s2c: Uint8Array;
  /** the same as text, one character a byte, for text protocols; '' where it begins with no printable character */
  readonly clientText: string;
  readonly serverText: string;
}

/** One UDP datagram. */
export interface Datagram {
  readonly payload: Uint8Array;
  /** payload bytes on the wire; `payload` may hold fewer */
  readonly wireLength: number;
  readonly fromClient: boolean;
  /** `payload` as text, as in `Conversation` */
  readonly text: string;
  /** the datagram before this one of the same side, where it is known; only for rows with `beginTogether` */
  readonly previous: Pick<Datagram, 'payload' | 'wireLength' | 'fromClient'> | null;
}

export interface Match {
  /** the server's name where the payload gives one (TLS server name indication) */
  readonly serverName: string | null;
}

/**
 * `content`: enough by itself, on any port. `plausible`: one of the row's ports must confirm it, as the
 * same bytes may be something else elsewhere. A port alone never names anything (firewall-model 5).
 */
export type Strength = 'content' | 'plausible';

interface SignatureRow {
  /** unique name of the signature */
  readonly name: string;
  /** application name as PAN-OS has it */
  readonly app: string;
  /** who sends the bytes that the matcher reads, normally */
  readonly speaksFirst: 'client' | 'server' | 'either';
  /** standard ports of the application; none where they are agreed on elsewhere */
  readonly ports: readonly number[];
  readonly strength: Strength;
  /** what the matcher follows */
  readonly source: string;
  /** where the name is not plain: other spellings of it, or what it is inferred from */
  readonly nameNote?: string;
  /**
   * Shapes (`opening.ts`) of which one side's stream, or the datagram, must have one for a match: what the
   * matcher asks of these bytes, no more, where heads and datagrams are shorter than 65 536 bytes. Where
   * nothing is said it is derived from the patterns that the matcher tests (build/openings/text.ts).
   */
  readonly begins?: readonly string[];
  /** the same for a match that takes both sides, or the datagram before: each must have one of these */
  readonly beginTogether?: readonly string[];
}

/** `nameNote` of a name that no published list at hand shows: it is the protocol's or the program's own. */
export const INFERRED_NAME = 'the own name of the protocol (inferred)';

/** What all rows of one application over one transport have in common. */
export type Application = Pick<SignatureRow, 'app' | 'ports' | 'nameNote'>;

export interface StreamSignature extends SignatureRow {
  match(conversation: Conversation): Match | null;
}

export interface DatagramSignature extends SignatureRow {
  match(datagram: Datagram): Match | null;
}

/** A match that names no server. */
export const MATCHED: Match = { serverName: null };

/** `MATCHED` or null. */
export function matchIf(condition: boolean): Match | null {
  return condition ? MATCHED : null;
}

/** A matcher on what the client says first. */
export function clientSays(pattern: RegExp): (conversation: Conversation) => Match | null {
  return ({ clientText }) => matchIf(pattern.test(clientText));
}

/** A matcher on what the server says first. */
export function serverSays(pattern: RegExp): (conversation: Conversation) => Match | null {
  return ({ serverText }) => matchIf(pattern.test(serverText));
}

/** A matcher on what both say first. */
export function bothSay(client: RegExp, server: RegExp): (conversation: Conversation) => Match | null {
  return ({ clientText, serverText }) => matchIf(client.test(clientText) && server.test(serverText));
}

/** A matcher on a datagram of text. */
export function datagramSays(pattern: RegExp): (datagram: Datagram) => Match | null {
  return ({ text }) => matchIf(pattern.test(text));
}
