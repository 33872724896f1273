/** The capture's side of a pair turned around, where the log has its client as the server. */
import { AT } from './fields.ts';
import type { PairReading } from './pair-reading.ts';

const MIRROR: ReadonlyMap<string, string> = new Map([
  ['tcp-rst-from-client', 'tcp-rst-from-server'],
  ['tcp-rst-from-server', 'tcp-rst-from-client'],
  ['TCP RST - client', 'TCP RST - server'],
  ['TCP RST - server', 'TCP RST - client'],
]);

const TURNED: readonly (readonly [number, number])[] = [
  [AT.bytes_sent, AT.bytes_received],
  [AT.pkts_sent, AT.pkts_received],
  [AT.from, AT.to],
  [AT.tcp_rtt_c2s, AT.tcp_rtt_s2c],
  [AT.total_n_ooseq_c2s, AT.total_n_ooseq_s2c],
  [AT.tcp_retransit_cnt_c2s, AT.tcp_retransit_cnt_s2c],
  [AT.tcp_zero_window_cnt_c2s, AT.tcp_zero_window_cnt_s2c],
];

export function turnCapture(reading: PairReading): void {
  const { capture } = reading;
  for (const [a, b] of TURNED) [capture[a], capture[b]] = [capture[b]!, capture[a]!];
  for (const at of [AT.session_end_reason, AT.tracker_stage]) {
    capture[at] = MIRROR.get(capture[at] as string) ?? capture[at]!;
  }
  [reading.packetsSent, reading.packetsReceived] = [reading.packetsReceived, reading.packetsSent];
}
