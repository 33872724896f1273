/** Session rows made by hand and at random, for tests of the formats. */
import fc from 'fast-check';
import type { SessionRow } from '../../src/report/session-row.ts';

/** An ended TCP session; every nullable key that can be null is. */
export const ENDED: SessionRow = {
  sessionid: 1,
  type: 'FLOW',
  state: 'CLOSED',
  subtype: 'end',
  src: '10.0.0.1',
  dst: '192.0.2.80',
  sport: 40000,
  dport: 443,
  proto: 'tcp',
  from: null,
  to: null,
  natsrc: null,
  natdst: null,
  natsport: null,
  natdport: null,
  app: 'ssl',
  rule: null,
  action: 'allow',
  action_source: null,
  bytes: 1500,
  bytes_sent: 500,
  bytes_received: 1000,
  packets: 12,
  pkts_sent: 7,
  pkts_received: 5,
  start: '2026-01-09T16:44:00.000000000Z',
  last: '2026-01-09T16:44:03.250000000Z',
  end: '2026-01-09T16:44:18.250000000Z',
  elapsed: 3,
  timeout: 15,
  timer: 'tcp-time-wait',
  ttl: null,
  session_end_reason: 'tcp-fin',
  tracker_stage: 'TCP FIN',
  pending: null,
  final_action: 'Allowed',
  midstream: false,
  client_basis: 'syn',
  after_end: 0,
  candidates: [],
  evidence: [],
  parent: null,
  diagnosis: [],
};

/** The same, still in the table at the end of the capture. */
export const OPEN: SessionRow = {
  ...ENDED,
  sessionid: 2,
  state: 'ACTIVE',
  subtype: 'start',
  end: null,
  ttl: 15,
  session_end_reason: 'n/a',
  pending: {
    session_end_reason: 'tcp-fin',
    tracker_stage: 'TCP FIN',
    end: '2026-01-09T16:44:18.250000000Z',
    decided: true,
  },
};

const REASONS = ['tcp-fin', 'aged-out', 'tcp-rst-from-client', 'tcp-rst-from-server', 'tcp-reuse'] as const;
const APPS = ['ssl', 'dns', 'web-browsing', 'incomplete', 'insufficient-data', 'unknown-tcp'] as const;
const TIMERS = ['tcp', 'udp', 'tcp-time-wait', 'app:web-browsing/tcp-half-closed', 'unverified-rst'] as const;
const STAGES = ['Aged out', 'TCP FIN', 'TCP RST - client', 'appid policy lookup deny'] as const;

const endpoint = fc.oneof(fc.ipV4(), fc.ipV6(), fc.constant('2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff'));
const count = fc.oneof(fc.nat(99), fc.nat(2 ** 31), fc.nat(Number.MAX_SAFE_INTEGER));
const time = fc
  .tuple(fc.integer({ min: 0, max: 4_000_000_000 }), fc.nat(999_999_999))
  .map(
    ([sec, nsec]) => `${new Date(sec * 1000).toISOString().slice(0, 19)}.${String(nsec).padStart(9, '0')}Z`,
  );
/** what a file name or a server name may smuggle in */
const hostile = fc.string({ unit: 'binary', maxLength: 20 });

export const anyRow: fc.Arbitrary<SessionRow> = fc
  .record({
    sessionid: fc.integer({ min: 1, max: 9_999_999 }),
    src: endpoint,
    dst: endpoint,
    sport: fc.nat(65_535),
    dport: fc.nat(65_535),
    proto: fc.constantFrom('tcp', 'udp', 'icmp', 'ipv6-icmp', 'gre', '253'),
    from: fc.option(fc.constantFrom('trust', 'dmz')),
    to: fc.option(fc.constantFrom('untrust', 'a-zone-of-thirty-one-characters')),
    app: fc.constantFrom(...APPS),
    rule: fc.option(fc.constantFrom('outbound-web', 'a "quoted", rule')),
    packets: count,
    bytes_sent: count,
    bytes_received: count,
    elapsed: count,
    start: time,
    end: time,
    timeout: fc.option(fc.integer({ min: 1, max: 15_999_999 })),
    timer: fc.constantFrom(...TIMERS),
    ttl: fc.integer({ min: 1, max: 15_999_999 }),
    reason: fc.constantFrom(...REASONS),
    tracker_stage: fc.option(fc.constantFrom(...STAGES)),
    open: fc.boolean(),
    after_end: fc.option(fc.nat(9)),
    candidates: fc.array(fc.record({ reason: fc.constantFrom(...REASONS), because: hostile }), {
      maxLength: 2,
    }),
    evidence: fc.array(fc.record({ packet: fc.nat(1_000_000), time, what: hostile }), { maxLength: 3 }),
  })
  .map(({ open, reason, end, ttl, ...some }) => ({
    ...ENDED,
    ...some,
    timer: some.timeout === null ? null : some.timer,
    state: open ? 'ACTIVE' : 'CLOSED',
    subtype: open ? ('start' as const) : ('end' as const),
    end: open ? null : end,
    ttl: open ? ttl : null,
    session_end_reason: open ? 'n/a' : reason,
    pending: open
      ? { session_end_reason: reason, tracker_stage: 'Aged out', end, decided: reason !== 'aged-out' }
      : null,
  }));
