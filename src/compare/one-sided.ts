/** What only one side of a pair can know is not compared. */
import { compareReasons, type EndReason } from '../verdict/precedence.ts';
import { AT, type Value } from './fields.ts';
import type { PairReading } from './pair-reading.ts';
import { isIcmp } from './tuple-index.ts';

const LOSSES: readonly number[] = [
  AT.total_n_ooseq_c2s,
  AT.total_n_ooseq_s2c,
  AT.tcp_retransit_cnt_c2s,
  AT.tcp_retransit_cnt_s2c,
  AT.tcp_zero_window_cnt_c2s,
  AT.tcp_zero_window_cnt_s2c,
];
const SUMS: readonly number[] = [
  AT.bytes_sent,
  AT.bytes_received,
  AT.pkts_sent,
  AT.pkts_received,
  AT.elapsed,
];

/** @param proto of the sessions */
export function forgetOneSided(reading: PairReading, proto: number): void {
  const { capture, log, words } = reading;
  const more = isMore(reading, AT.pkts_sent) || isMore(reading, AT.pkts_received);
  // without its SYN nobody can tell what else came before; the row may begin in the same second
  const headless = words.midstream && (reading.older || more);
  const unfinished = reading.beyond && words.open;
  const partial = headless || unfinished;
  if (partial) for (const at of SUMS) if ((log[at] as number) >= (capture[at] as number)) log[at] = null;
  // the packets that the capture missed may be the ones that count
  if (partial || more) for (const at of LOSSES) capture[at] = null;
  if (headless && words.app === 'unknown-tcp') capture[AT.app] = null;
  if (unfinished) forgetUndecided(reading);
  // interface.md: folded pings are compared by sums, not by elapsed
  if (reading.sessions > 1 && isIcmp(proto)) log[AT.elapsed] = null;
}

/** A FIN or a RST has settled the tracker stage; a later one may still raise the reason (firewall-model 4, 4.2). */
function forgetUndecided({ capture, log, words }: PairReading): void {
  log[AT.app] = null;
  if (!words.decided) log[AT.tracker_stage] = null;
  if (!words.decided || outranks(log[AT.session_end_reason]!, capture[AT.session_end_reason]!)) {
    log[AT.session_end_reason] = null;
  }
}

function isMore({ capture, log }: PairReading, at: number): boolean {
  const theirs = log[at]!;
  return theirs !== null && theirs > capture[at]!;
}

function outranks(a: Value, b: Value): boolean {
  return a !== null && b !== null && compareReasons(a as EndReason, b as EndReason) < 0;
}
