/** A row a case for each form of LEEF and CEF (firewall-model 7.8). */
import { describe, expect, test } from 'vitest';
import type { LogRow } from '../../src/trafficlog/log-row.ts';
import { readLog, readRow, wall } from './reading.ts';

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
      'CEF:0|Palo Alto Networks|LF|2.0|TRAFFIC|start|3|rt=Jul 31 2022 12:46:24 start=Jul 31 2022 12:46:07 src=192.0.2.1 dst=198.51.100.1 cs4=Trust cs4Label=FromZone PanOSSessionStartTime=Jul 31 2022 12:43:06 cn3=178 cn3Label=SessionDuration cn2=24 cn2Label=PacketsTotal PanOSBytes=9 out=9 in=0';
    expect(await readRow(line)).toMatchObject({
      subtype: 'start',
      utcOffset: 0,
      start: wall('2022/07/31 12:43:06'),
      from: 'Trust',
      elapsed: 178,
      packets: 24,
      bytes: 9,
      // the other way round than a device writes them
      bytesSent: 9,
      bytesReceived: 0,
      to: null,
    });
  });
});
