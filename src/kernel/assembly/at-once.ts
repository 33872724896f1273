/**
 * Payload that names its session by itself, whatever else may follow: the host has said what it is and on which
 * ports (firewall/app-id/at-once.ts). So most sessions are named without a call.
 */
import {
  AT_ONCE_APP,
  AT_ONCE_PORTS,
  DNS_QUERY,
  F_ASKS,
  F_BASE,
  F_ISN,
  F_PAYLOAD_SEEN,
  F_TLS,
  FIELD_LEAST,
  HELLO,
  HELLO_FIELDS_AT,
  HTTP_REQUEST,
  QUIC_INITIAL,
  S_APP,
  S_FLAGS,
  S_PORTS,
  S_STREAM,
  SLOT_FIRST_BYTE,
  SLOT_FRAME,
  SLOT_PAYLOAD_CAPTURED,
  SLOT_PAYLOAD_LENGTH,
  SLOT_PAYLOAD_OFFSET,
  SLOT_SEQ,
  SLOT_TCP_FLAGS,
} from '../layout';
import { hasBit } from './bits';
import { isQuery } from './dns-query';
import { isHello } from './hello';
import { isPlainRequest } from './http-request';
import { isInitial } from './quic-initial';
import { SYN } from './side';

/** Names a session of which nothing has been said yet; false where this payload alone does not. */
export function takeNamed(session: usize, slot: usize, sender: u32, isTcp: bool): bool {
  if (sender != 0) return false;
  const kind = isTcp ? kindOfSegment(session, slot) : kindOfDatagram(session, slot);
  if (kind == 0) return false;
  const tls: u32 = kind == HELLO ? F_TLS : 0;
  store<u16>(session, load<u16>(kind, AT_ONCE_APP), S_APP);
  store<u32>(session, (load<u32>(session, S_FLAGS) & ~F_ASKS) | F_PAYLOAD_SEEN | tls, S_FLAGS);
  return true;
}

/** The row of what a client's segment says, or 0. */
function kindOfSegment(session: usize, slot: usize): usize {
  const port = load<u32>(session, S_PORTS) >> 16;
  const captured = load<u32>(slot, SLOT_PAYLOAD_CAPTURED);
  const payload: usize = load<u32>(slot, SLOT_FRAME) + load<u32>(slot, SLOT_PAYLOAD_OFFSET);
  let kind: usize = 0;
  if (load<u8>(slot, SLOT_FIRST_BYTE) == load<u8>(HELLO + HELLO_FIELDS_AT, FIELD_LEAST)) {
    if (load<u32>(HELLO, AT_ONCE_APP) == 0 || hasBit(HELLO + AT_ONCE_PORTS, port)) return 0;
    if (isHello(slot, payload, captured)) kind = HELLO;
  } else if (hasBit(HTTP_REQUEST + AT_ONCE_PORTS, port)) {
    if (isPlainRequest(slot, payload, captured)) kind = HTTP_REQUEST;
  }
  return kind != 0 && beginsStream(session, slot) ? kind : 0;
}

/** Payload on a SYN is not counted, and behind a hole nothing is at the start. */
function beginsStream(session: usize, slot: usize): bool {
  if ((load<u8>(slot, SLOT_TCP_FLAGS) & SYN) != 0) return false;
  const begun = (load<u32>(session, S_FLAGS) & (F_BASE | F_ISN)) != 0;
  return !begun || load<u32>(slot, SLOT_SEQ) == load<u32>(session, S_STREAM) + 1;
}

/** The row of what a client's datagram says, or 0. */
function kindOfDatagram(session: usize, slot: usize): usize {
  const port = load<u32>(session, S_PORTS) >> 16;
  const captured = load<u32>(slot, SLOT_PAYLOAD_CAPTURED);
  const length = load<u32>(slot, SLOT_PAYLOAD_LENGTH);
  const payload: usize = load<u32>(slot, SLOT_FRAME) + load<u32>(slot, SLOT_PAYLOAD_OFFSET);
  let kind: usize = 0;
  if (hasBit(DNS_QUERY + AT_ONCE_PORTS, port)) {
    if (isQuery(slot, payload, captured, length)) kind = DNS_QUERY;
  } else if (hasBit(QUIC_INITIAL + AT_ONCE_PORTS, port)) {
    if (isInitial(slot, payload, captured, length)) kind = QUIC_INITIAL;
  }
  return kind;
}
