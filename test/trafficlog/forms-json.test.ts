/** A row a case for each form of JSON (firewall-model 7.8). */
import { describe, expect, test } from 'vitest';
import type { LogRow } from '../../src/trafficlog/log-row.ts';
import { readLog, readRow, wall } from './reading.ts';

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
