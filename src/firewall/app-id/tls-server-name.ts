/** The server name that a TLS client asks for (RFC 6066 3), read from its first handshake message. */
import { asciiText, uint16, uint24 } from './bytes.ts';

const RECORD_HEADER_BYTES = 5;
const HANDSHAKE_RECORD = 22;
const MESSAGE_HEADER_BYTES = 4;
const VERSION_AND_RANDOM_BYTES = 34;
const SERVER_NAME_EXTENSION = 0;
const HOST_NAME = 0;

/**
 * The host name in a ClientHello, or null where there is none in the bytes at hand: not offered,
 * encrypted, or still to come.
 * @param stream the client's first bytes, beginning with the record that holds the ClientHello
 */
export function clientHelloServerName(stream: Uint8Array): string | null {
  const hello = firstHandshakeMessage(stream);
  let at = MESSAGE_HEADER_BYTES + VERSION_AND_RANDOM_BYTES;
  // session id, cipher suites and compression methods, each behind its own length
  for (const lengthBytes of [1, 2, 1]) {
    if (at + lengthBytes > hello.length) return null;
    at += lengthBytes + (lengthBytes === 1 ? hello[at]! : uint16(hello, at));
  }
  at += 2;
  while (at + 4 <= hello.length) {
    const type = uint16(hello, at);
    const length = uint16(hello, at + 2);
    at += 4;
    if (type === SERVER_NAME_EXTENSION) return hostName(hello.subarray(at, at + length), length);
    at += length;
  }
  return null;
}

/** Whether the first handshake message is all there, so that more bytes cannot bring a name. */
export function isWholeHello(stream: Uint8Array): boolean {
  const hello = firstHandshakeMessage(stream);
  return hello.length >= MESSAGE_HEADER_BYTES && hello.length === MESSAGE_HEADER_BYTES + uint24(hello, 1);
}

/** list length 2, name type 1, name length 2, name */
function hostName(extension: Uint8Array, length: number): string | null {
  if (extension.length < length || length < 6 || extension[2] !== HOST_NAME) return null;
  const nameLength = uint16(extension, 3);
  if (nameLength === 0 || nameLength > 255 || 5 + nameLength > extension.length) return null;
  const name = asciiText(extension, 5, nameLength);
  return /^[\x21-\x7e]+$/.test(name) ? name : null;
}

/** The first handshake message, joined over records; what of it is there. */
function firstHandshakeMessage(stream: Uint8Array): Uint8Array {
  const firstRecord = stream.length < RECORD_HEADER_BYTES ? 0 : RECORD_HEADER_BYTES + uint16(stream, 3);
  if (firstRecord >= stream.length && stream[0] === HANDSHAKE_RECORD) {
    return cutToMessage(stream.subarray(RECORD_HEADER_BYTES));
  }
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
  return cutToMessage(message.subarray(0, filled));
}

/** What belongs to the first message of `bytes`. */
function cutToMessage(bytes: Uint8Array): Uint8Array {
  return bytes.length < MESSAGE_HEADER_BYTES
    ? bytes
    : bytes.subarray(0, MESSAGE_HEADER_BYTES + uint24(bytes, 1));
}
