/** The traffic log writers, read back with a CSV parser that is not ours. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse as parseCsv } from 'csv-parse/sync';
import { afterAll, describe, expect, test } from 'vitest';
import { TRAFFIC_FIELDS, WRITTEN_FIELDS } from '../../src/trafficlog/traffic-fields.ts';
import { writeCase } from '../dsl/cases.ts';
import { type TimedFrame, talk, tcpTalk, together, udpTalk } from '../dsl/conversation.ts';
import { echo } from '../dsl/frame.ts';
import { runProgram } from '../dsl/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'endreason-panos-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type LogLine = Readonly<Record<string, string>>;

function parse(text: string): readonly LogLine[] {
  return parseCsv(text, { relaxColumnCount: true }).map((cells) => {
    expect(cells.length).toBe(117);
    return Object.fromEntries(WRITTEN_FIELDS.map(({ variable }, i) => [variable, cells[i]!]));
  });
}

async function logOf(
  packets: readonly TimedFrame[],
  args: readonly string[] = ['--drain'],
): Promise<readonly LogLine[]> {
  const { stdout, status } = await runProgram([writeCase(packets), '--format', 'panos-csv', ...args]);
  expect(status).toBe(0);
  return parse(stdout);
}

const CLOSED = '0>S 0.1<SA 0.2>A 1>D10 2>F 2.1<F 2.2>A';
const ping = (at: number, seq: number) =>
  talk([
    [at, '>', echo(4, 'request', 7, seq)],
    [at + 0.1, '<', echo(4, 'reply', 7, seq)],
  ]);

describe('the layout', () => {
  test.each([
    ['7.1 type', 3, 'type'],
    ['7.1 session id', 22, 'sessionid'],
    ['7.1 flags', 28, 'flags'],
    ['7.1 elapsed', 36, 'elapsed'],
    ['7.1 session end reason', 46, 'session_end_reason'],
    ['7.1 last of 8.0: tunnel type', 60, 'tunnel'],
    ['7.1 last of 8.1', 64, 'chunks_received'],
    ['7.1 last of 9.1', 74, 'dynusergroup_name'],
    ['7.1 high resolution timestamp', 102, 'high_res_timestamp'],
    ['7.1 last of 10.0', 104, 'nssai_sd'],
    ['7.1 last of 10.1', 114, 'offloaded'],
    ['7.1 last of 11.1', 116, 'cluster_name'],
    ['7.1 last of 11.2', 119, 'k8s_cluster_id'],
    ['7.1 first of the TCP counters', 120, 'tcp_rtt_c2s'],
    ['7.1 last of the TCP counters', 127, 'tcp_zero_window_cnt_s2c'],
    ['7.1 last of 12', 129, 'dst_adv_devid'],
  ])('%s is field %i', (_name, index, variable) => {
    expect([TRAFFIC_FIELDS.length, WRITTEN_FIELDS.length]).toEqual([130, 117]);
    expect(TRAFFIC_FIELDS[index]?.variable).toBe(variable);
  });
});

describe('panos-csv', () => {
  test('7.2 a session as the firewall logs it', async () => {
    const [line] = await logOf(tcpTalk(CLOSED));
    expect(line).toMatchObject({
      type: 'TRAFFIC',
      subtype: 'end',
      config_ver: '2817',
      src: '10.0.0.1',
      dst: '192.0.2.80',
      sport: '40000',
      dport: '80',
      natsrc: '0.0.0.0',
      natsport: '0',
      proto: 'tcp',
      action: 'allow',
      app: 'insufficient-data',
      sessionid: '1',
      repeatcnt: '1',
      packets: '7',
      pkts_sent: '5',
      pkts_received: '2',
      start: '2026/01/09 16:44:00',
      elapsed: '2',
      time_generated: '2026/01/09 16:44:17',
      session_end_reason: 'tcp-fin',
      flags: '0x1c',
      http2_connection: '0',
      flow_type: 'NonProxyTraffic',
    });
    expect(Number(line!['bytes'])).toBe(Number(line!['bytes_sent']) + Number(line!['bytes_received']));
  });

  test.each([
    ['4.2 aged out', tcpTalk('0>S'), '0x19', 'aged-out'],
    ['4.2 RST of the client', tcpTalk('0>S 0.1<SA 0.2>A 1>R'), '0x1a', 'tcp-rst-from-client'],
    ['4.2 RST of the server', tcpTalk('0>S 0.1<RA'), '0x1b', 'tcp-rst-from-server'],
    ['4.2 FIN first, then RST', tcpTalk(`${CLOSED} 3>R`), '0x1c', 'tcp-rst-from-client'],
    ['7.2 IPv6', tcpTalk('0>S', { client: '2001:db8::1', server: '2001:db8::2' }), '0x2000019', 'aged-out'],
    [
      '7.2 an application on a port that is none of its own',
      tcpTalk("0>S 0.1<SA 0.2>A 1<D'SSH-2.0-x\\r\\n'", { serverPort: 9999 }),
      '0x100019',
      'aged-out',
    ],
  ])('%s: tracker and bits in the flags', async (_name, packets, flags, reason) => {
    const [line] = await logOf(packets);
    expect([line!['flags'], line!['session_end_reason']]).toEqual([flags, reason]);
  });

  test('7.1 vsys, interfaces and elapsed are those of the configuration', async () => {
    const config = join(folder, 'firewall.yaml');
    writeFileSync(
      config,
      [
        'vsys: vsys3',
        'zones:',
        '  trust: { interface: "ethernet1/2.7", networks: [10.0.0.0/8] }',
        '  untrust: { interface: ethernet1/1, networks: [0.0.0.0/0] }',
        'log: { elapsed: includes-timeout }',
      ].join('\n'),
    );
    const [line] = await logOf(tcpTalk(CLOSED), ['--drain', '--config', config]);
    expect(line).toMatchObject({
      vsys: 'vsys3',
      from: 'trust',
      to: 'untrust',
      inbound_if: 'ethernet1/2.7',
      outbound_if: 'ethernet1/1',
      elapsed: '17',
    });
  });

  test('7.2 nothing for a session still open', async () => {
    expect(await logOf(together(tcpTalk(CLOSED), udpTalk('100>D10')), [])).toHaveLength(1);
  });

  test('7.2 pings that start within 5 s of the first are one line, with ports 0', async () => {
    const [first, second, ...rest] = await logOf(
      together(ping(0, 1), ping(1, 2), ping(4.9, 3), ping(5, 4), ping(6, 5)),
    );
    expect(first).toMatchObject({
      repeatcnt: '3',
      packets: '6',
      sport: '0',
      dport: '0',
      app: 'ping',
      sessionid: '1',
    });
    expect(second).toMatchObject({ repeatcnt: '2', start: '2026/01/09 16:44:05' });
    expect(rest).toEqual([]);
  });

  test('7.2 pings are folded under a long timer, too', async () => {
    const lines = await logOf(together(ping(0, 1), ping(1, 2), ping(4, 3), udpTalk('70>D10')), [
      '--drain',
      '--timeout',
      'icmp=120',
    ]);
    expect(lines.map((line) => [line['app'], line['repeatcnt']])).toEqual([
      ['insufficient-data', '1'],
      ['ping', '3'],
    ]);
  });

  test('interface: lines come in the order of their time, folded ones included', async () => {
    const lines = await logOf(
      together(
        ping(0, 1),
        ping(4, 2),
        ping(9, 3),
        tcpTalk('0>S 3>S'),
        tcpTalk('0>S 4.9>S 7>S', { clientPort: 40001 }),
      ),
    );
    const times = lines.map((line) => line['time_generated']!);
    expect(times).toEqual([...times].sort());
    expect(lines.map((line) => line['app'])).toEqual(['incomplete', 'ping', 'incomplete', 'ping']);
  });

  test('7.2 pings to two hosts are not folded together', async () => {
    const other = talk([[1, '>', echo(4, 'request', 7, 2)]], { server: '192.0.2.81' });
    expect((await logOf(together(ping(0, 1), other))).map((line) => line['repeatcnt'])).toEqual(['1', '1']);
  });

  test('sequence numbers count the lines', async () => {
    const lines = await logOf(together(tcpTalk(CLOSED), udpTalk('0>D10'), ping(1, 1)));
    expect(lines.map((line) => line['seqno'])).toEqual(['1', '2', '3']);
  });
});

describe('panos-syslog', () => {
  test('7.1 the same line behind a BSD header', async () => {
    const file = writeCase(tcpTalk(CLOSED));
    const csv = (await runProgram([file, '--format', 'panos-csv', '--drain'])).stdout;
    const syslog = (await runProgram([file, '--format', 'panos-syslog', '--drain'])).stdout;
    expect(syslog).toBe(`<14>Jan  9 16:44:17 endreason ${csv}`);
  });
});

describe('captures that ship', () => {
  test.each(['everything', 'ping-ipv4', 'port-reuse'])(
    '%s: the log says what the sessions say',
    async (name) => {
      const file = join('captures', `${name}.pcap`);
      const log = parse((await runProgram([file, '--format', 'panos-csv', '--drain'])).stdout);
      const rows = (await runProgram([file, '--format', 'csv', '--drain'])).stdout;
      const data = parseCsv(rows, { columns: true }) as Record<string, string>[];
      const sum = (lines: readonly LogLine[], key: string): number =>
        lines.reduce((total, line) => total + Number(line[key]), 0);
      expect(readFileSync(file).length).toBeGreaterThan(0);
      expect(sum(log, 'repeatcnt')).toBe(data.length);
      for (const key of ['bytes', 'bytes_sent', 'bytes_received', 'packets', 'pkts_sent', 'pkts_received']) {
        expect([key, sum(log, key)]).toEqual([key, sum(data, key)]);
      }
    },
  );
});
