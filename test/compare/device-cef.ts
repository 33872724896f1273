/**
 * Rows as a device's own CEF template writes them (firewall-model 7.8): `start=` is the time when the log was
 * generated, and nothing says when the session began.
 */
import { type Cells, cell } from './rows.ts';

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `Jan 09 2026 16:44:00` of `2026/01/09 16:44:00`. */
function cefTime(text: string): string {
  const [, year, month, day, clock] = /^(\d+)\/(\d+)\/(\d+) (.*)$/.exec(text)!;
  return `${MONTHS[Number(month) - 1]} ${day} ${year} ${clock}`;
}

type Extension = readonly [key: string, field: string, label?: string];

const EXTENSIONS: readonly Extension[] = [
  ['deviceExternalId', 'serial'],
  ['src', 'src'],
  ['dst', 'dst'],
  ['sourceTranslatedAddress', 'natsrc'],
  ['destinationTranslatedAddress', 'natdst'],
  ['cs1', 'rule', 'Rule'],
  ['app', 'app'],
  ['cs3', 'vsys', 'Virtual System'],
  ['cs4', 'from', 'Source Zone'],
  ['cs5', 'to', 'Destination Zone'],
  ['cn1', 'sessionid', 'SessionID'],
  ['cnt', 'repeatcnt'],
  ['spt', 'sport'],
  ['dpt', 'dport'],
  ['sourceTranslatedPort', 'natsport'],
  ['destinationTranslatedPort', 'natdport'],
  ['flexString1', 'flags', 'Flags'],
  ['proto', 'proto'],
  ['act', 'action'],
  ['flexNumber1', 'bytes', 'Total bytes'],
  ['in', 'bytes_sent'],
  ['out', 'bytes_received'],
  ['cn2', 'packets', 'Packets'],
  ['PanOSPacketsReceived', 'pkts_received'],
  ['PanOSPacketsSent', 'pkts_sent'],
  ['cn3', 'elapsed', 'Elapsed time in seconds'],
  ['cs2', 'category', 'URL Category'],
  ['reason', 'session_end_reason'],
];

/** A line for each row. */
export function cefText(rows: readonly Cells[]): string {
  return rows.map((row) => `${deviceCef((field) => cell(row, field))}\n`).join('');
}

/** One line. @param textOf what a row has in a field */
export function deviceCef(textOf: (field: string) => string): string {
  const generated = cefTime(textOf('time_generated'));
  const extensions = EXTENSIONS.flatMap(([key, field, label]) => [
    ...(label === undefined ? [] : [`${key}Label=${label}`]),
    `${key}=${textOf(field).replaceAll(/[\\=]/g, '\\$&')}`,
  ]);
  return [
    `CEF:0|Palo Alto Networks|PAN-OS|10.1.0|${textOf('subtype')}|TRAFFIC|1|rt=${generated}`,
    ...extensions,
    `start=${generated}`,
  ].join(' ');
}
