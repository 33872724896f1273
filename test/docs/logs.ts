/** What can be read as a traffic log, as the tables of its page. The examples are read by a test. */
import { CEF_KEYS, CEF_LABELS } from '../../src/trafficlog/cef.ts';
import { TIME_EXAMPLES } from '../../src/trafficlog/log-time.ts';
import { FIELD_NAMES } from '../../src/trafficlog/row-fields.ts';
import { LAYOUTS, TRAFFIC_FIELDS } from '../../src/trafficlog/traffic-fields.ts';
import { markdownTable } from './markdown.ts';

export interface LogExample {
  readonly title: string;
  readonly told: string;
  readonly text: string;
  /** rows in it */
  readonly rows: number;
}

const CSV =
  '1,2018/11/30 16:09:07,012345678901,TRAFFIC,end,2049,2018/11/30 16:09:07,10.0.15.207,198.51.100.10,192.0.2.63,198.51.100.10,outbound,,,ssl,vsys1,trust,untrust,ethernet1/2,ethernet1/1,fwd,2018/11/30 16:09:07,22751,1,55113,443,16418,443,0x400053,tcp,allow,7734,1758,5976,36,2018/11/30 15:59:04,586,any,0,32091112,0x0,10.0.0.0-10.255.255.255,United States,0,16,20,tcp-fin,0,0,0,0,,fw1,from-policy,,,0,,0,,N/A,0,0,0,0';

/** One of each form. Addresses are those of documentation. */
export const LOG_EXAMPLES: readonly LogExample[] = [
  {
    title: 'Syslog',
    told: 'a number, a time, a serial number and a type in capitals, behind any header or none. Of other types the lines are counted.',
    text: `<14>Nov 30 16:09:08 fw1 ${CSV}`,
    rows: 1,
  },
  {
    title: 'Syslog of Prisma Access',
    told: "an ISO time, a serial number and a type, without a number in front. The order is the firewall's without its unused fields, the flags and the action flags.",
    text: '<14>1 2021-10-27T19:21:00.034Z stream logforwarder - panwlogs - 2021-10-27T19:20:59.000000Z,no-serial,TRAFFIC,end,10.0,2021-10-27T19:20:40.000000Z,192.0.2.12,192.0.2.18,192.0.2.112,192.0.2.118,in-out,,,web-browsing,vsys1,Zone-One,Zone-Two,tunnel.101,ethernet1/1,fwd,170172,1,42493,80,46254,80,tcp,allow,892,818,74,12,2021-10-27T19:19:08.000000Z,1,low-risk,9091497,,JP,11,1,threat',
    rows: 1,
  },
  {
    title: 'CSV with a header',
    told: 'a row of names that has the two addresses and a time. What the web interface exports, `csv-output` of the command line, or anything cut out of these: columns in any order, those of other names passed over.',
    text: [
      'Receive Time,Type,Source address,Destination address,IP Protocol,Source Port,Destination Port,Application,Session End Reason,Start Time,Elapsed Time (sec)',
      '2026/01/09 16:44:16,TRAFFIC,10.0.0.1,192.0.2.80,tcp,40000,80,web-browsing,tcp-fin,2026/01/09 16:44:00,1',
    ].join('\n'),
    rows: 1,
  },
  {
    title: '`show log traffic`',
    told: 'its first header line. With or without `show-tracker equal yes`, in either direction; a saved terminal session will do.',
    text: [
      'Time                App             From            Src Port          Source',
      'Rule                Action          To              Dst Port          Destination',
      '                    Src User        Dst User        Session Info',
      '===============================================================================',
      '2026/01/09 16:44:01 ssl             trust           54433             10.0.21.103',
      'outbound            allow           untrust         443               198.51.100.124',
      '                                                    TCP FIN',
    ].join('\n'),
    rows: 1,
  },
  {
    title: 'LEEF 1.0 and 2.0',
    told: '`LEEF:1` or `LEEF:2`, behind any header. The delimiter is what the header names, else a tab, a pipe or a space, as the attributes show.',
    text: 'LEEF:1.0|Palo Alto Networks|PAN-OS Syslog Integration|8.1.8|allow|cat=TRAFFIC|ReceiveTime=2020/09/03 09:54:59|Subtype=end|devTime=Sep 03 2020 14:54:59 GMT|src=192.0.2.1|dst=198.51.100.1|Application=incomplete|SourceZone=in|DestinationZone=out|SessionID=4711|srcPort=12345|dstPort=443|Flags=0x19|proto=tcp|totalBytes=60|dstBytes=0|srcBytes=60|StartTime=2020/09/03 09:54:53|ElapsedTime=0|dstPackets=0|srcPackets=1|SessionEndReason=aged-out',
    rows: 1,
  },
  {
    title: 'CEF',
    told: '`CEF:`, behind any header, of the firewall or of Strata Logging Service.',
    text: 'CEF:0|Palo Alto Networks|LF|2.0|TRAFFIC|end|3|rt=Jul 31 2022 12:46:24 start=Jul 31 2022 12:46:07 src=192.0.2.1 dst=198.51.100.1 cs1=out cs1Label=Rule cs4=trust cs4Label=FromZone cn1=595456 cn1Label=SessionID spt=52066 dpt=443 proto=tcp act=allow PanOSBytes=12503 out=5651 in=6852 PanOSSessionStartTime=Jul 31 2022 12:43:06 cn3=178 cn3Label=SessionDuration reason=tcp-fin',
    rows: 1,
  },
  {
    title: 'JSON',
    told: "an opening brace: one object a line, printed over many, the members of an array, or what a reply or a search wraps. Names of Strata Logging Service, of its queries, or the firewall's variables. A log shipper's object that holds the line as text is opened, too.",
    text: '{"LogType":"TRAFFIC","Subtype":"end","TimeGenerated":"2023-02-03T16:46:07.000000Z","SessionStartTime":"2023-02-03T16:46:00.000000Z","SourceAddress":"192.0.2.1","DestinationAddress":"198.51.100.1","SourcePort":59087,"DestinationPort":443,"Protocol":"tcp","SessionEndReason":"aged-out","BytesSent":74,"BytesReceived":0}',
    rows: 1,
  },
];

export function logExamples(): string {
  return LOG_EXAMPLES.map(
    ({ title, told, text }) => `### ${title}\n\nTold by ${told}\n\n\`\`\`\n${text}\n\`\`\``,
  ).join('\n\n');
}

const PRINTED: ReadonlyMap<string, string> = new Map([['', 'to 6.0']]);

export function logReleases(): string {
  const rows = [...LAYOUTS].map(([count, release]) => {
    const added = TRAFFIC_FIELDS.filter(({ since }) => since === release);
    const named = release === '' ? '' : `${added[0]!.title} to ${added.at(-1)!.title}`;
    const one = added.length === 1 ? added[0]!.title : named;
    return [PRINTED.get(release) ?? release, String(count), one];
  });
  return markdownTable(['PAN-OS', 'fields', 'added'], rows);
}

export function logFieldNames(): string {
  const rows = FIELD_NAMES.filter(
    ({ field }) => field !== 'receive_instant' && field !== 'tracker_stage',
  ).map(({ field, spellings }) => {
    const cef = [...CEF_KEYS, ...CEF_LABELS].filter(([, of]) => of === field).map(([key]) => `\`${key}\``);
    return [`\`${field}\``, spellings.map((name) => `\`${name}\``).join(', '), cef.join(', ')];
  });
  return markdownTable(['field', 'also read as', 'in CEF'], rows);
}

export function logTimes(): string {
  return TIME_EXAMPLES.map((text) => `\`${text}\``).join(', ');
}
