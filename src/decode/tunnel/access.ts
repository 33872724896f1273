/** Tunnels of access networks in UDP: GTP-U, Teredo, AYIYA, L2TP. */
import { readU16 } from '../bytes.ts';
import { LINK_TYPE } from '../link/walk.ts';
import { carry, has, type TunnelReader } from './carried.ts';
import { carryPlausibleIp } from './ip.ts';

const GTP_BYTES = 8;
const GTP_OPTIONAL_BYTES = 4;
const GTP_VERSION_1_AND_TYPE = 0xf0;
const GTP_VERSION_1_GTP = 0x30;
const GTP_EXTENSION = 0x04;
const GTP_ANY_OPTIONAL = 0x07;
const GTP_T_PDU = 255;

/** TS 29.281 5.1: version 1, T-PDU, length of what follows the first 8 bytes, TEID; then extension headers in words. */
export const gtpU: TunnelReader = (outer, carried) => {
  const { data } = outer;
  const { at } = carried;
  if (!has(outer, carried, GTP_BYTES)) return false;
  const flags = data[at]!;
  if ((flags & GTP_VERSION_1_AND_TYPE) !== GTP_VERSION_1_GTP || data[at + 1] !== GTP_T_PDU) return false;
  const end = at + GTP_BYTES + readU16(data, at + 2);
  if (end > carried.end) return false;
  carried.end = end;
  let bytes = GTP_BYTES;
  if ((flags & GTP_ANY_OPTIONAL) !== 0) {
    bytes += GTP_OPTIONAL_BYTES;
    if (!has(outer, carried, bytes)) return false;
    let extension = (flags & GTP_EXTENSION) !== 0 ? data[at + bytes - 1]! : 0;
    while (extension !== 0) {
      if (!has(outer, carried, bytes + 1)) return false;
      const length = data[at + bytes]! * 4;
      if (length === 0 || !has(outer, carried, bytes + length)) return false;
      bytes += length;
      extension = data[at + bytes - 1]!;
    }
  }
  return carryPlausibleIp(outer, carried, bytes);
};

const TEREDO_AUTHENTICATION = 0x0001;
const TEREDO_ORIGIN = 0x0000;
const TEREDO_ORIGIN_BYTES = 8;
/** indicator and two lengths; nonce and confirmation behind what they count */
const TEREDO_AUTHENTICATION_BYTES = 13;

/** RFC 4380 5.1.1: perhaps authentication, perhaps origin, then an IPv6 packet that fills the rest. */
export const teredo: TunnelReader = (outer, carried) => {
  const { data } = outer;
  const { at } = carried;
  let bytes = 0;
  if (has(outer, carried, 4) && readU16(data, at) === TEREDO_AUTHENTICATION) {
    bytes += TEREDO_AUTHENTICATION_BYTES + data[at + 2]! + data[at + 3]!;
  }
  if (has(outer, carried, bytes + 2) && readU16(data, at + bytes) === TEREDO_ORIGIN)
    bytes += TEREDO_ORIGIN_BYTES;
  return (
    has(outer, carried, bytes + 1) && data[at + bytes]! >> 4 === 6 && carryPlausibleIp(outer, carried, bytes)
  );
};

const AYIYA_BYTES = 8;
const AYIYA_FORWARD = 1;
const AYIYA_IPV6 = 41;

/** draft-massar-v6ops-ayiya 3: lengths of identity (a power of two) and signature (in words), operation, next header, time. */
export const ayiya: TunnelReader = (outer, carried) => {
  const { data } = outer;
  const { at } = carried;
  if (!has(outer, carried, AYIYA_BYTES)) return false;
  if ((data[at + 2]! & 0xf) !== AYIYA_FORWARD || data[at + 3] !== AYIYA_IPV6) return false;
  return carryPlausibleIp(outer, carried, AYIYA_BYTES + (1 << (data[at]! >> 4)) + (data[at + 1]! >> 4) * 4);
};

const L2TP_CONTROL = 0x8000;
const L2TP_LENGTH = 0x4000;
const L2TP_SEQUENCE = 0x0800;
const L2TP_OFFSET = 0x0200;
const L2TP_VERSION = 0x000f;

/** RFC 2661 3.1: flags and version 2, perhaps length, tunnel and session id, perhaps sequence numbers and an offset, PPP. */
export const l2tp: TunnelReader = (outer, carried) => {
  const { data } = outer;
  const { at } = carried;
  if (!has(outer, carried, 2)) return false;
  const flags = readU16(data, at);
  if ((flags & L2TP_CONTROL) !== 0 || (flags & L2TP_VERSION) !== 2) return false;
  let bytes = 2;
  if ((flags & L2TP_LENGTH) !== 0) {
    if (!has(outer, carried, bytes + 2) || at + readU16(data, at + bytes) > carried.end) return false;
    carried.end = at + readU16(data, at + bytes);
    bytes += 2;
  }
  bytes += 4 + ((flags & L2TP_SEQUENCE) !== 0 ? 4 : 0);
  if ((flags & L2TP_OFFSET) !== 0) {
    if (!has(outer, carried, bytes + 2)) return false;
    bytes += 2 + readU16(data, at + bytes);
  }
  return carry(outer, carried, bytes, LINK_TYPE.PPP);
};
