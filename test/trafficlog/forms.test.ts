/** A row a case for each envelope and each format that a traffic log comes in (firewall-model 7). */
import { describe, expect, test } from 'vitest';
import type { LogRow } from '../../src/trafficlog/log-row.ts';
import { TRAFFIC_FIELDS } from '../../src/trafficlog/traffic-fields.ts';
import { readLog, readRow } from './reading.ts';

/** Seconds of a device's clock. */
const wall = (text: string): number => Date.parse(`${text.replaceAll('/', '-').replace(' ', 'T')}Z`) / 1000;

/** firewall-model 7.1, the sample of 8.1 */
const LINE_81 =
  '1,2018/11/30 16:09:07,012345678901,TRAFFIC,end,2049,2018/11/30 16:09:07,10.0.15.207,198.51.100.10,192.0.2.63,198.51.100.10,outbound,,,ssl,vsys1,trust,untrust,ethernet1/2,ethernet1/1,fwd,2018/11/30 16:09:07,22751,1,55113,443,16418,443,0x400053,tcp,allow,7734,1758,5976,36,2018/11/30 15:59:04,586,any,0,32091112,0x0,10.0.0.0-10.255.255.255,United States,0,16,20,tcp-fin,0,0,0,0,,fw1,from-policy,,,0,,0,,N/A,0,0,0,0';

const ROW_81: Partial<LogRow> = {
  file: 0,
  line: 1,
  subtype: 'end',
  receive: wall('2018/11/30 16:09:07'),
  generated: wall('2018/11/30 16:09:07'),
  start: wall('2018/11/30 15:59:04'),
  utcOffset: null,
  highResolution: null,
  elapsed: 586,
  src: '10.0.15.207',
  dst: '198.51.100.10',
  sport: 55113,
  dport: 443,
  natsrc: '192.0.2.63',
  natdst: '198.51.100.10',
  natsport: 16418,
  natdport: 443,
  proto: 'tcp',
  app: 'ssl',
  rule: 'outbound',
  action: 'allow',
  actionSource: 'from-policy',
  from: 'trust',
  to: 'untrust',
  inbound: 'ethernet1/2',
  outbound: 'ethernet1/1',
  vsys: 'vsys1',
  sessionId: 22751,
  repeatCount: 1,
  flags: 0x400053,
  trackerStage: null,
  bytes: 7734,
  bytesSent: 1758,
  bytesReceived: 5976,
  packets: 36,
  packetsSent: 16,
  packetsReceived: 20,
  endReason: 'tcp-fin',
  parentSessionId: 0,
  tcp: null,
};

describe('envelopes of a syslog line', () => {
  test.each([
    ['none', LINE_81],
    ['BSD with priority', `<14>Nov 30 16:09:08 fw1 ${LINE_81}`],
    ['BSD, a space behind the priority', `<12> Jul 14 11:22:29 fw.example.com ${LINE_81}`],
    ['BSD, two spaces before the day', `<14>Nov  3 07:01:51 fw1 ${LINE_81}`],
    ['BSD without priority', `Nov 30 16:09:08 fw1 ${LINE_81}`],
    ['BSD without a host', `Oct 30 09:46:12 ${LINE_81}`],
    ['BSD with the year', `<14>Nov 30 2018 16:09:08 fw1 : ${LINE_81}`],
    ['priority alone', `<190>${LINE_81}`],
    ['IETF (RFC 5424)', `<14>1 2018-11-30T16:09:08-05:00 Panorama--2 - - - - ${LINE_81}`],
    ['IETF with two spaces', `<14>1 2025-07-14T09:50:36-04:00 the-hostname - - - -  ${LINE_81}`],
    ['IETF with structured data', `<14>1 2018-11-30T16:09:08Z fw1 pan 1 - [meta a="1,2"] ${LINE_81}`],
    ['a BSD time behind an IETF version', `<111>1 Nov 30 16:09:08 fw1 ${LINE_81}`],
    ['a length in front (RFC 6587)', `512 <14>1 2018-11-30T16:09:08Z fw1 - - - - ${LINE_81}`],
    ['a relay', `Feb 24 22:09:26 10.5.172.40 Feb 24 22:06:07 BD-Panorama ${LINE_81}`],
    ['two relays', `<13>Feb 24 22:09:26 r2 <13>Feb 24 22:09:25 r1 <14>Feb 24 22:06:07 fw1 ${LINE_81}`],
    ['a relay that tags', `2018-11-30T16:09:08.123+01:00 relay pan[4711]: ${LINE_81}`],
    ['0 in front', `0${LINE_81.slice(1)}`],
    ['nothing in front', LINE_81.slice(1)],
    ['nothing in front, behind a header', `<14>Nov 30 16:09:08 fw1 ${LINE_81.slice(1)}`],
    [
      'every field quoted',
      LINE_81.split(',')
        .map((cell) => `"${cell}"`)
        .join(','),
    ],
    [
      'a shipper: JSON around it',
      JSON.stringify({ host: 'fw1', type: 'syslog', message: `<14>Nov 30 16:09:08 fw1 ${LINE_81}` }),
    ],
    ['a shipper that nests it', JSON.stringify({ event: { original: LINE_81 } })],
  ])('%s', async (_name, line) => {
    expect(await readRow(line)).toEqual(ROW_81);
  });
});

/** A line with as many fields as a release has, each holding a value of its own where it may. */
function lineOf(count: number, changes: Readonly<Record<string, string>> = {}): string {
  const cells = LINE_81.split(',');
  const values: Record<string, string> = {
    high_res_timestamp: '2018-11-30T16:09:07.250+01:00',
    tcp_rtt_c2s: '120',
    tcp_rtt_s2c: '80',
    total_n_ooseq_c2s: '1',
    total_n_ooseq_s2c: '2',
    tcp_retransit_cnt_c2s: '3',
    tcp_retransit_cnt_s2c: '4',
    tcp_zero_window_cnt_c2s: '5',
    tcp_zero_window_cnt_s2c: '6',
    ...changes,
  };
  return Array.from({ length: count }, (_, i) => {
    const variable = TRAFFIC_FIELDS[i]?.variable ?? '';
    return values[variable] ?? cells[i] ?? '';
  }).join(',');
}

describe('releases are told by the number of fields', () => {
  const upTo46 = { ...ROW_81, endReason: null, actionSource: null, parentSessionId: null };
  const withStamp = {
    ...ROW_81,
    utcOffset: 3600,
    highResolution: wall('2018/11/30 15:09:07') + 0.25,
  };
  const tcp = {
    roundTrip: [120, 80],
    outOfOrder: [1, 2],
    retransmissions: [3, 4],
    zeroWindows: [5, 6],
  };
  test.each<[string, number, object]>([
    ['5: no packets by direction', 43, { ...upTo46, packetsSent: null, packetsReceived: null }],
    ['6.0', 46, upTo46],
    ['6.1', 47, { ...upTo46, endReason: 'tcp-fin' }],
    ['7.0', 53, { ...upTo46, endReason: 'tcp-fin' }],
    ['7.1', 54, { ...ROW_81, parentSessionId: null }],
    ['8.0', 61, ROW_81],
    ['8.1', 65, ROW_81],
    ['9.0', 67, ROW_81],
    ['9.1', 75, ROW_81],
    ['10.0', 105, withStamp],
    ['10.1', 115, withStamp],
    ['11.0', 117, withStamp],
    ['11.2', 120, withStamp],
    ['12', 130, { ...withStamp, tcp }],
    ['a later one', 141, { ...withStamp, tcp }],
  ])('%s', async (_name, count, row) => {
    expect(await readRow(lineOf(count))).toEqual(row);
  });

  test('the last field of a line that is cut is left out', async () => {
    const cut = LINE_81.slice(0, LINE_81.indexOf(',from-policy') + 12)
      .split(',')
      .slice(0, 52)
      .join(',');
    expect(await readRow(`${cut.slice(0, -1)}`)).toMatchObject({ endReason: 'tcp-fin', actionSource: null });
    const inReason = LINE_81.split(',').slice(0, 49).join(',');
    expect(await readRow(inReason)).toMatchObject({ endReason: 'tcp-fin', parentSessionId: null });
  });
});

describe('fields', () => {
  test.each<[string, Readonly<Record<string, string>>, object]>([
    ['4.2 tracker: aged out', { flags: '0x19' }, { flags: 0x19, trackerStage: 'Aged out' }],
    ['4.2 tracker: client', { flags: '0x40001a' }, { trackerStage: 'TCP RST - client' }],
    ['4.2 tracker: server', { flags: '0x1b' }, { trackerStage: 'TCP RST - server' }],
    ['4.2 tracker: FIN', { flags: '0x8040001c' }, { flags: 0x8040001c, trackerStage: 'TCP FIN' }],
    ['4.2 tracker: none', { flags: '0x400000' }, { trackerStage: null }],
    ['7.2 a protocol by number', { proto: '58' }, { proto: 'ipv6-icmp' }],
    ['7.2 a protocol in capitals', { proto: 'TCP' }, { proto: 'tcp' }],
    ['7.2 another name of ICMPv6', { proto: 'icmp6' }, { proto: 'ipv6-icmp' }],
    ['7.2 no name for it', { proto: '253' }, { proto: '253' }],
    ['6 drop ICMP of the web interface', { action: 'drop ICMP' }, { action: 'drop-icmp' }],
    ['4 n-a of the cloud', { session_end_reason: 'n-a' }, { endReason: 'n/a' }],
    ['IPv6 in another spelling', { src: '2001:DB8:0:0::1' }, { src: '2001:db8::1' }],
    ['quotes doubled', { rule: '"allow ""all"", out"' }, { rule: 'allow "all", out' }],
    ['quotes escaped', { rule: '"allow \\"all\\", out"' }, { rule: 'allow "all", out' }],
    ['a backslash before the last quote', { rule: '"CORP\\"' }, { rule: 'CORP\\' }],
    ['a backslash', { rule: 'CORP\\rule' }, { rule: 'CORP\\rule' }],
    ['a comma', { rule: '"a,b"' }, { rule: 'a,b' }],
    ['empty is not absent', { rule: '', natsrc: '' }, { rule: '', natsrc: '' }],
    ['an empty number', { natsport: '' }, { natsport: null }],
    ['letters of any script', { rule: 'Außen → 内' }, { rule: 'Außen → 内' }],
    ['more than 32 bits', { bytes: '9007199254740991' }, { bytes: 9007199254740991 }],
    [
      '7.2 junk behind the time stamp',
      { high_res_timestamp: '2018-11-30T16:09:07.250+01:00x1' },
      { utcOffset: 3600 },
    ],
    [
      'a time stamp in UTC beside local times',
      { high_res_timestamp: '2018-11-30T21:09:07.250Z' },
      { utcOffset: -18000 },
    ],
    [
      'a time stamp of another moment',
      { high_res_timestamp: '2018-11-30T16:01:07.250+01:00' },
      { utcOffset: null },
    ],
    ['two digits of the year', { start: '11/30/18 15:59' }, { start: wall('2018/11/30 15:59:00') }],
    ['milliseconds', { start: '2018/11/30 15:59:04.5' }, { start: wall('2018/11/30 15:59:04') + 0.5 }],
    [
      'an ISO time with its offset',
      { start: '2018-11-30T15:59:04+01:00' },
      { start: wall('2018/11/30 15:59:04'), utcOffset: 3600 },
    ],
  ])('%s', async (_name, changes, expected) => {
    expect(await readRow(lineOf(117, changes))).toMatchObject(expected);
  });
});

describe('Prisma Access', () => {
  test('7.1 ISO times, no number in front, no flags', async () => {
    const line =
      '<14>1 2021-10-27T19:21:00.034Z stream-x logforwarder - panwlogs - 2021-10-27T19:20:59.000000Z,no-serial,TRAFFIC,end,10.0,2021-10-27T19:20:40.000000Z,192.0.2.12,192.0.2.18,192.0.2.112,192.0.2.118,IN-OUT,,,web-browsing,vsys1,Zone-One,Zone-Two,tunnel.101,ethernet1/1,Send,170172,1,42493,80,46254,80,tcp,allow,892,818,74,12,2021-10-27T19:19:08.000000Z,1,low-risk,9091497,10.0.0.0-10.255.255.255,JP,11,1,threat,28,31,0,0,,Device,from-policy,,,0,,7,1970-01-01T00:00:00.000000Z,N/A,0,0,0,0,89092ab0,0,0,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,2021-10-27T19:20:41.652000Z,,';
    expect(await readRow(line)).toMatchObject({
      subtype: 'end',
      receive: wall('2021/10/27 19:20:59'),
      generated: wall('2021/10/27 19:20:40'),
      start: wall('2021/10/27 19:19:08'),
      utcOffset: 0,
      highResolution: wall('2021/10/27 19:20:41') + 0.652,
      sport: 42493,
      dport: 80,
      natsport: 46254,
      flags: null,
      trackerStage: null,
      proto: 'tcp',
      bytes: 892,
      elapsed: 1,
      packetsSent: 11,
      packetsReceived: 1,
      endReason: 'threat',
      actionSource: 'from-policy',
      parentSessionId: 7,
    });
  });
});

describe('LEEF', () => {
  const device =
    'LEEF:1.0|Palo Alto Networks|PAN-OS Syslog Integration|8.1.8|allow|cat=TRAFFIC|ReceiveTime=2020/09/03 09:54:59|SerialNumber=012345678912|Type=TRAFFIC|Subtype=end|devTime=Sep 03 2020 14:54:59 GMT|src=192.0.2.1|dst=198.51.100.1|srcPostNAT=0.0.0.0|dstPostNAT=0.0.0.0|RuleName=Log to all|usrName=|SourceUser=|DestinationUser=|Application=incomplete|VirtualSystem=vsys1|SourceZone=in|DestinationZone=out|IngressInterface=ae1|EgressInterface=ae2|LogForwardingProfile=Log to Panorama|SessionID=4711|RepeatCount=1|srcPort=12345|dstPort=443|srcPostNATPort=0|dstPostNATPort=0|Flags=0x19|proto=tcp|action=allow|totalBytes=60|dstBytes=0|srcBytes=60|totalPackets=1|StartTime=2020/09/03 09:54:53|ElapsedTime=0|URLCategory=any|sequence=6694316277998249989|ActionFlags=0x8000000000000000|SourceLocation=United States|DestinationLocation=United States|dstPackets=0|srcPackets=1|SessionEndReason=aged-out|DeviceName=host|ActionSource=from-policy|ParentSessionID=0';
  const expected: Partial<LogRow> = {
    subtype: 'end',
    receive: wall('2020/09/03 09:54:59'),
    generated: null,
    start: wall('2020/09/03 09:54:53'),
    // devTime is GMT: the device's clock is five hours behind
    utcOffset: -18000,
    elapsed: 0,
    src: '192.0.2.1',
    dst: '198.51.100.1',
    natsrc: '0.0.0.0',
    sport: 12345,
    dport: 443,
    natsport: 0,
    proto: 'tcp',
    app: 'incomplete',
    rule: 'Log to all',
    action: 'allow',
    actionSource: 'from-policy',
    from: 'in',
    to: 'out',
    inbound: 'ae1',
    outbound: 'ae2',
    vsys: 'vsys1',
    sessionId: 4711,
    repeatCount: 1,
    trackerStage: 'Aged out',
    bytes: 60,
    bytesSent: 60,
    bytesReceived: 0,
    packets: 1,
    packetsSent: 1,
    packetsReceived: 0,
    endReason: 'aged-out',
    parentSessionId: 0,
  };
  const two = (delimiter: string, named: string): string =>
    device
      .replace('LEEF:1.0', 'LEEF:2.0')
      .replace('|allow|', `|allow|${named}|`)
      .replace(/(?<=\|cat=.*)\|/g, () => delimiter);
  test.each([
    ['1.0 of the device, pipes', device],
    ['1.0 behind a BSD header', `<14>Sep  3 09:55:00 fw1 ${device}`],
    ['1.0, tabs', device.replace(/(?<=\|cat=.*)\|/g, () => '\t')],
    ['1.0, blanks around keys and values', device.replaceAll('RuleName=', 'RuleName =')],
    ['2.0, its own delimiter', two('^', '^')],
    ['2.0, the delimiter in hex', two('|', 'x7C')],
    ['2.0, the delimiter in hex with 0x', two('\t', '0x09')],
    ['2.0, no delimiter named: a tab', two('\t', '')],
    ['2.0, spaces', two(' ', ' ')],
  ])('%s', async (_name, line) => {
    expect(await readRow(line)).toMatchObject(expected);
  });

  test('2.0 of Strata Logging Service', async () => {
    const line =
      'Sep 21 01:47:21 gke 2557 <14>1 2021-09-21T01:47:21.059Z stream logforwarder - panwlogs - LEEF:2.0|Palo Alto Networks|Next Generation Firewall|10.1|drop-reset| |TimeReceived=2021-09-21T01:47:20.000000Z DeviceSN=1 cat=traffic SubType=end ConfigVersion=10.1 devTime=2021-09-21T01:47:18.000000Z src=192.0.2.1 dst=198.51.100.1 srcPostNAT=203.0.113.1 dstPostNAT=198.51.100.1 Rule=deny attackers usrName=a\\b Application=kik VirtualLocation=vsys1 FromZone=ethernet4Zone-test1 ToZone=dmz InboundInterface=ethernet1/1 OutboundInterface=ethernet1/2 LogSetting=rs-logging SessionID=378400 RepeatCount=1 srcPort=30217 dstPort=19224 srcPostNATPort=30495 dstPostNATPort=26496 proto=tcp Bytes=1662791 srcBytes=1011460 dstBytes=651331 totalPackets=1296 SessionStartTime=2021-09-21T01:46:47.000000Z SessionDuration=21 URLCategory=travel SequenceNo=7003061085139304175 SourceLocation=CN DestinationLocation=AU srcPackets=773 dstPackets=523 SessionEndReason=unknown VirtualSystemName= DeviceName=x ActionSource=unknown IMSI=1625217256995207 IMEI= ParentSessionID=0 TimeGeneratedHighResolution=2021-09-21T01:47:18.524000Z';
    expect(await readRow(line)).toMatchObject({
      receive: wall('2021/09/21 01:47:20'),
      generated: wall('2021/09/21 01:47:18'),
      start: wall('2021/09/21 01:46:47'),
      utcOffset: 0,
      highResolution: wall('2021/09/21 01:47:18') + 0.524,
      elapsed: 21,
      rule: 'deny attackers',
      action: 'drop-reset',
      from: 'ethernet4Zone-test1',
      outbound: 'ethernet1/2',
      natsport: 30495,
      bytes: 1662791,
      bytesSent: 1011460,
      packetsReceived: 523,
      endReason: 'unknown',
      flags: null,
    });
  });

  test('of another log type is counted', async () => {
    const { file, rows } = await readLog(`${device}\n${device.replaceAll('TRAFFIC', 'THREAT')}\n`);
    expect([rows.length, ...file.otherTypes]).toEqual([1, ['THREAT', 1]]);
  });
});

describe('CEF', () => {
  const device =
    'CEF:0|Palo Alto Networks|PAN-OS|10.2.0|end|TRAFFIC|1|rt=Jul 31 2022 12:46:24 GMT deviceExternalId=1 src=192.0.2.1 dst=198.51.100.1 sourceTranslatedAddress=203.0.113.1 destinationTranslatedAddress=198.51.100.1 cs1Label=Rule cs1=Out \\= all suser= duser= app=ssl cs3Label=Virtual System cs3=vsys2 cs4Label=Source Zone cs4=trust cs5Label=Destination Zone cs5=untrust deviceInboundInterface=ethernet1/2 deviceOutboundInterface=ethernet1/1 cs6Label=LogProfile cs6=default cn1Label=SessionID cn1=4711 cnt=1 spt=51000 dpt=443 sourceTranslatedPort=1025 destinationTranslatedPort=443 flexString1Label=Flags flexString1=0x40001c proto=tcp act=allow flexNumber1Label=Total bytes flexNumber1=300 in=100 out=200 cn2Label=Packets cn2=7 PanOSPacketsReceived=3 PanOSPacketsSent=4 start=Jul 31 2022 12:46:23 GMT cn3Label=Elapsed time in seconds cn3=9 cs2Label=URL Category cs2=any externalId=1 reason=tcp-fin PanOSDGl1=0 PanOSVsysName= dvchost=fw1 cat=from-policy PanOSActionFlags=0x0 PanOSParentSessionID=5 PanOSParentStartTime= PanOSTunnelType=N/A';
  test('of the device', async () => {
    expect(await readRow(`<14>Jul 31 12:46:25 fw1 ${device}`)).toMatchObject({
      subtype: 'end',
      receive: wall('2022/07/31 12:46:24'),
      generated: wall('2022/07/31 12:46:23'),
      // the vendor's template has no start of the session
      start: null,
      utcOffset: 0,
      elapsed: 9,
      rule: 'Out = all',
      vsys: 'vsys2',
      from: 'trust',
      to: 'untrust',
      inbound: 'ethernet1/2',
      outbound: 'ethernet1/1',
      sessionId: 4711,
      repeatCount: 1,
      sport: 51000,
      natsport: 1025,
      trackerStage: 'TCP FIN',
      bytes: 300,
      bytesSent: 100,
      bytesReceived: 200,
      packets: 7,
      packetsSent: 4,
      packetsReceived: 3,
      endReason: 'tcp-fin',
      actionSource: 'from-policy',
      parentSessionId: 5,
    });
  });

  test('times without a zone stay open', async () => {
    expect((await readRow(device.replaceAll(' GMT', ''))).utcOffset).toBeNull();
  });

  test('of Strata Logging Service: UTC, type before subtype', async () => {
    const line =
      'CEF:0|Palo Alto Networks|LF|2.0|TRAFFIC|start|3|rt=Jul 31 2022 12:46:24 start=Jul 31 2022 12:46:07 src=192.0.2.1 dst=198.51.100.1 cs4=Trust cs4Label=FromZone PanOSSessionStartTime=Jul 31 2022 12:43:06 cn3=178 cn3Label=SessionDuration cn2=24 cn2Label=PacketsTotal PanOSBytes=9';
    expect(await readRow(line)).toMatchObject({
      subtype: 'start',
      utcOffset: 0,
      start: wall('2022/07/31 12:43:06'),
      from: 'Trust',
      elapsed: 178,
      packets: 24,
      bytes: 9,
      to: null,
    });
  });
});

describe('JSON', () => {
  const cloud = {
    LogType: 'TRAFFIC',
    Subtype: 'end',
    TimeReceived: '2023-02-03T16:46:14.000000Z',
    TimeGenerated: '2023-02-03T16:46:07.000000Z',
    SessionStartTime: '2023-02-03T16:46:00.000000Z',
    SessionDuration: 0,
    SourceAddress: '192.0.2.1',
    DestinationAddress: '198.51.100.1',
    NATSource: '',
    SourcePort: 59087,
    DestinationPort: 443,
    Protocol: 'tcp',
    Application: 'incomplete',
    Action: 'allow',
    Rule: 'r',
    FromZone: 'a',
    ToZone: 'b',
    VirtualLocation: 'vsys1',
    SessionID: 17635,
    RepeatCount: 1,
    BytesSent: 74,
    BytesReceived: 0,
    Bytes: 74,
    PacketsSent: 1,
    PacketsReceived: 0,
    PacketsTotal: 1,
    SessionEndReason: 'aged-out',
    ParentSessionID: null,
  };
  const queried = {
    log_type: { value: 'traffic' },
    'sub_type.value': 'end',
    log_time: 1675442774000000,
    time_generated: 1675442767000000,
    session_start_time: 1675442760000000,
    total_time_elapsed: 0,
    source_ip: { value: '192.0.2.1' },
    'dest_ip.value': '198.51.100.1',
    nat_source: { value: '' },
    source_port: 59087,
    dest_port: 443,
    protocol: { value: 'tcp' },
    app: 'incomplete',
    action: { value: 'allow' },
    rule_matched: 'r',
    from_zone: 'a',
    to_zone: 'b',
    vsys: 'vsys1',
    session_id: 17635,
    count_of_repeats: 1,
    bytes_sent: 74,
    bytes_received: 0,
    bytes_total: 74,
    packets_sent: 1,
    packets_received: 0,
    packets_total: 1,
    'session_end_reason.value': 'aged-out',
    parent_session_id: null,
  };
  const variables = {
    type: 'TRAFFIC',
    subtype: 'end',
    receive_time: '2023/02/03 16:46:14',
    time_generated: '2023/02/03 16:46:07',
    start: '2023/02/03 16:46:00',
    high_res_timestamp: '2023-02-03T16:46:07.000Z',
    elapsed: '0',
    src: '192.0.2.1',
    dst: '198.51.100.1',
    natsrc: '',
    sport: '59087',
    dport: '443',
    proto: 'tcp',
    app: 'incomplete',
    action: 'allow',
    rule: 'r',
    from: 'a',
    to: 'b',
    vsys: 'vsys1',
    sessionid: '17635',
    repeatcnt: '1',
    bytes_sent: '74',
    bytes_received: '0',
    bytes: '74',
    pkts_sent: '1',
    pkts_received: '0',
    packets: '1',
    session_end_reason: 'aged-out',
    parent_session_id: '',
  };
  const expected: Partial<LogRow> = {
    subtype: 'end',
    receive: wall('2023/02/03 16:46:14'),
    generated: wall('2023/02/03 16:46:07'),
    start: wall('2023/02/03 16:46:00'),
    utcOffset: 0,
    elapsed: 0,
    src: '192.0.2.1',
    dst: '198.51.100.1',
    natsrc: '',
    natdst: null,
    sport: 59087,
    dport: 443,
    proto: 'tcp',
    app: 'incomplete',
    action: 'allow',
    actionSource: null,
    rule: 'r',
    from: 'a',
    to: 'b',
    vsys: 'vsys1',
    sessionId: 17635,
    repeatCount: 1,
    bytes: 74,
    bytesSent: 74,
    bytesReceived: 0,
    packets: 1,
    packetsSent: 1,
    packetsReceived: 0,
    endReason: 'aged-out',
    parentSessionId: null,
  };
  test.each([
    ['names of Strata Logging Service', JSON.stringify(cloud)],
    ['names of its queries', JSON.stringify(queried)],
    ['variables of the firewall', JSON.stringify(variables)],
    ['behind a syslog header', `<14>1 2023-02-03T16:46:14Z h - - - - ${JSON.stringify(cloud)}`],
    ['printed over many lines', JSON.stringify(cloud, null, 2)],
    ['an array', JSON.stringify([cloud])],
    ['an array, printed', JSON.stringify([cloud], null, 2)],
    [
      "a reply's wrapper",
      JSON.stringify({ response: { status: 'success', result: { log: { logs: { entry: [variables] } } } } }),
    ],
    ['a search result', JSON.stringify({ hits: { total: 1, hits: [{ _index: 'x', _source: cloud }] } })],
  ])('%s', async (_name, log) => {
    expect(await readRow(log)).toMatchObject(expected);
  });

  test('arrays keep the line that a member begins on', async () => {
    const one = await readLog(JSON.stringify([cloud, variables, queried]));
    expect(one.rows.map(({ line }) => line)).toEqual([1, 1, 1]);
    const height = JSON.stringify(cloud, null, 2).split('\n').length;
    const printed = await readLog(JSON.stringify([cloud, variables], null, 2));
    expect(printed.rows.map(({ line }) => line)).toEqual([2, 2 + height]);
    const mixed = await readLog(`[\n${JSON.stringify(cloud)},\n${JSON.stringify(variables)}\n]\n`);
    expect(mixed.rows.map(({ line }) => line)).toEqual([2, 3]);
  });

  test('an array of megabytes on one line', async () => {
    const rows = Array.from({ length: 4000 }, (_, i) => ({ ...cloud, Rule: `r ${i}`, SessionID: i }));
    const log = JSON.stringify(rows);
    expect(log.length).toBeGreaterThan(2_500_000);
    const read = await readLog(log, [65_536]);
    expect(read.warnings).toEqual([]);
    expect(read.rows.map((row) => row.sessionId)).toEqual(rows.map((row) => row.SessionID));
    expect(read.rows.at(-1)).toMatchObject({ rule: 'r 3999', line: 1 });
  });

  test('another log type is counted', async () => {
    const { file } = await readLog(
      `${JSON.stringify(cloud)}\n${JSON.stringify({ ...cloud, LogType: 'THREAT' })}`,
    );
    expect([file.rows, ...file.otherTypes]).toEqual([1, ['THREAT', 1]]);
  });
});

describe('show log traffic', () => {
  const head = [
    'Time                App             From            Src Port          Source',
    'Rule                Action          To              Dst Port          Destination',
    '                    Src User        Dst User        Session Info',
    '='.repeat(79),
  ];
  const entry = (stage: string | null, rule = 'outbound'): string[] => [
    '2026/01/09 16:44:01 ssl             trust           54433             10.0.21.103',
    `${rule.padEnd(19)} allow           untrust         443               198.51.100.124`,
    ...(stage === null ? [] : [`                                                    ${stage}`]),
  ];
  const expected = {
    generated: wall('2026/01/09 16:44:01'),
    start: null,
    utcOffset: null,
    app: 'ssl',
    from: 'trust',
    to: 'untrust',
    sport: 54433,
    dport: 443,
    src: '10.0.21.103',
    dst: '198.51.100.124',
    rule: 'outbound',
    action: 'allow',
    proto: null,
    bytes: null,
    flags: null,
  };
  test.each<[string, readonly string[], string | null]>([
    ['with the tracker', [...head, ...entry('TCP FIN')], 'TCP FIN'],
    ['with a hyphen', [...head, ...entry('TCP RST - client')], 'TCP RST - client'],
    ['with an en dash, as web pages have it', [...head, ...entry('TCP RST – server')], 'TCP RST - server'],
    ['a stage without a code', [...head, ...entry('appid policy lookup deny')], 'appid policy lookup deny'],
    ['without the tracker', [...head, ...entry(null)], null],
    ['a line for users', [...head, ...entry('                '), `${' '.repeat(52)}Aged out`], 'Aged out'],
    [
      'a prompt around it',
      ['admin@PA-220> show log traffic', '', ...head, ...entry('TCP FIN'), 'admin@PA-220>'],
      'TCP FIN',
    ],
    [
      'columns run together',
      [...head, ...entry('TCP FIN').map((line) => line.replace(/ {2,}/g, ' '))],
      'TCP FIN',
    ],
  ])('%s', async (_name, lines, trackerStage) => {
    expect(await readRow(lines.join('\n'))).toMatchObject({ ...expected, trackerStage });
  });

  test('names with spaces, or longer than their column', async () => {
    const lines = [
      '2026/01/09 16:44:01 windows-defender-atp-endpoint Guest WiFi      54433             2001:db8::1',
      'Allow dns and drop all others allow           Ext Internet    443               2001:db8::2',
    ];
    expect(await readRow([...head, ...lines].join('\n'))).toMatchObject({
      app: 'windows-defender-atp-endpoint',
      from: 'Guest WiFi',
      to: 'Ext Internet',
      src: '2001:db8::1',
    });
    const named = [
      lines[0]!,
      'drop all            drop ICMP       Ext Internet    443               2001:db8::2',
    ];
    expect(await readRow([...head, ...named].join('\n'))).toMatchObject({
      rule: 'drop all',
      action: 'drop-icmp',
    });
  });

  test('many entries, in either direction, with the head again in between', async () => {
    const lines = [...head, ...entry('TCP FIN'), ...entry(null, 'b'), ...head, ...entry('Aged out', 'c')];
    const { rows, warnings } = await readLog(lines.join('\n'));
    expect(warnings).toEqual([]);
    expect(rows.map(({ rule, trackerStage, line }) => [rule, trackerStage, line])).toEqual([
      ['outbound', 'TCP FIN', 5],
      ['b', null, 8],
      ['c', 'Aged out', 14],
    ]);
  });
});
