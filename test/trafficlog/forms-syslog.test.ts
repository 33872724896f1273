/** A row a case for each envelope, release and field of the CSV that firewalls send (firewall-model 7.1). */
import { describe, expect, test } from 'vitest';
import type { LogRow } from '../../src/trafficlog/log-row.ts';
import { TRAFFIC_FIELDS } from '../../src/trafficlog/traffic-fields.ts';
import { readRow, wall } from './reading.ts';

/** firewall-model 7.1, the sample of 8.1 */
const LINE_81 =
  '1,2018/11/30 16:09:07,012345678901,TRAFFIC,end,2049,2018/11/30 16:09:07,10.0.15.207,198.51.100.10,192.0.2.63,198.51.100.10,outbound,,,ssl,vsys1,trust,untrust,ethernet1/2,ethernet1/1,fwd,2018/11/30 16:09:07,22751,1,55113,443,16418,443,0x400053,tcp,allow,7734,1758,5976,36,2018/11/30 15:59:04,586,any,0,32091112,0x0,10.0.0.0-10.255.255.255,United States,0,16,20,tcp-fin,0,0,0,0,,fw1,from-policy,,,0,,0,,N/A,0,0,0,0';

const ROW_81: Partial<LogRow> = {
  file: 0,
  line: 1,
  device: '012345678901',
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
    [
      'a search around what a shipper nests',
      JSON.stringify({
        _index: 'x',
        _source: { event: { original: LINE_81 }, source: { ip: '10.0.0.1' } },
      }),
    ],
    ['a search around the line', JSON.stringify({ preview: false, result: { _raw: LINE_81 } })],
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
      // of no serial number
      device: 'Device',
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
