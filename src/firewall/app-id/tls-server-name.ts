/** The server name that a TLS client asks for (RFC 6066 3), read from its first handshake message. */
import { asciiText, uint16, uint24 } from './bytes.ts';

const RECORD_HEADER_BYTES = 5;
const HANDSHAKE_RECORD = 22;
const MESSAGE_HEADER_BYTES = 4;
const VERSION_AND_RANDOM_BYTES = 34;
/** of session id, cipher suites and compression methods, each behind its own length */
const LENGTHS_BEFORE_EXTENSIONS = [1, 2, 1] as const;
const SERVER_NAME_EXTENSION = 0;
const HOST_NAME = 0;

/**
 * The host name in a ClientHello, or null where there is none in the bytes at hand: not offered,
 * encrypted, or still to come.
 * @param stream the client's first bytes, beginning with the record that holds the ClientHello
 */
export function clientHelloServerName(stream: Uint8Array): string | null {
  return fitsOneRecord(stream) ? nameIn(stream, RECORD_HEADER_BYTES) : nameIn(joined(stream), 0);
}

/** Whether the first handshake message is all there, so that more bytes cannot bring a name. */
export function isWholeHello(stream: Uint8Array): boolean {
  return fitsOneRecord(stream) ? isWhole(stream, RECORD_HEADER_BYTES) : isWhole(joined(stream), 0);
}

function isWhole(bytes: Uint8Array, from: number): boolean {
  return (
    bytes.length >= from + MESSAGE_HEADER_BYTES &&
    bytes.length >= from + MESSAGE_HEADER_BYTES + uint24(bytes, from + 1)
  );
}

/** @param from where the handshake message begins */
function nameIn(bytes: Uint8Array, from: number): string | null {
  if (bytes.length < from + MESSAGE_HEADER_BYTES) return null;
  const end = Math.min(bytes.length, from + MESSAGE_HEADER_BYTES + uint24(bytes, from + 1));
  let at = from + MESSAGE_HEADER_BYTES + VERSION_AND_RANDOM_BYTES;
  for (const lengthBytes of LENGTHS_BEFORE_EXTENSIONS) {
    if (at + lengthBytes > end) return null;
    at += lengthBytes + (lengthBytes === 1 ? bytes[at]! : uint16(bytes, at));
  }
  at += 2;
  while (at + 4 <= end) {
    const type = uint16(bytes, at);
    const length = uint16(bytes, at + 2);
    at += 4;
    if (type === SERVER_NAME_EXTENSION) {
      return hostName(bytes.subarray(at, Math.min(at + length, end)), length);
    }
    at += length;
  }
  return null;
}

/** list length 2, name type 1, name length 2, name */
function hostName(extension: Uint8Array, length: number): string | null {
  if (extension.length < length || length < 6 || extension[2] !== HOST_NAME) return null;
  const nameLength = uint16(extension, 3);
  if (nameLength === 0 || nameLength > 255 || 5 + nameLength > extension.length) return null;
  const name = asciiText(extension, 5, nameLength);
  return /^[\x21-\x7e]+$/.test(name) ? name : null;
}

/** Whether the stream's bytes are of one handshake record, as most are: then they are read where they stand. */
function fitsOneRecord(stream: Uint8Array): boolean {
  return (
    stream.length >= RECORD_HEADER_BYTES &&
    stream[0] === HANDSHAKE_RECORD &&
    RECORD_HEADER_BYTES + uint16(stream, 3) >= stream.length
  );
}

/** Handshake messages, joined over records; what of them is there. */
function joined(stream: Uint8Array): Uint8Array {
  const message = new Uint8Array(stream.length);
  let filled = 0;
  let at = 0;
  while (at + RECORD_HEADER_BYTES <= stream.length && stream[at] === HANDSHAKE_RECORD) {
    const fragment = stream.subarray(
      at + RECORD_HEADER_BYTES,
      at + RECORD_HEADER_BYTES + uint16(stream, at + 3),
    );
    message.set(fragment, filled);
    filled += fragment.length;
    at += RECORD_HEADER_BYTES + uint16(stream, at + 3);
  }
  return message.subarray(0, filled);
}
