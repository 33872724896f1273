/**
 * Which timer is in force in which TCP state (firewall-model 3.2). A second table beside the
 * transitions: changing a timer never touches the walk.
 */
import { TCP_STATE, type TcpState } from './tcp-states.ts';

/** `established`, `half-closed` and `time-wait` may be overridden by the application (firewall-model 3.3). */
export type TcpTimerKind =
  | 'tcp-init'
  | 'tcp-handshake'
  | 'established'
  | 'half-closed'
  | 'time-wait'
  | 'unverified-rst';

interface TimerRow {
  readonly state: TcpState;
  readonly timer: TcpTimerKind;
  readonly because: string;
}

export const TCP_TIMER_ROWS: readonly TimerRow[] = [
  { state: TCP_STATE.SYN_SENT, timer: 'tcp-init', because: 'after SYN, until SYN-ACK (3.1)' },
  { state: TCP_STATE.BOTH_SYN, timer: 'tcp-init', because: 'no SYN-ACK yet (3.1)' },
  { state: TCP_STATE.SYN_RECEIVED, timer: 'tcp-handshake', because: 'after SYN-ACK, until ACK (3.1)' },
  {
    state: TCP_STATE.SYN_RECEIVED_BY_CLIENT,
    timer: 'tcp-handshake',
    because: 'after SYN-ACK, until ACK (3.1)',
  },
  {
    state: TCP_STATE.OPENING_RESET,
    timer: 'tcp-init',
    because: 'a RST before the handshake is complete leaves the timer (3.2)',
  },
  {
    state: TCP_STATE.HANDSHAKE_RESET,
    timer: 'tcp-handshake',
    because: 'a RST before the handshake is complete leaves the timer (3.2)',
  },
  {
    state: TCP_STATE.ESTABLISHED,
    timer: 'established',
    because: 'TCP default, or the application once it is identified (3.2, 3.3)',
  },
  { state: TCP_STATE.CLIENT_CLOSED, timer: 'half-closed', because: 'first FIN (3.2)' },
  { state: TCP_STATE.SERVER_CLOSED, timer: 'half-closed', because: 'first FIN (3.2)' },
  { state: TCP_STATE.TIME_WAIT, timer: 'time-wait', because: 'second FIN or a verified RST (3.2)' },
  {
    state: TCP_STATE.CLIENT_RST_UNVERIFIED,
    timer: 'unverified-rst',
    because: 'a RST that cannot be verified (3.2)',
  },
  {
    state: TCP_STATE.SERVER_RST_UNVERIFIED,
    timer: 'unverified-rst',
    because: 'a RST that cannot be verified (3.2)',
  },
];

/** Timer kind by state number. */
export const TCP_TIMER_BY_STATE: readonly TcpTimerKind[] = TCP_TIMER_ROWS.map((row) => row.timer);
