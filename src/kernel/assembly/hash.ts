/** The hash of a key: the same for both directions, so that one index slot serves a session. */
import {
  CONFIG,
  CONFIG_HASH_MASK,
  S_ADDRESSES,
  S_KIND,
  S_NETWORK,
  S_PORTS,
  SLOT_ADDRESSES,
  SLOT_ADDRESSES6,
  SLOT_HASH,
  SLOT_HASH_LOW,
  SLOT_KIND,
  SLOT_NETWORK,
  SLOT_PORTS,
} from '../layout';
import { at6 } from './units';

const FACTOR_END: u64 = 0x9e3779b97f4a7c15;
const FACTOR_WORD: u64 = 0xc2b2ae3d27d4eb4f;
const FACTOR_LAST: u64 = 0xd6e8feb86659fd93;

function mix(value: u64): u64 {
  const mixed = value * FACTOR_END;
  return (mixed ^ (mixed >> 29)) * FACTOR_WORD;
}

function finish(ends: u64, kind: u32, network: i32): u64 {
  const scoped = ends + <u64>kind * FACTOR_LAST + <u64>(<u32>network) * FACTOR_END;
  const mixed = (scoped ^ (scoped >> 32)) * FACTOR_LAST;
  return mixed ^ (mixed >> 31);
}

function hash4(addresses: u64, ports: u32, kind: u32, network: i32): u64 {
  const client = ((addresses & 0xffffffff) << 16) | (ports & 0xffff);
  const server = ((addresses >> 32) << 16) | (ports >> 16);
  return finish(mix(client) + mix(server), kind, network);
}

function end6(address: usize): u64 {
  return mix(mix(load<u64>(address)) + load<u64>(address, 8));
}

function hash6(address: usize, ports: u32, kind: u32, network: i32): u64 {
  const client = mix(end6(address) + (ports & 0xffff));
  const server = mix(end6(address + 16) + (ports >> 16));
  return finish(client + server, kind, network);
}

/** Puts the hash of a packet into its slot, and for IPv6 a hash of the addresses alone. */
export function hashSlot(slot: usize): void {
  const kind = load<u32>(slot, SLOT_KIND);
  const ports = load<u32>(slot, SLOT_PORTS);
  const network: i32 = kind >= 1 << 12 ? load<i32>(slot, SLOT_NETWORK) : 0;
  let hash: u64;
  if ((kind & 0x100) == 0) {
    hash = hash4(load<u64>(slot, SLOT_ADDRESSES), ports, kind, network);
  } else {
    const addresses = slot + SLOT_ADDRESSES6;
    store<u64>(slot, <u64>(<u32>((end6(addresses) + end6(addresses + 16)) >> 32)), SLOT_ADDRESSES);
    hash = hash6(addresses, ports, kind, network);
  }
  store<u32>(slot, <u32>(hash >> 32) & load<u32>(CONFIG + CONFIG_HASH_MASK), SLOT_HASH);
  store<u32>(slot, <u32>hash, SLOT_HASH_LOW);
}

/** Of a packet whose slot has its hash: all 64 bits. */
export function wholeHash(slot: usize): u64 {
  return <u64>load<u32>(slot, SLOT_HASH_LOW) | ((<u64>load<u32>(slot, SLOT_HASH)) << 32);
}

/** Of a session: what `hashSlot` put into the slots of its packets. */
export function hashOf(session: usize): u32 {
  const kind = load<u32>(session, S_KIND);
  const ports = load<u32>(session, S_PORTS);
  const network: i32 = kind >= 1 << 12 ? load<i32>(session, S_NETWORK) : 0;
  const addresses = load<u64>(session, S_ADDRESSES);
  const hash =
    (kind & 0x100) == 0
      ? hash4(addresses, ports, kind, network)
      : hash6(at6(<u32>addresses), ports, kind, network);
  return <u32>(hash >> 32) & load<u32>(CONFIG + CONFIG_HASH_MASK);
}
