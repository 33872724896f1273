/**
 * interface.md "timeouts, as JSON"; firewall-model 3.2 and 12, rows 7, 8 and 12: is a suspected timeout real, what
 * followed, and how long the timer would have had to be.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { TimeoutRow } from '../../src/report/timeouts-document.ts';
import { CASE_START_SECONDS, writeCase } from '../dsl/cases.ts';
import { type TimedFrame, talk, tcpTalk, together, udpTalk } from '../dsl/conversation.ts';
import { echo } from '../dsl/frame.ts';
import { complaints, type Outcome, runProgram } from '../dsl/program.ts';

interface Document {
  readonly sessions: readonly TimeoutRow[];
  readonly summary: readonly Readonly<Record<string, unknown>>[];
  readonly hosts: readonly Readonly<Record<string, unknown>>[];
  readonly what_if: {
    readonly timeouts: Readonly<Record<string, number>>;
    readonly changes: readonly Readonly<Record<string, unknown>>[];
  } | null;
}

async function run(packets: readonly TimedFrame[], ...args: readonly string[]): Promise<Outcome> {
  return runProgram(['timeouts', writeCase(packets), ...args]);
}

async function documentOf(packets: readonly TimedFrame[], ...args: readonly string[]): Promise<Document> {
  const { status, stdout, stderr } = await run(packets, '--json', ...args);
  expect({ status, complaints: complaints(stderr) }).toEqual({ status: 0, complaints: '' });
  const document = JSON.parse(stdout) as Document;
  expect(Object.keys(document)).toEqual(['sessions', 'summary', 'hosts', 'what_if']);
  return document;
}

/** A time of the output as seconds after the start of the case. */
function seconds(time: unknown): number | null {
  if (time === null) return null;
  const [whole, fraction] = (time as string).split('.');
  return Date.parse(`${whole}Z`) / 1000 - CASE_START_SECONDS + Number(`0.${fraction!.slice(0, -1)}`);
}

const OPENED = '0>S 0.1<SA 0.2>A 1>D100 1.1<A 1.2<D100 1.3>A';
const CLOSED = '0>S 0.1<SA 0.2>A 1>D100 1.1<A 2>F 2.1<F 2.2>A';

type Expected = Partial<Omit<TimeoutRow, 'expired_at' | 'after_end_first'>> & {
  readonly expired_at?: number | null;
  readonly after_end_first?: number | null;
};
type Row = readonly [
  name: string,
  packets: readonly TimedFrame[],
  expected: readonly Expected[],
  args?: readonly string[],
];

const ROWS: readonly Row[] = [
  [
    'the same ports go on in another session: the gap to it, not to the end of the capture',
    together(tcpTalk('0>S 1>S 3>S 15>S'), udpTalk('100>D10', { client: '10.0.0.9' })),
    [
      { sessionid: 1, timer: 'tcp-init', verdict: 'expired', expired_at: 8, longest_idle: 12, margin: -7 },
      { sessionid: 2, timer: 'tcp-init', verdict: 'expired', expired_at: 20, longest_idle: 85, margin: -80 },
      { sessionid: 3, verdict: 'cannot-tell' },
    ],
  ],
  [
    'and where the server speaks first in it',
    together(udpTalk('0>D10 0.1<D10'), udpTalk('50<D10 100>D10')),
    [
      { timer: 'udp', verdict: 'expired', longest_idle: 49.9 },
      { timer: 'udp', verdict: 'expired', longest_idle: 50 },
      { verdict: 'cannot-tell' },
    ],
  ],
  [
    'a small step back of the clock counts as no time passed: the gap is that of the table',
    tcpTalk('0>S 0.1<SA 0.2>A 10>D100 5>D10 25>D10'),
    [{ verdict: 'expired', expired_at: 22, longest_idle: 15, margin: -3 }],
    ['--timeout', 'tcp=12'],
  ],
  [
    '7 ACKs that follow at once are no keepalives',
    tcpTalk(`${OPENED} 3700<K0 3730>D10 3730.001<A 3730.002<A 3730.003<A`),
    [{ verdict: 'expired', after_end: 5, keepalive_interval: null }],
  ],
  [
    'expired, and data came too late: the gap to it',
    tcpTalk(`${OPENED} 3700.5>D10 3701>D10/re`),
    [
      {
        sessionid: 1,
        timer: 'tcp',
        timeout: 3600,
        verdict: 'expired',
        expired_at: 3601.3,
        longest_idle: 3699.2,
        margin: -99.2,
        after_end: 2,
        after_end_first: 3700.5,
        after_end_answered: false,
        keepalive_interval: null,
        advice:
          'raise tcp to at least 3700 s, or set the keepalive of 10.0.0.1 below 3600 s; a reset on non-SYN traffic would have told 10.0.0.1 at once',
      },
    ],
  ],
  [
    'answered: the other host was there all the time',
    tcpTalk(`${OPENED} 3700>D10 3700.1<A`),
    [{ verdict: 'expired', after_end: 2, after_end_answered: true }],
  ],
  [
    'nobody used it afterwards: nothing to advise, idle up to the end of the capture',
    together(tcpTalk(OPENED), udpTalk('3700>D10')),
    [
      {
        verdict: 'expired',
        longest_idle: 3698.7,
        margin: -98.7,
        after_end: 0,
        after_end_first: null,
        advice: null,
      },
      { verdict: 'cannot-tell', timer: 'udp', longest_idle: 0, margin: 30, after_end: null },
    ],
  ],
  [
    '--drain: exactly the timer where the capture ends earlier',
    tcpTalk(OPENED),
    [{ verdict: 'expired', expired_at: 3601.3, longest_idle: 3600, margin: 0 }],
    ['--drain'],
  ],
  [
    'still open, nothing decided: the longest gap so far',
    tcpTalk(`${OPENED} 1000>D10 1001<A`),
    [
      {
        verdict: 'cannot-tell',
        timer: 'tcp',
        timeout: 3600,
        longest_idle: 998.7,
        margin: 2601.3,
        expired_at: null,
        advice: null,
      },
    ],
  ],
  [
    'closed by FINs',
    tcpTalk(CLOSED),
    [{ verdict: 'not-expired', timer: 'tcp', longest_idle: 0.9 }],
    ['--drain'],
  ],
  [
    'closed by FINs, time-wait still running: decided',
    tcpTalk(CLOSED),
    [{ verdict: 'not-expired', expired_at: null }],
  ],
  ['reset: what runs out is time-wait', tcpTalk(`${OPENED} 2>R`), [{ verdict: 'not-expired' }], ['--drain']],
  [
    'an unverified RST: what runs out is unverified-rst',
    tcpTalk(`${OPENED} 2<R/seq+50`),
    [{ verdict: 'not-expired' }],
    ['--drain'],
  ],
  [
    '12 one FIN: tcp-half-closed expired',
    tcpTalk(`${OPENED} 2<F 2.1>A 130>D10`),
    [
      {
        verdict: 'expired',
        timer: 'tcp-half-closed',
        timeout: 120,
        longest_idle: 127.9,
        after_end: 1,
        advice:
          'raise tcp-half-closed to at least 128 s, or set the keepalive of 10.0.0.1 below 120 s; a reset on non-SYN traffic would have told 10.0.0.1 at once',
      },
    ],
  ],
  ['one FIN, the capture ends', tcpTalk(`${OPENED} 2<F`), [{ verdict: 'cannot-tell' }]],
  [
    'ended by a new SYN',
    tcpTalk(`${CLOSED} 3>S/new 3.1<SA/new 3.2>A`),
    [{ verdict: 'not-expired' }, { verdict: 'cannot-tell' }],
  ],
  [
    'an exact gap is too long, a nanosecond less is not',
    tcpTalk(`${OPENED} 3601.299999999>A 7201.299999999>A`),
    [{ verdict: 'expired', longest_idle: 3600, margin: 0, after_end: 1 }],
  ],
  [
    'a capture that missed packets cannot tell, the late packet counts all the same',
    tcpTalk(`${OPENED} 2<A/ack+1000 3700>D10`),
    [{ verdict: 'cannot-tell', longest_idle: 3698, margin: -98, expired_at: null, advice: null }],
  ],
  [
    'missing packets cast no doubt on a FIN of both sides',
    tcpTalk('0>S 0.1<SA 0.2>A 1>D100 1.1<A/ack+100 2>F 2.1<F 2.2>A'),
    [{ verdict: 'not-expired' }],
    ['--drain'],
  ],
  [
    '7 keepalives that come too late: their distance, late ones included',
    tcpTalk(`${OPENED} 60>K 60.1<A 120>K 120.1<A 3800>K 3860>K`),
    [
      {
        verdict: 'expired',
        longest_idle: 3679.9,
        keepalive_interval: 60,
        advice:
          'set the keepalive of 10.0.0.1 below 3600 s, or raise tcp to at least 3680 s; a reset on non-SYN traffic would have told 10.0.0.1 at once',
      },
    ],
  ],
  [
    'a RST is the only thing that comes: nothing was lost',
    tcpTalk(`${OPENED} 3700<R`),
    [
      {
        after_end: 1,
        advice:
          'nothing was lost: 192.0.2.80 only reset what had been idle; raise tcp to at least 3699 s where the other host is to learn of it',
      },
    ],
  ],
  [
    'under another timer of the application',
    tcpTalk("0>S 0.1<SA 0.2>A 1<D'SSH-2.0-x\\r\\n' 1.1>A 100>D10", { serverPort: 22 }),
    [{ verdict: 'expired', timer: 'app:ssh', timeout: 7, after_end: 1 }],
    ['--timeout', 'app:ssh=7'],
  ],
  [
    'SYNs: tcp-init',
    tcpTalk('0>S 1>S/re'),
    [{ verdict: 'expired', timer: 'tcp-init', after_end: null, longest_idle: 5 }],
    ['--drain'],
  ],
  [
    'a ping',
    talk([
      [0, '>', echo(4, 'request', 7, 1)],
      [0.1, '<', echo(4, 'reply', 7, 1)],
    ]),
    [{ verdict: 'expired', timer: 'icmp' }],
    ['--drain'],
  ],
  [
    'a longer gap behind the first late packet decides how long the timer would have to be',
    tcpTalk(`${OPENED} 3700>D10 9000>D10 9001>F 20000>A`),
    [
      {
        longest_idle: 3698.7,
        advice:
          'raise tcp to at least 5301 s, or set the keepalive of 10.0.0.1 below 3600 s; a reset on non-SYN traffic would have told 10.0.0.1 at once',
      },
    ],
    ['--linger', '100000'],
  ],
  [
    'one direction only: the other may have kept it alive',
    tcpTalk('0>S 0.2>A 1>D10 3700>D10'),
    [{ verdict: 'cannot-tell', after_end: 1, advice: null }],
  ],
  [
    'accelerated aging, not the timer',
    tcpTalk(`${OPENED} 3000>D10`),
    [
      {
        verdict: 'expired',
        expired_at: 1801.3,
        longest_idle: 2998.7,
        after_end: 1,
        advice:
          'accelerated aging ended it before tcp (3600 s): the session table was too full, see to its limit',
      },
    ],
    ['--max-sessions', '1'],
  ],
  [
    'began before the capture',
    tcpTalk('0>D10 0.1<A 3700>D10', { serverPort: 80 }),
    [{ verdict: 'expired', after_end: 1 }],
  ],
];

describe('a session', () => {
  test.each(ROWS.map((row) => [row[0], row] as const))(
    '%s',
    async (_name, [, packets, expected, args = []]) => {
      const { sessions } = await documentOf(packets, ...args);
      const shown = sessions.map((row, i) => {
        const inSeconds = {
          ...row,
          expired_at: seconds(row.expired_at),
          after_end_first: seconds(row.after_end_first),
        };
        const keys = Object.keys(expected[i] ?? row) as (keyof Expected)[];
        return Object.fromEntries(keys.map((key) => [key, inSeconds[key]]));
      });
      expect(shown).toEqual(expected);
    },
  );

  test('both engines print the same', async () => {
    for (const [, packets, , args = []] of ROWS) {
      for (const format of ['--json', '--format=table']) {
        const fast = await run(packets, ...args, format, '--engine', 'fast');
        expect(await run(packets, ...args, format, '--engine', 'reference')).toEqual(fast);
      }
    }
  });
});

type SummaryRow = readonly [
  name: string,
  packets: readonly TimedFrame[],
  summary: readonly Readonly<Record<string, unknown>>[],
  args?: readonly string[],
];

describe('summary', () => {
  const rows: readonly SummaryRow[] = [
    ['no session', [], []],
    [
      'in the order of the timeout table, the applications behind it',
      together(
        tcpTalk("0>S 0.1<SA 0.2>A 1<D'SSH-2.0-x\\r\\n' 50>A", { serverPort: 22, clientPort: 1 }),
        tcpTalk(`${OPENED} 3700>D10`),
        udpTalk('0>D10 5<D10'),
        tcpTalk('0>S', { clientPort: 5 }),
      ),
      [
        { timer: 'tcp', timeout: 3600, expired: 1, expired_then_traffic: 1, smallest_sufficient: 3699 },
        { timer: 'tcp-init', timeout: 5, expired: 1, expired_then_traffic: 0, smallest_sufficient: 1 },
        { timer: 'udp', timeout: 30, expired: 1, expired_then_traffic: 0, smallest_sufficient: 6 },
        { timer: 'app:ssh', timeout: 9, expired: 1, expired_then_traffic: 1, smallest_sufficient: 50 },
      ],
      ['--timeout', 'app:ssh=9'],
    ],
    [
      'datagrams that go on with the same ports are the same exchange',
      udpTalk('0>D10 45>D10 90<D10'),
      [{ timer: 'udp', timeout: 30, expired: 2, expired_then_traffic: 2, smallest_sufficient: 46 }],
    ],
    [
      'datagrams that come much later are another',
      udpTalk('0>D10 301>D10'),
      [{ timer: 'udp', timeout: 30, expired: 1, expired_then_traffic: 0, smallest_sufficient: 1 }],
    ],
    [
      'a gap that was just short enough counts',
      tcpTalk(`${OPENED} 3500>D10 3501>F 3501<F`),
      [{ timer: 'tcp', timeout: 3600, expired: 0, expired_then_traffic: 0, smallest_sufficient: 3499 }],
    ],
  ];
  test.each(rows.map((row) => [row[0], row] as const))(
    '%s',
    async (_name, [, packets, summary, args = []]) => {
      const document = await documentOf(packets, ...args);
      expect(document.summary).toEqual(summary);
    },
  );
});

describe('sockets that the firewall no longer knows', () => {
  interface Step {
    readonly time: string;
    readonly sockets: number;
  }

  /** Without the course, which must agree with the rest. */
  const hosts = async (...packets: readonly (readonly TimedFrame[])[]): Promise<unknown> =>
    (await documentOf(together(...packets), '--drain')).hosts.map(({ peak_at, course, ...rest }) => {
      const steps = course as readonly Step[];
      const most = steps.find((step) => step.sockets === rest['peak'])!;
      expect([most.time, Math.max(...steps.map((step) => step.sockets))]).toEqual([peak_at, rest['peak']]);
      expect(steps.at(-1)!.sockets).toBe(rest['at_end']);
      expect(steps.map(({ time }) => time)).toEqual([...new Set(steps.map(({ time }) => time))].sort());
      return { ...rest, peak_at: seconds(peak_at) };
    });

  test('counted over time', async () => {
    const talks = [0, 1, 2].map((i) =>
      tcpTalk(`${i}>S ${i}.1<SA ${i}.2>A ${i}.3>D10 ${i}.4<A ${3700 + i * 100}>D10 ${3750 + i * 100}>R`, {
        clientPort: 40000 + i,
      }),
    );
    const document = await documentOf(together(...talks), '--drain');
    const courses = document.hosts.map(({ host, course }) => [
      host,
      (course as readonly Step[]).map(({ time, sockets }) => [seconds(time), sockets]),
    ]);
    const growing = [
      [3600.4, 1],
      [3601.4, 2],
      [3602.4, 3],
    ];
    expect(courses).toEqual([
      ['192.0.2.80', growing],
      ['10.0.0.1', [...growing, [3750, 2], [3850, 1], [3950, 0]]],
    ]);
  });

  test('a RST in answer proves no socket, and one that another device sent closes none', async () => {
    const held = { sockets: 1, peak: 1, peak_at: 3601.3 };
    expect(await hosts(tcpTalk(`${OPENED} 3700>D10 3700.1<R`))).toEqual([
      { host: '10.0.0.1', ...held, at_end: 1, proven: 1, told_by_reset: 1 },
      { host: '192.0.2.80', ...held, at_end: 0, proven: 0, told_by_reset: 0 },
    ]);
    expect(await hosts(tcpTalk(`${OPENED} 3700>D10 3700.1<R/ttl=250`))).toEqual([
      { host: '10.0.0.1', ...held, at_end: 1, proven: 1, told_by_reset: 1 },
      { host: '192.0.2.80', ...held, at_end: 1, proven: 0, told_by_reset: 0 },
    ]);
    expect(await hosts(tcpTalk(`${OPENED} 3700<R`))).toEqual([
      { host: '10.0.0.1', ...held, at_end: 1, proven: 0, told_by_reset: 0 },
      { host: '192.0.2.80', ...held, at_end: 0, proven: 1, told_by_reset: 0 },
    ]);
  });

  test('one host gives up again and again, the other never learns of it', async () => {
    const talks = [1, 2, 3].map((i) =>
      tcpTalk(
        `${i}>S ${i}.1<SA ${i}.2>A ${i}.3>D10 ${i}.4<A ${3700 + i * 100}>D10 ${3700 + i * 100 + 50}>R`,
        { clientPort: 40000 + i },
      ),
    );
    expect(await hosts(...talks)).toEqual([
      { host: '192.0.2.80', sockets: 3, peak: 3, peak_at: 3603.4, at_end: 3, proven: 0, told_by_reset: 0 },
      { host: '10.0.0.1', sockets: 3, peak: 3, peak_at: 3603.4, at_end: 0, proven: 3, told_by_reset: 3 },
    ]);
  });

  test('321 on one host, 4 on the other: the client resets what is not answered, and the server is never told', async () => {
    const talks = Array.from({ length: 321 }, (_, i) => {
      const at = (seconds: number): string => (10 * i + seconds).toFixed(1);
      const script = `${at(0)}>S ${at(0.1)}<SA ${at(0.2)}>A ${at(1)}>D10 ${at(1.1)}<A ${at(3605)}>D10 ${at(3636)}>R`;
      return tcpTalk(script, { clientPort: 20_000 + i });
    });
    expect(await hosts(...talks)).toEqual([
      {
        host: '192.0.2.80',
        sockets: 321,
        peak: 321,
        peak_at: 6801.1,
        at_end: 321,
        proven: 0,
        told_by_reset: 0,
      },
      {
        host: '10.0.0.1',
        sockets: 321,
        peak: 4,
        peak_at: 3631.1,
        at_end: 0,
        proven: 321,
        told_by_reset: 321,
      },
    ]);
  });

  test('a side that has closed holds nothing; a new SYN on the ports lets go', async () => {
    expect(await hosts(tcpTalk(`${OPENED} 2>F 2.1<A`))).toEqual([
      { host: '192.0.2.80', sockets: 1, peak: 1, peak_at: 122.1, at_end: 1, proven: 0, told_by_reset: 0 },
    ]);
    expect(await hosts(tcpTalk(`${OPENED} 4000>S/new 4000.1<SA/new 4000.2>R`))).toEqual([
      { host: '10.0.0.1', sockets: 1, peak: 1, peak_at: 3601.3, at_end: 0, proven: 0, told_by_reset: 0 },
      { host: '192.0.2.80', sockets: 1, peak: 1, peak_at: 3601.3, at_end: 0, proven: 0, told_by_reset: 0 },
    ]);
  });
});

describe('what if', () => {
  test('null without --timeout', async () => {
    expect((await documentOf(tcpTalk(OPENED))).what_if).toBeNull();
  });

  test('a connection that a longer timer keeps', async () => {
    const { what_if, sessions } = await documentOf(
      tcpTalk(`${OPENED} 3700>D10 3700.1<A 3701>F 3702<F 3703>A`),
      '--timeout',
      'tcp=7200',
      '--drain',
    );
    expect(sessions.map(({ verdict }) => verdict)).toEqual(['not-expired']);
    const at = (time: number): string =>
      new Date((CASE_START_SECONDS + time) * 1000).toISOString().replace('Z', '000000Z');
    expect(what_if).toEqual({
      timeouts: { tcp: 7200 },
      changes: [
        {
          sessionid: 1,
          start: at(0),
          src: '10.0.0.1',
          dst: '192.0.2.80',
          sport: 40000,
          dport: 80,
          proto: 'tcp',
          before: { session_end_reason: 'aged-out', end: at(3601.3), timer: 'tcp', timeout: 3600 },
          after: { session_end_reason: 'tcp-fin', end: at(3718), timer: 'tcp-time-wait', timeout: 15 },
          note: null,
        },
      ],
    });
  });

  test.each<readonly [string, string, readonly (readonly unknown[])[]]>([
    [
      'a longer timer makes one session of two',
      'udp=60',
      [
        [1, 'aged-out', 'aged-out', null],
        [null, 'aged-out', null, 'part of session 1'],
      ],
    ],
    [
      'a shorter one two of one',
      'udp=3',
      [
        [1, 'aged-out', 'aged-out', null],
        [2, null, 'aged-out', 'split from an earlier session'],
        [3, 'aged-out', 'aged-out', null],
      ],
    ],
  ])('%s', async (_, timeout, expected) => {
    const { what_if } = await documentOf(udpTalk('0>D10 5>D10 45>D10'), '--timeout', timeout, '--drain');
    const reason = (end: unknown): unknown =>
      (end as { session_end_reason: string } | null)?.session_end_reason ?? null;
    expect(
      what_if!.changes.map(({ sessionid, before, after, note }) => [
        sessionid,
        reason(before),
        reason(after),
        note,
      ]),
    ).toEqual(expected);
  });

  test('standard input cannot be read twice', async () => {
    const bytes = readFileSync(writeCase(tcpTalk(`${OPENED} 40>D10`)));
    const { status, stdout, stderr } = await runProgram(
      ['timeouts', '-', '--json', '--timeout', 'tcp=9'],
      [bytes],
    );
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ sessions: [{ verdict: 'expired' }], what_if: null });
    expect(complaints(stderr)).toBe(
      'endreason: warning: standard input or a pipe cannot be read twice: no comparison with the timers as configured\n',
    );
  });
});

describe('exit status', () => {
  test.each<readonly [string, readonly TimedFrame[], number]>([
    ['an established connection expired', tcpTalk(`${OPENED} 3700>D10`), 1],
    ['a datagram session expired: that is its end', udpTalk('0>D10 100>D10'), 0],
    ['a SYN without an answer', tcpTalk('0>S 100>S/new'), 0],
    ['nothing can be told', tcpTalk(OPENED), 0],
  ])('--fail-on-expired: %s', async (_, packets, expected) => {
    expect((await run(packets, '--fail-on-expired', '-q')).status).toBe(expected);
    expect((await run(packets, '-q')).status).toBe(0);
  });
});

describe('text', () => {
  test('fits 80 columns, and says what each host did', async () => {
    const packets = together(
      tcpTalk(`${OPENED} 3700>D10 3701>D10/re 3703>D10/re 3710>R/ttl=9`),
      tcpTalk('3720>S 3720.1<SA 3720.2>A 3720.3>D10', { clientPort: 40001 }),
      udpTalk('0>D10 45>D10'),
    );
    const { stdout } = await run(packets);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    for (const words of [
      'EXPIRED, AND A HOST WENT ON: 1 session',
      '10 bytes of data 3 times',
      'with TTL 9',
      'connected again from port 40001 (session 4)',
      'EXPIRED, AND THE SAME PORTS WENT ON: 1 session',
      'CANNOT BE TOLD, STILL OPEN: 1 session',
    ]) {
      expect(stdout.replaceAll(/\s+/g, ' ')).toContain(words);
    }
  });

  test('nearly expired', async () => {
    const { stdout } = await run(tcpTalk(`${OPENED} 3500>D10 3501>F 3501<F`));
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'NEARLY EXPIRED: 1 session session 1, tcp 10.0.0.1:40000 -> 192.0.2.80:80: 3498.700 s without a packet, 101.300 s before tcp (3600 s)',
    );
  });

  test('an empty capture', async () => {
    const { status, stdout } = await run([]);
    expect(status).toBe(0);
    expect(stdout).toContain('0 sessions: 0 expired');
  });
});
