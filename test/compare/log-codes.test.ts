/** Diagnosis codes that a row of the log gives, and where they stand among those of the packets (firewall-model 12). */
import { expect, test } from 'vitest';
import { writeCase } from '../dsl/cases.ts';
import { tcpTalk } from '../dsl/conversation.ts';
import { compareFiles, ownLog, writeLog } from './beside.ts';
import { type Cells, cell, logText, setCell } from './rows.ts';

const FETCHED = tcpTalk("0>S 0.1<SA 0.2>A 1>D'GET / HTTP/1.1' 1.1<A 1.2<D100 1.3>A 2>F 2.1<F 2.2>A 2.3>R");
const SILENT = tcpTalk('0>S 1>S/re');

const DENIED = { session_end_reason: 'policy-deny', action: 'deny', flags: '0x0' } as const;

interface Row {
  readonly name: string;
  readonly packets: ReturnType<typeof tcpTalk>;
  readonly log: Readonly<Record<string, string | number>>;
  /** seconds from the last packet to the writing of the row */
  readonly delay?: number;
  /** in order */
  readonly codes: readonly string[];
}

test.each<Row>([
  {
    name: 'refused at the first packet',
    packets: SILENT,
    log: { ...DENIED, subtype: 'drop', sessionid: 0, app: 'not-applicable', pkts_sent: 1, elapsed: 0 },
    codes: ['server-never-answered', 'blocked-at-first-packet'],
  },
  {
    name: 'denied once its application was known, before what the packets say later',
    packets: FETCHED,
    log: { ...DENIED, app: 'web-browsing' },
    delay: 91,
    codes: ['reset-after-fin', 'blocked-after-handshake', 'discard-in-force', 'revealed-timer'],
  },
  {
    name: 'a threat is no denial, and is discarded all the same',
    packets: FETCHED,
    log: { session_end_reason: 'threat', action: 'reset-both', flags: '0x0' },
    delay: 91,
    codes: ['reset-after-fin', 'discard-in-force', 'revealed-timer'],
  },
  {
    name: 'a denial of which no discard timer shows',
    packets: FETCHED,
    log: { ...DENIED },
    delay: 40,
    codes: ['reset-after-fin', 'blocked-after-handshake'],
  },
])('$name', async ({ packets, log, delay, codes }) => {
  const [row] = await ownLog(packets);
  for (const [field, value] of Object.entries(log)) setCell(row!, field, value);
  if (delay !== undefined) setCell(row!, 'time_generated', generated(row!, delay));
  const { found } = await compareFiles(writeCase(packets), [writeLog(logText([row!]))]);
  expect(found.pairs.map(({ diagnosis }) => diagnosis.map(({ code }) => code))).toEqual([codes]);
});

/** The time at which the row is written, so many seconds after the session's last packet. */
function generated(row: Cells, delay: number): string {
  const start = Date.parse(`${cell(row, 'start').replaceAll('/', '-').replace(' ', 'T')}Z`);
  const time = new Date(start + (Number(cell(row, 'elapsed')) + delay) * 1000);
  return time.toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
}
