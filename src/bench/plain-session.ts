/**
 * A session as the plain alternatives hold it: state by the TCP table of `session/`, timer by the state,
 * last packet. No sequence numbers, no application, no evidence: the least that a table can do.
 */
import { PROTO, TCP_FLAG } from '../decode/packet.ts';
import type { TimeoutName, Timeouts } from '../firewall/timeouts.ts';
import {
  FIRST_STATE,
  TCP_CLASS,
  TCP_ORDER,
  type TcpCell,
  type TcpClass,
  type TcpState,
  tcpCell,
} from '../session/tcp-states.ts';
import { TCP_TIMER_BY_STATE, type TcpTimerKind } from '../session/tcp-timers.ts';

/** State of what is no TCP. */
export const DATAGRAM = 255;

const TIMER_NAMES: Readonly<Record<TcpTimerKind, TimeoutName>> = {
  'tcp-init': 'tcp-init',
  'tcp-handshake': 'tcp-handshake',
  established: 'tcp',
  'half-closed': 'tcp-half-closed',
  'time-wait': 'tcp-time-wait',
  'unverified-rst': 'unverified-rst',
};

/** Timers in microseconds, by state. */
export function timersByState(timeouts: Timeouts): Float64Array {
  const timers = new Float64Array(DATAGRAM + 1).fill(timeouts.udp * 1e6);
  for (const [state, kind] of TCP_TIMER_BY_STATE.entries()) timers[state] = timeouts[TIMER_NAMES[kind]] * 1e6;
  return timers;
}

/** State of a session that this packet opens, sent by the client. */
export function openingState(proto: number, tcpFlags: number): number {
  return proto === PROTO.TCP ? FIRST_STATE[classOf(tcpFlags)]![0] : DATAGRAM;
}

/** State after a packet that found the session; null: the packet ends it and opens another. */
export function nextState(state: number, fromClient: boolean, tcpFlags: number): number | null {
  if (state === DATAGRAM) return state;
  const cell: TcpCell = tcpCell(fromClient, classOf(tcpFlags), state as TcpState);
  if (cell === TCP_ORDER.REUSE) return null;
  return cell === TCP_ORDER.RESTORE ? state : cell;
}

function classOf(tcpFlags: number): TcpClass {
  if ((tcpFlags & TCP_FLAG.RST) !== 0) return TCP_CLASS.RST_VERIFIED;
  if ((tcpFlags & TCP_FLAG.SYN) !== 0)
    return (tcpFlags & TCP_FLAG.ACK) !== 0 ? TCP_CLASS.SYN_ACK : TCP_CLASS.SYN;
  return (tcpFlags & TCP_FLAG.FIN) !== 0 ? TCP_CLASS.FIN : TCP_CLASS.ACK;
}
