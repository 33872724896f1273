/** The fields that a pair is compared in, in the order of interface.md. */

export const FIELDS = [
  'session_end_reason',
  'tracker_stage',
  'app',
  'action',
  'subtype',
  'bytes_sent',
  'bytes_received',
  'pkts_sent',
  'pkts_received',
  'elapsed',
  'from',
  'to',
  'natsrc',
  'natdst',
  'natsport',
  'natdport',
  // PAN-OS 12, by the names of the log
  'tcp_rtt_c2s',
  'tcp_rtt_s2c',
  'total_n_ooseq_c2s',
  'total_n_ooseq_s2c',
  'tcp_retransit_cnt_c2s',
  'tcp_retransit_cnt_s2c',
  'tcp_zero_window_cnt_c2s',
  'tcp_zero_window_cnt_s2c',
] as const;

export type Field = (typeof FIELDS)[number];

/** null: that side does not know */
export type Value = string | number | null;

/** Index by name. */
export const AT: Readonly<Record<Field, number>> = Object.fromEntries(
  FIELDS.map((field, at) => [field, at]),
) as Record<Field, number>;

/** Seconds by which elapsed times may differ: both are whole seconds (interface.md). */
export const ELAPSED_TOLERANCE = 1;
/** From the start of one to the end of another: each of the two times has been cut to whole seconds. */
export const ELAPSED_TOLERANCE_OF_SEVERAL = 2;
