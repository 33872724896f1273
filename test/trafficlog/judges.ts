/** The public log samples in ../shared/logs, and what their judges say of each line (its INDEX.md). */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LogRow } from '../../src/trafficlog/log-row.ts';
import { translatedAddress } from '../../src/trafficlog/log-row.ts';
import { parseLogTime } from '../../src/trafficlog/log-time.ts';

export const LOGS: string = join(import.meta.dirname, '..', '..', '..', 'shared', 'logs');

export const reasonToSkip: string | null = existsSync(LOGS)
  ? null
  : 'skipped: the public log samples (../shared/logs) are not here';

export const sampleNames: readonly string[] =
  reasonToSkip === null ? readdirSync(LOGS).filter((name) => /\.(log|csv)$/.test(name)) : [];

export const sampleText = (name: string): Buffer => readFileSync(join(LOGS, name));

/** The judge of a sample, or null where it has none of that kind. */
export function judge<T>(name: string, kind: 'fields' | 'upstream'): readonly T[] | null {
  const path = join(LOGS, `${name}.${kind}.json`);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as T[]) : null;
}

type Value = string | number | null;
export type Checked = readonly [field: string, expected: Value, found: Value];

/** Columns as text, by documented order. */
export type JudgedFields = Readonly<Record<string, string | number | null>> & { readonly line: number };

type Rule = readonly [column: string, field: keyof LogRow, as: (text: string) => Value];

const asText = (text: string): Value => text;
const asNumber = (text: string): Value => (text === '' ? null : Number(text));
const asTime = (text: string): Value => parseLogTime(text)?.wall ?? 'impossible';

const RULES: readonly Rule[] = [
  ['receive_time', 'receive', asTime],
  ['subtype', 'subtype', asText],
  ['generated_time', 'generated', asTime],
  ['src', 'src', asText],
  ['dst', 'dst', asText],
  ['nat_src', 'natsrc', asText],
  ['nat_dst', 'natdst', asText],
  ['rule', 'rule', asText],
  ['app', 'app', asText],
  ['vsys', 'vsys', asText],
  ['from_zone', 'from', asText],
  ['to_zone', 'to', asText],
  ['inbound_if', 'inbound', asText],
  ['outbound_if', 'outbound', asText],
  ['session_id', 'sessionId', asNumber],
  ['repeat_count', 'repeatCount', asNumber],
  ['sport', 'sport', asNumber],
  ['dport', 'dport', asNumber],
  ['nat_sport', 'natsport', asNumber],
  ['nat_dport', 'natdport', asNumber],
  ['flags', 'flags', asNumber],
  ['proto', 'proto', asText],
  ['action', 'action', asText],
  ['bytes', 'bytes', asNumber],
  ['bytes_sent', 'bytesSent', asNumber],
  ['bytes_received', 'bytesReceived', asNumber],
  ['packets', 'packets', asNumber],
  ['start_time', 'start', asTime],
  ['elapsed', 'elapsed', asNumber],
  ['pkts_sent', 'packetsSent', asNumber],
  ['pkts_received', 'packetsReceived', asNumber],
  ['session_end_reason', 'endReason', asText],
  ['action_source', 'actionSource', asText],
];

/** What a line's columns say of every field of its row. */
export function checkFields(judged: JudgedFields, row: LogRow): readonly Checked[] {
  return RULES.map(([column, field, as]) => {
    const text = judged[column];
    return [field, typeof text === 'string' ? as(text.trim()) : null, row[field] as Value];
  });
}

/** Any depth of objects, as upstream tests expect them. */
export type Expected = { readonly [key: string]: Expected | Value | readonly string[] };

type UpstreamRule = readonly [path: string, found: (row: LogRow) => Value];

const instant = (wall: number | null, row: LogRow): Value =>
  wall === null || row.utcOffset === null ? null : wall - row.utcOffset;
const isoInstant = (wall: number | null, row: LogRow): Value => {
  const at = instant(wall, row);
  return at === null ? null : new Date(Number(at) * 1000).toISOString().replace('.000', '');
};

/** Flat names: the Java library. */
const FLAT: readonly UpstreamRule[] = [
  ['threatContentType', (row) => row.subtype],
  // epoch seconds of a clock that the test takes for UTC
  ['generatedTime', (row) => row.generated],
  ['startTime', (row) => row.start],
  ['receiveTime', (row) => row.receive],
  ['sourceIp', (row) => row.src],
  ['destinationIp', (row) => row.dst],
  ['natSourceIp', (row) => row.natsrc],
  ['natDestinationIp', (row) => row.natdst],
  ['ruleName', (row) => row.rule],
  ['application', (row) => row.app],
  ['virtualSystem', (row) => row.vsys],
  ['sourceZone', (row) => row.from],
  ['destinationZone', (row) => row.to],
  ['inboundInterface', (row) => row.inbound],
  ['outboundInterface', (row) => row.outbound],
  ['sessionId', (row) => row.sessionId],
  ['repeatCount', (row) => row.repeatCount],
  ['sourcePort', (row) => row.sport],
  ['destinationPort', (row) => row.dport],
  ['natSourcePort', (row) => row.natsport],
  ['natDestinationPort', (row) => row.natdport],
  ['flags', (row) => row.flags],
  ['protocol', (row) => row.proto],
  ['action', (row) => row.action],
  ['bytes', (row) => row.bytes],
  ['bytesSent', (row) => row.bytesSent],
  ['bytesReceived', (row) => row.bytesReceived],
  ['packets', (row) => row.packets],
  ['elapsedTime', (row) => row.elapsed],
  ['packetsSent', (row) => row.packetsSent],
  ['packetsReceived', (row) => row.packetsReceived],
  ['sessionEndReason', (row) => row.endReason],
  ['actionSource', (row) => row.actionSource],
];

/** Nested names: the intake of a security product. */
const NESTED: readonly UpstreamRule[] = [
  ['@timestamp', (row) => isoInstant(row.generated, row)],
  ['event.start', (row) => isoInstant(row.start, row)],
  ['event.duration', (row) => row.elapsed],
  ['event.action', (row) => row.action],
  ['event.reason', (row) => row.endReason],
  ['action.type', (row) => row.subtype],
  ['source.ip', (row) => row.src],
  ['source.port', (row) => row.sport],
  ['source.bytes', (row) => row.bytesSent],
  ['source.packets', (row) => row.packetsSent],
  ['source.nat.ip', (row) => row.natsrc],
  ['source.nat.port', (row) => row.natsport],
  ['destination.ip', (row) => row.dst],
  ['destination.port', (row) => row.dport],
  ['destination.bytes', (row) => row.bytesReceived],
  ['destination.packets', (row) => row.packetsReceived],
  ['destination.nat.ip', (row) => row.natdst],
  ['destination.nat.port', (row) => row.natdport],
  ['network.application', (row) => row.app],
  ['network.bytes', (row) => row.bytes],
  ['network.packets', (row) => row.packets],
  ['network.transport', (row) => row.proto],
  ['observer.ingress.vlan.name', (row) => row.from],
  ['observer.egress.vlan.name', (row) => row.to],
  ['observer.ingress.interface.alias', (row) => row.from],
  ['observer.egress.interface.alias', (row) => row.to],
  ['observer.egress.interface.name', (row) => row.outbound],
  ['paloalto.session.end_reason', (row) => row.endReason],
  ['paloalto.session.id', (row) => row.sessionId],
  ['paloalto.VirtualLocation', (row) => row.vsys],
  ['rule.name', (row) => row.rule],
];

/** What an upstream test expects, for each of its keys that is a field of a row. */
export function checkUpstream(expected: Expected, row: LogRow): readonly Checked[] {
  const rules = 'sourceIp' in expected ? FLAT : NESTED;
  return rules.flatMap(([path, found]): Checked[] => {
    const value = path.split('.').reduce<unknown>((at, key) => (at as Expected | undefined)?.[key], expected);
    if (value === undefined) return [];
    const own = found(row);
    const numeric = typeof own === 'number' && typeof value === 'string' ? Number(value) : value;
    return [[path, numeric as Value, own]];
  });
}

/** Nothing is behind NAT where both say so in their own way. */
export const untranslated = (value: Value): boolean => translatedAddress(value as string | null) === null;
