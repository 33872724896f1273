/** CEF of the firewall's custom log format and of Strata Logging Service (firewall-model 7.8). */
import { NamedCells, type NamedLine, splitBySpaces } from './named-line.ts';
import { bareName, fieldNamed, type RowField } from './row-fields.ts';

const START = /CEF:\d+\|/;
/** vendor, product, version, event class, name, severity */
const HEADER_FIELDS = 6;

type Row = readonly [key: string, field: RowField];

/** Keys of CEF that are not names of fields by themselves. */
export const CEF_KEYS: readonly Row[] = [
  ['rt', 'receive_time'],
  ['deviceExternalId', 'serial'],
  ['dvchost', 'device_name'],
  // not the session's: both forms put the time when the log was generated there
  ['start', 'time_generated'],
  ['PanOSSessionStartTime', 'start'],
  ['PanOSStartTime', 'start'],
  ['sourceTranslatedAddress', 'natsrc'],
  ['destinationTranslatedAddress', 'natdst'],
  ['deviceInboundInterface', 'inbound_if'],
  ['deviceOutboundInterface', 'outbound_if'],
  ['cnt', 'repeatcnt'],
  ['spt', 'sport'],
  ['dpt', 'dport'],
  ['sourceTranslatedPort', 'natsport'],
  ['destinationTranslatedPort', 'natdport'],
  ['act', 'action'],
  // of a device: seen from the firewall, what comes in is what the client sent
  ['in', 'bytes_sent'],
  ['out', 'bytes_received'],
  ['reason', 'session_end_reason'],
  ['cat', 'action_source'],
  ['PanTimeHighRes', 'high_res_timestamp'],
];

/** Labels of cs1..cs6, cn1..cn3, flexString1 and flexNumber1 that are no names of columns. */
export const CEF_LABELS: readonly Row[] = [
  ['Packets', 'packets'],
  ['Total bytes', 'bytes'],
  ['Elapsed time in seconds', 'elapsed'],
];

const BY_KEY: ReadonlyMap<string, RowField> = new Map(CEF_KEYS);
const BY_LABEL: ReadonlyMap<string, RowField> = new Map(
  CEF_LABELS.map(([label, field]) => [bareName(label), field]),
);
/** Strata Logging Service has them the other way round than the template of a device (firewall-model 7.8, P23). */
const OF_THE_CLOUD: ReadonlyMap<string, RowField> = new Map([
  ['in', 'bytes_received'],
  ['out', 'bytes_sent'],
]);
const LABELLED = /^(c[sn]\d|flexString\d|flexNumber\d)$/;

/** Null where a line holds no CEF. */
export function parseCef(line: string): NamedLine | null {
  const start = START.exec(line);
  if (start === null) return null;
  const parts = line.slice(start.index + start[0].length).split(/(?<!\\)\|/);
  if (parts.length <= HEADER_FIELDS) return null;
  const [, product, , eventClass, name] = parts as [string, string, string, string, string];
  const pairs = new Map(splitBySpaces(parts.slice(HEADER_FIELDS).join('|')));
  // the cloud's times are UTC, and some of its profiles say so
  const cloud = product === 'LF';
  const zone = cloud || pairs.get('dtz') === 'UTC' ? ' UTC' : '';
  const cells = new NamedCells();
  for (const [key, value] of pairs) {
    const field = (cloud ? OF_THE_CLOUD.get(key) : undefined) ?? fieldOf(key, pairs);
    if (field !== null) cells.set(field, zoned(value, zone));
  }
  // the cloud writes type and subtype in this order, the firewall's template in the other
  const typeFirst = /^[A-Z][A-Z0-9_-]*$/.test(eventClass);
  cells.set('subtype', typeFirst ? name : eventClass);
  return cells.line(typeFirst ? eventClass : name);
}

function fieldOf(key: string, pairs: ReadonlyMap<string, string>): RowField | null {
  if (LABELLED.test(key)) {
    const label = pairs.get(`${key}Label`) ?? '';
    return BY_LABEL.get(bareName(label)) ?? fieldNamed(label);
  }
  return BY_KEY.get(key) ?? fieldNamed(key.replace(/^PanOS/, ''));
}

/** `Jul 31 2022 12:46:24`, which names no zone itself. */
function zoned(value: string, zone: string): string {
  return zone !== '' && /^[A-Z][a-z]{2} +\d\d? \d{4} [\d:.]+$/.test(value) ? `${value}${zone}` : value;
}
