/**
 * Fields of a PAN-OS TRAFFIC log in their order on the wire (firewall-model 7.1). Each release appends:
 * a line ends at the last field of its release, so a layout is told by the number of its fields.
 */

/** First release that has the field; '' for those that every known release has. Boundaries after 10.0 are inferred. */
export type Release =
  | ''
  | '6.1'
  | '7.0'
  | '7.1'
  | '8.0'
  | '8.1'
  | '9.0'
  | '9.1'
  | '10.0'
  | '10.1'
  | '11.0'
  | '11.2'
  | '12';

export interface TrafficField {
  /** variable of a custom log format; FUTURE_USE fields are numbered */
  readonly variable: string;
  /** as the documentation and the web interface head it */
  readonly title: string;
  readonly since: Release;
}

type Row = readonly [variable: string, title: string, since: Release];

// biome-ignore format: a field a line, in the order of the log
const ROWS: readonly Row[] = [
  ['future_use1', 'FUTURE_USE', ''],
  ['receive_time', 'Receive Time', ''],
  ['serial', 'Serial Number', ''],
  ['type', 'Type', ''],
  ['subtype', 'Subtype', ''],
  ['config_ver', 'Config Version', ''],
  ['time_generated', 'Generated Time', ''],
  ['src', 'Source Address', ''],
  ['dst', 'Destination Address', ''],
  ['natsrc', 'NAT Source IP', ''],
  ['natdst', 'NAT Destination IP', ''],
  ['rule', 'Rule', ''],
  ['srcuser', 'Source User', ''],
  ['dstuser', 'Destination User', ''],
  ['app', 'Application', ''],
  ['vsys', 'Virtual System', ''],
  ['from', 'Source Zone', ''],
  ['to', 'Destination Zone', ''],
  ['inbound_if', 'Inbound Interface', ''],
  ['outbound_if', 'Outbound Interface', ''],
  ['logset', 'Log Action', ''],
  ['future_use2', 'Time Logged', ''],
  ['sessionid', 'Session ID', ''],
  ['repeatcnt', 'Repeat Count', ''],
  ['sport', 'Source Port', ''],
  ['dport', 'Destination Port', ''],
  ['natsport', 'NAT Source Port', ''],
  ['natdport', 'NAT Destination Port', ''],
  ['flags', 'Flags', ''],
  ['proto', 'Protocol', ''],
  ['action', 'Action', ''],
  ['bytes', 'Bytes', ''],
  ['bytes_sent', 'Bytes Sent', ''],
  ['bytes_received', 'Bytes Received', ''],
  ['packets', 'Packets', ''],
  ['start', 'Start Time', ''],
  ['elapsed', 'Elapsed Time', ''],
  ['category', 'Category', ''],
  ['future_use3', 'FUTURE_USE', ''],
  ['seqno', 'Sequence Number', ''],
  ['actionflags', 'Action Flags', ''],
  ['srcloc', 'Source Country', ''],
  ['dstloc', 'Destination Country', ''],
  ['future_use4', 'FUTURE_USE', ''],
  ['pkts_sent', 'Packets Sent', ''],
  ['pkts_received', 'Packets Received', ''],
  ['session_end_reason', 'Session End Reason', '6.1'],
  ['dg_hier_level_1', 'DG Hierarchy Level 1', '7.0'],
  ['dg_hier_level_2', 'DG Hierarchy Level 2', '7.0'],
  ['dg_hier_level_3', 'DG Hierarchy Level 3', '7.0'],
  ['dg_hier_level_4', 'DG Hierarchy Level 4', '7.0'],
  ['vsys_name', 'Virtual System Name', '7.0'],
  ['device_name', 'Device Name', '7.0'],
  ['action_source', 'Action Source', '7.1'],
  ['src_uuid', 'Source VM UUID', '8.0'],
  ['dst_uuid', 'Destination VM UUID', '8.0'],
  ['tunnelid', 'Tunnel ID/IMSI', '8.0'],
  ['monitortag', 'Monitor Tag/IMEI', '8.0'],
  ['parent_session_id', 'Parent Session ID', '8.0'],
  ['parent_start_time', 'Parent Start Time', '8.0'],
  ['tunnel', 'Tunnel Type', '8.0'],
  ['assoc_id', 'SCTP Association ID', '8.1'],
  ['chunks', 'SCTP Chunks', '8.1'],
  ['chunks_sent', 'SCTP Chunks Sent', '8.1'],
  ['chunks_received', 'SCTP Chunks Received', '8.1'],
  ['rule_uuid', 'Rule UUID', '9.0'],
  ['http2_connection', 'HTTP/2 Connection', '9.0'],
  ['link_change_count', 'App Flap Count', '9.1'],
  ['policy_id', 'Policy ID', '9.1'],
  ['link_switches', 'Link Switches', '9.1'],
  ['sdwan_cluster', 'SD-WAN Cluster', '9.1'],
  ['sdwan_device_type', 'SD-WAN Device Type', '9.1'],
  ['sdwan_cluster_type', 'SD-WAN Cluster Type', '9.1'],
  ['sdwan_site', 'SD-WAN Site', '9.1'],
  ['dynusergroup_name', 'Dynamic User Group Name', '9.1'],
  ['xff_ip', 'XFF Address', '10.0'],
  ['src_category', 'Source Device Category', '10.0'],
  ['src_profile', 'Source Device Profile', '10.0'],
  ['src_model', 'Source Device Model', '10.0'],
  ['src_vendor', 'Source Device Vendor', '10.0'],
  ['src_osfamily', 'Source Device OS Family', '10.0'],
  ['src_osversion', 'Source Device OS Version', '10.0'],
  ['src_host', 'Source Hostname', '10.0'],
  ['src_mac', 'Source MAC Address', '10.0'],
  ['dst_category', 'Destination Device Category', '10.0'],
  ['dst_profile', 'Destination Device Profile', '10.0'],
  ['dst_model', 'Destination Device Model', '10.0'],
  ['dst_vendor', 'Destination Device Vendor', '10.0'],
  ['dst_osfamily', 'Destination Device OS Family', '10.0'],
  ['dst_osversion', 'Destination Device OS Version', '10.0'],
  ['dst_host', 'Destination Hostname', '10.0'],
  ['dst_mac', 'Destination MAC Address', '10.0'],
  ['container_id', 'Container ID', '10.0'],
  ['pod_namespace', 'POD Namespace', '10.0'],
  ['pod_name', 'POD Name', '10.0'],
  ['src_edl', 'Source External Dynamic List', '10.0'],
  ['dst_edl', 'Destination External Dynamic List', '10.0'],
  ['hostid', 'Host ID', '10.0'],
  ['serialnumber', 'User Device Serial Number', '10.0'],
  ['src_dag', 'Source Dynamic Address Group', '10.0'],
  ['dst_dag', 'Destination Dynamic Address Group', '10.0'],
  ['session_owner', 'Session Owner', '10.0'],
  ['high_res_timestamp', 'High Resolution Timestamp', '10.0'],
  ['nssai_sst', 'A Slice Service Type', '10.0'],
  ['nssai_sd', 'A Slice Differentiator', '10.0'],
  ['subcategory_of_app', 'Application Subcategory', '10.1'],
  ['category_of_app', 'Application Category', '10.1'],
  ['technology_of_app', 'Application Technology', '10.1'],
  ['risk_of_app', 'Application Risk', '10.1'],
  ['characteristic_of_app', 'Application Characteristic', '10.1'],
  ['container_of_app', 'Application Container', '10.1'],
  ['tunneled_app', 'Tunneled Application', '10.1'],
  ['is_saas_of_app', 'Application SaaS', '10.1'],
  ['sanctioned_state_of_app', 'Application Sanctioned State', '10.1'],
  ['offloaded', 'Offloaded', '10.1'],
  ['flow_type', 'Flow Type', '11.0'],
  ['cluster_name', 'Cluster Name', '11.0'],
  // of what follows only the counters' variables are known, and only the others' titles
  ['ai_traffic', 'AI Traffic', '11.2'],
  ['ai_fwd_error', 'AI Forward Error', '11.2'],
  ['k8s_cluster_id', 'K8S Cluster ID', '11.2'],
  ['tcp_rtt_c2s', 'tcp_rtt_c2s', '12'],
  ['tcp_rtt_s2c', 'tcp_rtt_s2c', '12'],
  ['total_n_ooseq_c2s', 'total_n_ooseq_c2s', '12'],
  ['total_n_ooseq_s2c', 'total_n_ooseq_s2c', '12'],
  ['tcp_retransit_cnt_c2s', 'tcp_retransit_cnt_c2s', '12'],
  ['tcp_retransit_cnt_s2c', 'tcp_retransit_cnt_s2c', '12'],
  ['tcp_zero_window_cnt_c2s', 'tcp_zero_window_cnt_c2s', '12'],
  ['tcp_zero_window_cnt_s2c', 'tcp_zero_window_cnt_s2c', '12'],
  ['src_adv_devid', 'Source Advanced Device ID', '12'],
  ['dst_adv_devid', 'Destination Advanced Device ID', '12'],
];

/** The 130 fields of PAN-OS 12; the index is the position in the line. */
export const TRAFFIC_FIELDS: readonly TrafficField[] = ROWS.map(([variable, title, since]) => ({
  variable,
  title,
  since,
}));

const AFTER_WRITTEN: ReadonlySet<Release> = new Set(['11.2', '12']);

/** The 117 fields of PAN-OS 11.1, the layout that is written. */
export const WRITTEN_FIELDS: readonly TrafficField[] = TRAFFIC_FIELDS.filter(
  ({ since }) => !AFTER_WRITTEN.has(since),
);

/** Field counts of whole lines, and the first release that writes as many. */
export const LAYOUTS: ReadonlyMap<number, Release> = new Map(
  TRAFFIC_FIELDS.flatMap(({ since }, i) =>
    TRAFFIC_FIELDS[i + 1]?.since === since ? [] : [[i + 1, since] as const],
  ),
);

/** PAN-OS 4 and 5 stop somewhere behind `elapsed`, the last field that a comparison cannot do without. */
export const FEWEST_FIELDS = 37;

/**
 * Fields that Prisma Access leaves out of its syslog lines, which otherwise have this order, ISO times
 * and no number in front (observed: one public line of 10.0).
 */
const NOT_IN_PRISMA: ReadonlySet<string> = new Set([
  'future_use1',
  'future_use2',
  'flags',
  'future_use3',
  'actionflags',
  'future_use4',
]);

/** Variables of a Prisma Access line by position. */
export const PRISMA_VARIABLES: readonly string[] = TRAFFIC_FIELDS.map(({ variable }) => variable).filter(
  (variable) => !NOT_IN_PRISMA.has(variable),
);
