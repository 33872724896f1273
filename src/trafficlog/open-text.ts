/**
 * UTF-8 the fast way: logs are ASCII but for a name here and there, and what is ASCII needs no decoding,
 * which would otherwise cost as much as telling fields apart.
 */
import { Buffer, isAscii } from 'node:buffer';

const utf8 = new TextDecoder();

/** @param bytes whole letters only */
export function decodeUtf8(bytes: Uint8Array): string {
  if (!isAscii(bytes)) return utf8.decode(bytes);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
