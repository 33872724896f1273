import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CaptureDocument } from '../../src/report/capture-document.ts';
import { endpointText } from '../../src/report/endpoint-text.ts';
import { NO_PAINT, type Paint } from '../../src/report/paint.ts';
import type { SessionRow } from '../../src/report/session-row.ts';
import { captureLines, tableLines } from '../../src/report/session-table.ts';
import { findTextZone, type TextZone, UTC } from '../../src/report/zone-time.ts';
import { anyRow, ENDED, OPEN } from './rows.ts';

const CAPTURE: CaptureDocument = {
  files: [
    {
      name: 'outage.pcapng',
      format: 'pcapng',
      link_types: ['ETHERNET'],
      packets: 24,
      bytes: 3000,
      first: ENDED.start,
      last: ENDED.last,
      damage: null,
    },
  ],
  packets: 24,
  bytes: 3000,
  first: ENDED.start,
  last: ENDED.last,
};

interface Wanted {
  readonly width?: number;
  readonly zone?: TextZone;
  readonly details?: boolean;
  readonly paint?: Paint;
}

function table(rows: readonly SessionRow[], wanted: Wanted = {}): string[] {
  const { width = 80, zone = UTC, details = false, paint = NO_PAINT } = wanted;
  return [...tableLines(CAPTURE, () => rows, { width, zone, details, paint })];
}

const IPV6: SessionRow = { ...ENDED, src: '2001:db8::1', dst: '2001:db8::443' };
const LONG_IPV6: SessionRow = {
  ...ENDED,
  src: '2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff',
  dst: '2001:db8:aaaa:bbbb:cccc:dddd:eeee:1111',
};

describe('at 80 columns', () => {
  test('a session a line, between a line that says what was read and the columns', () => {
    expect(table([ENDED, OPEN])).toEqual([
      'outage.pcapng: 24 packets, 2026-01-09 16:44:00 to 16:44:03 UTC',
      '',
      'ID  START     APP  CLIENT          SERVER          PKTS  END REASON',
      ' 1  16:44:00  ssl  10.0.0.1:40000  192.0.2.80:443    12  tcp-fin',
      ' 2  16:44:00  ssl  10.0.0.1:40000  192.0.2.80:443    12  tcp-fin in 15 s',
    ]);
  });

  test.each([
    [
      'aged-out with nothing decided',
      { pending: { ...OPEN.pending!, session_end_reason: 'aged-out' } },
      'aged-out in 15 s',
    ],
    ['an hour to go', { ttl: 3600 }, 'tcp-fin in 3600 s'],
  ])('an open session, %s', (_name, change, text) => {
    expect(table([{ ...OPEN, ...change }]).at(-1)).toMatch(new RegExp(`${text}$`));
  });

  test('a reused port is two sessions', () => {
    const before: SessionRow = {
      ...ENDED,
      session_end_reason: 'tcp-reuse',
      end: '2026-01-09T16:44:04.000000000Z',
    };
    const after: SessionRow = { ...OPEN, start: '2026-01-09T16:44:04.000000000Z' };
    expect(table([before, after]).slice(3)).toEqual([
      ' 1  16:44:00  ssl  10.0.0.1:40000  192.0.2.80:443    12  tcp-reuse',
      ' 2  16:44:04  ssl  10.0.0.1:40000  192.0.2.80:443    12  tcp-fin in 15 s',
    ]);
  });

  test('IPv6 addresses in brackets', () => {
    expect(table([IPV6]).at(-1)).toBe(
      ' 1  16:44:00  ssl  [2001:db8::1]:40000  [2001:db8::443]:443    12  tcp-fin',
    );
  });

  test('addresses that do not fit move to a second line, whole, and the rest keeps its columns', () => {
    expect(table([ENDED, LONG_IPV6, { ...ENDED, sessionid: 3 }]).slice(2)).toEqual([
      'ID  START     APP  CLIENT          SERVER          PKTS  END REASON',
      ' 1  16:44:00  ssl  10.0.0.1:40000  192.0.2.80:443    12  tcp-fin',
      ' 1  16:44:00  ssl                                    12  tcp-fin',
      '    [2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:40000',
      '    -> [2001:db8:aaaa:bbbb:cccc:dddd:eeee:1111]:443',
      ' 3  16:44:00  ssl  10.0.0.1:40000  192.0.2.80:443    12  tcp-fin',
    ]);
  });

  test('where no session fits on one line the addresses have no columns', () => {
    expect(table([LONG_IPV6]).slice(2)).toEqual([
      'ID  START     APP  PKTS  END REASON',
      '    CLIENT -> SERVER',
      ' 1  16:44:00  ssl    12  tcp-fin',
      '    [2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:40000',
      '    -> [2001:db8:aaaa:bbbb:cccc:dddd:eeee:1111]:443',
    ]);
  });

  test('a reason too long for its column moves into the place of the addresses', () => {
    const many = Array.from({ length: 9 }, () => ({
      ...ENDED,
      src: '172.16.100.101',
      dst: '172.16.200.202',
      app: 'web-browsing',
    }));
    const long: SessionRow = {
      ...many[0]!,
      ttl: 30,
      pending: { ...OPEN.pending!, session_end_reason: 'tcp-rst-from-server' },
    };
    const lines = table([...many, long]);
    expect(lines.slice(-2)).toEqual([
      ' 1 16:44:00 web-browsing                          12 tcp-rst-from-server in 30 s',
      '   172.16.100.101:40000 -> 172.16.200.202:443',
    ]);
  });

  test('a line with the date where the day changes, and only there', () => {
    const next: SessionRow = { ...ENDED, sessionid: 2, start: '2026-01-10T00:00:01.000000000Z' };
    expect(table([ENDED, next, { ...next, sessionid: 3 }]).slice(3)).toEqual([
      ' 1  16:44:00  ssl  10.0.0.1:40000  192.0.2.80:443    12  tcp-fin',
      '2026-01-10',
      ' 2  00:00:01  ssl  10.0.0.1:40000  192.0.2.80:443    12  tcp-fin',
      ' 3  00:00:01  ssl  10.0.0.1:40000  192.0.2.80:443    12  tcp-fin',
    ]);
  });

  test('in another time zone the day changes elsewhere', () => {
    const zone = findTextZone('Asia/Tokyo')!;
    expect(table([ENDED], { zone })[0]).toContain('2026-01-10 01:44:00 to 01:44:03 Asia/Tokyo');
    expect(table([ENDED], { zone }).at(-1)).toMatch(/^ 1 {2}01:44:00 /);
  });

  test('no sessions', () => {
    expect(table([])).toEqual([
      'outage.pcapng: 24 packets, 2026-01-09 16:44:00 to 16:44:03 UTC',
      'no sessions',
    ]);
  });
});

describe('wider', () => {
  const heads = (width: number, rows: readonly SessionRow[] = [ENDED]): string =>
    table(rows, { width })[2]!.trim().replace(/ {2,}/g, ' | ');

  test.each([
    [80, 'ID | START | APP | CLIENT | SERVER | PKTS | END REASON'],
    [
      120,
      'ID | START | PROTO | APP | CLIENT | SERVER | PKTS | SENT | RECEIVED | ELAPSED | TRACKER STAGE | END REASON',
    ],
    [
      160,
      'ID | START | PROTO | APP | CLIENT | SERVER | RULE | PKTS | SENT | RECEIVED | ELAPSED | TIMER | TRACKER STAGE | END REASON',
    ],
  ])('%i columns of the terminal', (width, columns) => {
    expect(heads(width)).toBe(columns);
  });

  test('zones only where there are any, and then before the others', () => {
    expect(heads(110, [{ ...ENDED, from: 'trust' }])).toBe(
      'ID | START | PROTO | APP | CLIENT | SERVER | ZONES | PKTS | SENT | ELAPSED | END REASON',
    );
  });

  test('without a rule base the rule is (none)', () => {
    expect(table([ENDED], { width: 200 }).at(-1)).toContain('(none)');
  });

  test('an open session shows its state until a tracker stage is recorded', () => {
    const lines = table([{ ...OPEN, tracker_stage: null }], { width: 200 });
    expect(lines.at(-1)).toMatch(/ ACTIVE +tcp-fin in 15 s$/);
  });
});

describe('details', () => {
  test('stand indented below the session', () => {
    const row: SessionRow = {
      ...OPEN,
      midstream: true,
      client_basis: 'port',
      after_end: 2,
      evidence: [
        { packet: 1, time: ENDED.start, what: 'first packet: ACK from client' },
        {
          packet: 24,
          time: '2026-01-10T00:00:00.000000001Z',
          what: 'FIN from client',
          file: 'b.pcap',
          file_packet: 3,
        },
      ],
      candidates: [{ reason: 'tcp-rst-from-server', because: 'the RST in packet 9 is out of window' }],
    };
    expect(table([row], { details: true, width: 100 }).slice(4)).toEqual([
      '      session    tcp, c2s 7 packets 500 bytes, s2c 5 packets 1000 bytes, elapsed 3 s, timer',
      '                 tcp-time-wait 15 s, tracker stage TCP FIN, ACTIVE at the end of the capture, began',
      '                 before the capture, client told by port, 2 packets after its end',
      '      evidence   #1 16:44:00 first packet: ACK from client',
      '                 #24 (b.pcap #3) 2026-01-10 00:00:00.000000001 FIN from client',
      '      candidate  tcp-rst-from-server: the RST in packet 9 is out of window',
    ]);
  });

  test('bytes of the capture never drive the terminal', () => {
    const row: SessionRow = {
      ...ENDED,
      evidence: [{ packet: 1, time: ENDED.start, what: 'server name \u001b[2Jevil\n\u202e' }],
    };
    expect(table([row], { details: true }).join('\n')).toContain('server name \\x1b[2Jevil\\x0a\\u202e');
  });
});

test('several captures, and an interrupted run', () => {
  const files = [CAPTURE.files[0]!, { ...CAPTURE.files[0]!, name: 'b.pcap' }];
  expect(captureLines({ ...CAPTURE, files, interrupted: true }, UTC, 200)).toEqual([
    '2 captures (outage.pcapng, b.pcap): 24 packets, 2026-01-09 16:44:00 to 16:44:03 UTC, interrupted',
  ]);
});

test.each([
  ['tcp-rst-from-client', 'ssl', 'reset'],
  ['tcp-rst-from-server', 'ssl', 'reset'],
  ['aged-out', 'dns', 'quiet'],
  ['aged-out', 'incomplete', 'warning'],
  ['tcp-fin', 'ssl', null],
])('%s of %s is painted as %s', (session_end_reason, app, role) => {
  const paint: Paint = (name, text) => `<${name}>${text}</>`;
  const line = table([{ ...ENDED, session_end_reason, app }], { paint }).at(-1)!;
  expect(line.endsWith(role === null ? `  ${session_end_reason}` : `<${role}>${session_end_reason}</>`)).toBe(
    true,
  );
});

describe('any rows at any width', () => {
  const widths = fc.integer({ min: 80, max: 240 });
  const rows = fc.array(anyRow, { minLength: 1, maxLength: 12 });

  test('no line is longer than the width', () => {
    fc.assert(
      fc.property(widths, rows, (width, some) => {
        const lines = table(some, { width });
        expect(lines.filter((line) => line.length > width)).toEqual([]);
      }),
    );
  });

  test('nothing that identifies a session is ever cut', () => {
    fc.assert(
      fc.property(widths, rows, fc.boolean(), (width, some, details) => {
        const words = new Set(table(some, { width, details }).flatMap((line) => line.split(' ')));
        for (const row of some) {
          expect(words).toContain(String(row.sessionid));
          expect(words).toContain(row.app);
          expect(words).toContain(endpointText(row.src, row.sport, row.proto));
          expect(words).toContain(endpointText(row.dst, row.dport, row.proto));
          expect(words).toContain(row.pending?.session_end_reason ?? row.session_end_reason);
        }
      }),
    );
  });

  test('colour changes nothing that is visible', () => {
    const marked: Paint = (_role, text) => `\u001b[1m${text}\u001b[0m`;
    const visible = (line: string): string => line.replaceAll(/\u001b\[\dm/g, '');
    fc.assert(
      fc.property(widths, rows, (width, some) => {
        expect(table(some, { width, paint: marked }).map(visible)).toEqual(table(some, { width }));
      }),
    );
  });
});
