/**
 * A log entry as a line of PAN-OS 11.1: 117 fields, comma-separated, in the order of
 * `traffic-fields.ts` (firewall-model 7.1, 7.2). What a capture cannot tell is as on a firewall that
 * does not use the feature; public lines of 11.1 (config version 2817) show which of it is 0 and which empty.
 */
import Papa from 'papaparse';
import type { Time } from '../capture/time.ts';
import type { LogEntry } from './log-entry.ts';
import { WRITTEN_FIELDS } from './traffic-fields.ts';

/** (11 << 8) | 1: how 11.1 numbers its own layout (firewall-model 0.9). */
const CONFIG_VERSION = 2817;
/** A serial number that no device has. */
const SERIAL = '000000000000';

const ICMP: ReadonlySet<string> = new Set(['icmp', 'ipv6-icmp']);

type Value = (entry: LogEntry, sequence: number) => string | number;

const port =
  (value: number): Value =>
  (entry) =>
    ICMP.has(entry.proto) ? 0 : value;
const noAddress: Value = (entry) => (entry.version === 4 ? '0.0.0.0' : '::');
const generated: Value = (entry) => deviceTime(entry.generated);

/** Fields that are not empty, by variable. */
const VALUES: Readonly<Record<string, Value>> = {
  future_use1: () => 1,
  receive_time: generated,
  serial: () => SERIAL,
  type: () => 'TRAFFIC',
  subtype: (entry) => entry.subtype,
  config_ver: () => CONFIG_VERSION,
  time_generated: generated,
  src: (entry) => entry.src,
  dst: (entry) => entry.dst,
  natsrc: noAddress,
  natdst: noAddress,
  rule: (entry) => entry.rule ?? '',
  app: (entry) => entry.app,
  vsys: (entry) => entry.vsys,
  from: (entry) => entry.from ?? '',
  to: (entry) => entry.to ?? '',
  inbound_if: (entry) => entry.inbound ?? '',
  outbound_if: (entry) => entry.outbound ?? '',
  future_use2: generated,
  sessionid: (entry) => entry.sessionId,
  repeatcnt: (entry) => entry.repeatCount,
  sport: (entry, sequence) => port(entry.sport)(entry, sequence),
  dport: (entry, sequence) => port(entry.dport)(entry, sequence),
  natsport: () => 0,
  natdport: () => 0,
  flags: (entry) => `0x${entry.flags.toString(16)}`,
  proto: (entry) => entry.proto,
  action: (entry) => entry.action,
  bytes: (entry) => entry.bytesSent + entry.bytesReceived,
  bytes_sent: (entry) => entry.bytesSent,
  bytes_received: (entry) => entry.bytesReceived,
  packets: (entry) => entry.packetsSent + entry.packetsReceived,
  start: (entry) => deviceTime(entry.start),
  elapsed: (entry) => entry.elapsedSeconds,
  category: () => 'any',
  seqno: (_entry, sequence) => sequence,
  actionflags: () => '0x0',
  pkts_sent: (entry) => entry.packetsSent,
  pkts_received: (entry) => entry.packetsReceived,
  session_end_reason: (entry) => entry.endReason,
  dg_hier_level_1: () => 0,
  dg_hier_level_2: () => 0,
  dg_hier_level_3: () => 0,
  dg_hier_level_4: () => 0,
  action_source: (entry) => entry.actionSource ?? '',
  tunnelid: () => 0,
  parent_session_id: (entry) => entry.parentSessionId,
  tunnel: () => 'N/A',
  assoc_id: () => 0,
  chunks: () => 0,
  chunks_sent: () => 0,
  chunks_received: () => 0,
  http2_connection: () => 0,
  link_change_count: () => 0,
  high_res_timestamp: (entry) => highResolution(entry.generated),
  offloaded: () => 0,
  flow_type: () => 'NonProxyTraffic',
};

/** One line without its end; `sequence` is the log's number, from 1. */
export function trafficLine(entry: LogEntry, sequence: number): string {
  const cells = WRITTEN_FIELDS.map(({ variable }) => VALUES[variable]?.(entry, sequence) ?? '');
  return Papa.unparse([cells], { header: false });
}

/** The same behind a BSD syslog header (RFC 3164): facility user, severity informational. */
export function syslogLine(entry: LogEntry, sequence: number): string {
  const time = new Date(entry.generated.sec * 1000);
  const month = MONTHS[time.getUTCMonth()]!;
  const day = String(time.getUTCDate()).padStart(2, ' ');
  const clock = time.toISOString().slice(11, 19);
  return `<14>${month} ${day} ${clock} endreason ${trafficLine(entry, sequence)}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** `YYYY/MM/DD hh:mm:ss` of the device's clock, which is UTC here. */
function deviceTime(time: Time): string {
  return new Date(time.sec * 1000).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
}

function highResolution(time: Time): string {
  const milliseconds = String(Math.floor(time.nsec / 1_000_000)).padStart(3, '0');
  return `${new Date(time.sec * 1000).toISOString().slice(0, 19)}.${milliseconds}+00:00`;
}
