/**
 * A request of HTTP/1 that is `web-browsing` whatever comes next: its request line is whole, its target is a
 * path of none of the applications that firewall/app-id/web-applications.ts knows, and it offers no upgrade.
 * Of requests this is nearly all; the rest is for the host (firewall/app-id/web.ts).
 */
import { HTTP_REQUEST, OTHER_TARGETS, OTHER_TARGETS_AT } from '../layout';
import { holds } from './slots';

const LINE_FEED: u32 = 10;
const CARRIAGE_RETURN: u32 = 13;
const SPACE: u32 = 0x20;
const SLASH: u32 = 0x2f;
const DELETE: u32 = 0x7f;
/** GET with its space, HEAD, POST: as they stand in memory */
const GET_: u32 = 0x20544547;
const HEAD: u32 = 0x44414548;
const POST: u32 = 0x54534f50;
/** `HTTP/1.` and a digit */
const VERSION: u64 = 0x002e312f50545448;
const VERSION_MASK: u64 = 0x00ffffffffffffff;
const VERSION_BYTES: u32 = 8;
/** `upgrade:`, each letter in lower case; the colon is not changed by it */
const UPGRADE: u64 = 0x3a65646172677075;
const LOWER_64: u64 = 0x2020202020202020;
const LOWER_32: u32 = 0x20202020;
/** the request line must end within the text that signatures look at (firewall/app-id/bytes.ts) */
const LONGEST_LINE: u32 = 512;
/** in which headers are looked for (firewall/app-id/web.ts) */
const HEAD_LIMIT: u32 = 2048;

/** @param captured bytes of the payload that are there */
export function isPlainRequest(slot: usize, payload: usize, captured: u32): bool {
  const size = min<u32>(captured, HEAD_LIMIT + VERSION_BYTES + 1);
  if (size < 16 || !holds(slot, size)) return false;
  const method = load<u32>(payload);
  let target: u32 = 4;
  if (method != GET_) {
    if ((method != HEAD && method != POST) || load<u8>(payload, 4) != SPACE) return false;
    target = 5;
  }
  if (load<u8>(payload + target) != SLASH || isOthers(payload + target + 1)) return false;
  const end = endOfTarget(payload, target, min(size, LONGEST_LINE));
  if (end == 0) return false;
  const line = endOfLine(payload, end, min(size, LONGEST_LINE));
  return line != 0 && !offersUpgrade(payload, line, size);
}

function isOthers(path: usize): bool {
  const opening = load<u32>(path) | LOWER_32;
  const targets = load<u32>(HTTP_REQUEST, OTHER_TARGETS);
  for (let i: u32 = 0; i < targets; i++) {
    if (opening == load<u32>(HTTP_REQUEST + (i << 2), OTHER_TARGETS_AT)) return true;
  }
  return false;
}

/** Place of the space behind a target of printable ASCII; 0 where there is none, or a tracker may be asked. */
function endOfTarget(payload: usize, target: u32, size: u32): u32 {
  let before: u32 = 0;
  for (let at = target; at < size; at++) {
    const letter: u32 = load<u8>(payload + at);
    if (letter == SPACE) return at;
    if (letter < SPACE || letter >= DELETE) return 0;
    // `?info_hash=` or `&info_hash=`
    if (letter == 0x69 && (before == 0x3f || before == 0x26)) return 0;
    before = letter;
  }
  return 0;
}

/** Place of the line feed behind the version that follows a target; 0 where something else does. */
function endOfLine(payload: usize, target: u32, size: u32): u32 {
  const version = target + 1;
  let at = version + VERSION_BYTES;
  if (at + 2 > size) return 0;
  const text = load<u64>(payload + version);
  const digit = <u32>(text >> 56) - 0x30;
  if ((text & VERSION_MASK) != VERSION || digit > 9) return 0;
  if (load<u8>(payload + at) == CARRIAGE_RETURN) at += 1;
  return load<u8>(payload + at) == LINE_FEED ? at : 0;
}

/** Whether a header line of `Upgrade` begins behind one of the line feeds. */
function offersUpgrade(payload: usize, first: u32, size: u32): bool {
  const most = min(size, HEAD_LIMIT);
  const feeds = i8x16.splat(<i8>LINE_FEED);
  for (let from = first; from < most; from += 16) {
    // up to 15 bytes behind the payload are looked at and not counted
    let found = i8x16.bitmask(i8x16.eq(v128.load(payload + from), feeds));
    while (found != 0) {
      const line = from + ctz(found) + 1;
      found &= found - 1;
      if (line + VERSION_BYTES > size) return false;
      if ((load<u64>(payload + line) | LOWER_64) == UPGRADE) return true;
    }
  }
  return false;
}
