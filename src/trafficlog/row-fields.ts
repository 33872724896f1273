/**
 * The fields that a row is made of, and the names they go by: in the header of a CSV, as keys of LEEF and
 * JSON. Names are compared without case and without what is neither letter nor digit, so that `Serial #`,
 * `session_end_reason` and `SessionEndReason` need one spelling each. CEF has a table of its own (cef.ts).
 */
import { TRAFFIC_FIELDS } from './traffic-fields.ts';

/** What a row is made of, by variable. */
export type RowField =
  | 'receive_time'
  | 'serial'
  | 'type'
  | 'subtype'
  | 'time_generated'
  | 'src'
  | 'dst'
  | 'natsrc'
  | 'natdst'
  | 'rule'
  | 'app'
  | 'vsys'
  | 'from'
  | 'to'
  | 'inbound_if'
  | 'outbound_if'
  | 'sessionid'
  | 'repeatcnt'
  | 'sport'
  | 'dport'
  | 'natsport'
  | 'natdport'
  | 'flags'
  | 'proto'
  | 'action'
  | 'bytes'
  | 'bytes_sent'
  | 'bytes_received'
  | 'packets'
  | 'start'
  | 'elapsed'
  | 'pkts_sent'
  | 'pkts_received'
  | 'session_end_reason'
  | 'device_name'
  | 'action_source'
  | 'parent_session_id'
  | 'high_res_timestamp'
  | 'tcp_rtt_c2s'
  | 'tcp_rtt_s2c'
  | 'total_n_ooseq_c2s'
  | 'total_n_ooseq_s2c'
  | 'tcp_retransit_cnt_c2s'
  | 'tcp_retransit_cnt_s2c'
  | 'tcp_zero_window_cnt_c2s'
  | 'tcp_zero_window_cnt_s2c'
  | 'receive_instant'
  | 'tracker_stage';

/** Other names than the variable and its title. */
const SPELLINGS: Readonly<Record<RowField, readonly string[]>> = {
  receive_time: ['Time Received', 'log_time'],
  serial: ['device_sn'],
  type: ['Log Type', 'log_type.value', 'cat'],
  subtype: ['Threat/Content Type', 'sub_type.value', 'log_subtype'],
  time_generated: ['Generate Time', 'Time Generated', 'GenerateTime'],
  src: ['Source IP', 'Source', 'source_ip.value'],
  dst: ['Destination IP', 'Destination', 'dest_ip.value'],
  natsrc: ['NAT Source', 'srcPostNAT', 'nat_source.value'],
  natdst: ['NAT Destination', 'NAT Dest IP', 'dstPostNAT', 'nat_dest.value'],
  rule: ['Rule Name', 'Security Rule', 'rule_matched'],
  app: ['Application Name'],
  vsys: ['VirtualLocation'],
  from: ['From Zone', 'Src Zone'],
  to: ['To Zone', 'Dst Zone'],
  inbound_if: ['Ingress Interface', 'Ingress I/F', 'inbound_if.value'],
  outbound_if: ['Egress Interface', 'Egress I/F', 'outbound_if.value'],
  sessionid: [],
  repeatcnt: ['count_of_repeats'],
  sport: ['srcPort', 'From Port'],
  dport: ['dstPort', 'dest_port', 'To Port'],
  natsport: ['srcPostNATPort', 'nat_source_port'],
  natdport: ['dstPostNATPort', 'nat_dest_port', 'NAT Dest Port'],
  flags: [],
  proto: ['IP Protocol', 'protocol.value'],
  action: ['action.value'],
  bytes: ['totalBytes', 'bytes_total'],
  bytes_sent: ['srcBytes'],
  bytes_received: ['dstBytes'],
  packets: ['totalPackets', 'PacketsTotal'],
  start: ['Session Start Time'],
  elapsed: ['Elapsed Time (sec)', 'Session Duration', 'total_time_elapsed'],
  pkts_sent: ['srcPackets'],
  pkts_received: ['dstPackets'],
  session_end_reason: ['session_end_reason.value'],
  device_name: [],
  action_source: ['action_source.value'],
  parent_session_id: [],
  high_res_timestamp: ['High Res Timestamp', 'TimeGeneratedHighResolution', 'time_generated_high_res'],
  tcp_rtt_c2s: [],
  tcp_rtt_s2c: [],
  total_n_ooseq_c2s: [],
  total_n_ooseq_s2c: [],
  tcp_retransit_cnt_c2s: [],
  tcp_retransit_cnt_s2c: [],
  tcp_zero_window_cnt_c2s: [],
  tcp_zero_window_cnt_s2c: [],
  // no field of the firewall: the receive time with its zone (LEEF's devTime)
  receive_instant: [],
  // no field of the firewall either: the stage as the command line prints it
  tracker_stage: [],
};

export const ROW_FIELDS: readonly RowField[] = Object.keys(SPELLINGS) as RowField[];

/** Where each field of a row stands in the cells of a line; one that is not there is at or behind their end. */
export type Columns = Readonly<Record<RowField, number>>;

const NOWHERE = 1_000_000;

/** Columns of cells that are named; the first of several with the same name counts. */
export function columnsOf(fields: readonly (string | null)[]): Columns {
  const columns = Object.fromEntries(ROW_FIELDS.map((field) => [field, NOWHERE])) as Record<RowField, number>;
  fields.forEach((field, i) => {
    if (field !== null && columns[field as RowField] === NOWHERE) columns[field as RowField] = i;
  });
  return columns;
}

/** Cells of a line whose fields are named one by one, in the order of ROW_FIELDS. */
export const NAMED_COLUMNS: Columns = columnsOf(ROW_FIELDS);

/** Case and punctuation of a name do not count. */
export const bareName = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

const TITLES: ReadonlyMap<string, string> = new Map(
  TRAFFIC_FIELDS.map(({ variable, title }) => [variable, title]),
);

/** A field with its title and all other spellings that are read as it. */
export interface FieldNames {
  readonly field: RowField;
  readonly spellings: readonly string[];
}

export const FIELD_NAMES: readonly FieldNames[] = ROW_FIELDS.map((field) => {
  const title = TITLES.get(field);
  const named = title === undefined || title === field ? [] : [title];
  return { field, spellings: [...named, ...SPELLINGS[field]] };
});

const FIELD_BY_NAME: ReadonlyMap<string, RowField> = new Map(
  FIELD_NAMES.flatMap(({ field, spellings }) =>
    [field, ...spellings].map((name) => [bareName(name), field] as const),
  ),
);

/** Keys of a JSON log come again with every line. */
const known = new Map<string, RowField | null>();
const KNOWN_NAMES = 4096;

/** The field of a row that a column or key is, or null for one that is of no use here. */
export function fieldNamed(name: string): RowField | null {
  let field = known.get(name);
  if (field === undefined) {
    field = FIELD_BY_NAME.get(bareName(name)) ?? null;
    if (known.size < KNOWN_NAMES) known.set(name, field);
  }
  return field;
}
