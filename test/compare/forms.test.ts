/** Logs that say less: what they do not have is not compared. And the text view. */
import { describe, expect, test } from 'vitest';
import { writeCase } from '../dsl/cases.ts';
import { talk, tcpTalk, together, udpTalk } from '../dsl/conversation.ts';
import { echo } from '../dsl/frame.ts';
import { runProgram } from '../dsl/program.ts';
import { compareFiles, ownLog, writeLog } from './beside.ts';
import { cell, logText, setCell } from './rows.ts';

const CLOSED = tcpTalk(
  "0>S 0.02<SA 0.04>A 0.1>D'GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n' 0.2<D900 3.1>F 3.2<F 3.3>A",
);
const QUERY = udpTalk('10>D40 10.03<D120', { client: '10.0.0.2' });
const PACKETS = together(CLOSED, QUERY);

const SHOWN = `Time                App             From            Src Port          Source
Rule                Action          To              Dst Port          Destination
                    Src User        Dst User        Session Info
===============================================================================
2026/01/09 16:44:19 web-browsing    trust           40000             10.0.0.1
outbound            allow           untrust         80                192.0.2.80
                                                    TCP RST - client
2026/01/09 16:44:41 unknown-udp     trust           40000             10.0.0.2
outbound            allow           untrust         4000              192.0.2.80
                                                    Aged out
`;

const EXPORTED = `Receive Time,Type,Source address,Destination address,IP Protocol,Source Port,Destination Port,Application,Session End Reason,Start Time,Elapsed Time (sec)
2026/01/09 18:44:19,TRAFFIC,10.0.0.1,192.0.2.80,tcp,40000,80,web-browsing,tcp-rst-from-server,2026/01/09 18:44:00,3
2026/01/09 18:44:41,THREAT,10.0.0.2,192.0.2.80,udp,40000,4000,unknown-udp,,2026/01/09 18:44:10,0
`;

describe('logs of other forms', () => {
  test('show log traffic has neither start nor protocol nor counts', async () => {
    const { found, status } = await compareFiles(writeCase(PACKETS), [writeLog(SHOWN, 'shown.txt')]);
    expect(
      found.pairs.map(({ sessionids, log }) => [sessionids, log.map(({ sessionid }) => sessionid)]),
    ).toEqual([
      [[1], [null]],
      [[2], [null]],
    ]);
    expect(found.pairs[0]!.differences.map(({ field, capture, log }) => [field, capture, log])).toEqual([
      ['tracker_stage', 'TCP FIN', 'TCP RST - client'],
    ]);
    expect(found.pairs[1]!.differences.map(({ field }) => field)).toEqual(['app']);
    expect(found.pairs.map((pair) => pair.revealed_timer)).toEqual([null, null]);
    expect(status).toBe(1);
  });

  test('show log traffic has no repeat counts: a row of pings has those of 5 s', async () => {
    const pings = talk(
      Array.from({ length: 8 }, (_, i) => [
        [i, '>', echo(4, 'request', 7, i)] as const,
        [i + 0.01, '<', echo(4, 'reply', 7, i)] as const,
      ]).flat(),
    );
    const rows = ['11', '14'].map(
      (second) => `2026/01/09 16:44:${second} ping            trust           0                 10.0.0.1
outbound            allow           untrust         0                 192.0.2.80

`,
    );
    const log = writeLog(SHOWN + rows.join(''), 'pings.txt');
    const { found } = await compareFiles(writeCase(together(PACKETS, pings)), [log]);
    const folded = found.pairs.map(({ sessionids }) => sessionids).filter((ids) => ids.length > 1);
    expect(folded.map((ids) => ids.length)).toEqual([5, 3]);
    expect(found.only_in_capture).toEqual([]);
    expect(found.only_in_log).toEqual([]);
  });

  test('an export without the time of a row', async () => {
    const text = 'Start Time,Source address,Destination address,Source Port,Destination Port,IP Protocol\n';
    const row = '2026/01/09 18:44:00,10.0.0.1,192.0.2.80,40000,80,tcp\n';
    const log = writeLog(text + row, 'untimed.csv');
    const { found } = await compareFiles(writeCase(PACKETS), [log]);
    expect(found.only_in_capture.map(({ explanation }) => explanation)).toEqual([
      'no row is of this session, and none says when it was written: the log may begin later or end before',
    ]);
  });

  test('an export with few columns; rows of other types are counted', async () => {
    const { found, status, stderr } = await compareFiles(writeCase(PACKETS), [writeLog(EXPORTED, 'few.csv')]);
    expect(found.clock_offset).toBe(0);
    expect(found.summary).toMatchObject({ log_rows: 1, pairs: 1, differ: 1, only_in_capture: 1 });
    expect(found.pairs[0]!.differences.map(({ field }) => field)).toEqual(['session_end_reason']);
    expect(stderr).toContain('other log types are not compared: THREAT 1');
    expect(status).toBe(1);
  });
});

test('the text says which of the fits nothing told', async () => {
  const { stdout } = await runProgram([
    'compare',
    writeCase(PACKETS),
    '--log',
    writeLog(SHOWN, 'untold.txt'),
  ]);
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
    'elapsed: taken to be from first to last packet; no row tells how long after the timer it was written',
  );
});

describe('the text view', () => {
  const view = async (args: readonly string[]): Promise<string> => {
    const rows = await ownLog(PACKETS);
    setCell(rows[0]!, 'session_end_reason', 'threat');
    setCell(rows[1]!, 'pkts_sent', Number(cell(rows[1]!, 'pkts_sent')) + 1);
    const log = writeLog(logText(rows), 'view.csv');
    return (
      await runProgram(['compare', writeCase(PACKETS), '--log', log, '--drain', ...args])
    ).stdout.replaceAll(log, 'LOG');
  };

  test('the most surprising first, within 80 columns', async () => {
    const text = await view([]);
    const titles = text.split('\n').filter((line) => /^\w.*: 1 pair$/.test(line));
    expect(titles.map((line) => line.split(':')[0])).toEqual(['session_end_reason', 'pkts_sent']);
    expect(text.split('\n').filter((line) => line.length > 80 && !line.includes('/'))).toEqual([]);
    expect(text).toContain('2 sessions and 2 log rows');
  });

  test('colours only where they are asked for', async () => {
    const plain = await view([]);
    const colored = await view(['--color', 'always']);
    expect(plain).not.toContain('\u001b');
    expect(colored).toContain('\u001b[');
    expect(colored.replaceAll(/\u001b\[\d+m/g, '')).toBe(plain);
  });

  test('what a log holds cannot drive the terminal', async () => {
    const rows = await ownLog(PACKETS);
    setCell(rows[0]!, 'session_end_reason', 'x\u001b[31m');
    const log = writeLog(logText(rows), 'evil.csv');
    const { stdout } = await runProgram(['compare', writeCase(PACKETS), '--log', log, '--drain']);
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toContain('x\\x1b[31m');
  });
});
