import { describe, expect, test } from 'vitest';
import {
  APPLICATION_TIMER_ROWS,
  type ApplicationOverride,
  defaultApplicationTimers,
  overrideApplication,
  resolveTimer,
  type TimerKind,
  type TimerTransport,
} from '../../src/firewall/application-timers.ts';
import { defaultTimeouts, type Timeouts } from '../../src/firewall/timeouts.ts';

test.each([
  ['timeout', 1, 604_800],
  ['tcp-timeout', 0, 604_800],
  ['udp-timeout', 1, 604_800],
  ['tcp-half-closed', 1, 604_800],
  ['tcp-time-wait', 1, 600],
])('%s ranges from %d to %d (firewall-model 3.3)', (name, minSeconds, maxSeconds) => {
  expect(APPLICATION_TIMER_ROWS.find((row) => row.name === name)).toMatchObject({ minSeconds, maxSeconds });
});

test('only quic is shipped with a timer of its own', () => {
  expect([...defaultApplicationTimers()]).toEqual([['quic', { 'udp-timeout': 120 }]]);
});

const ALL: ApplicationOverride = {
  timeout: 1800,
  'tcp-timeout': 7200,
  'udp-timeout': 45,
  'tcp-half-closed': 60,
  'tcp-time-wait': 5,
};

describe('which timer, in the order of firewall-model 3.3', () => {
  test.each<[TimerKind, ApplicationOverride | null, TimerTransport, string, number]>([
    ['established', null, 'tcp', 'tcp', 3600],
    ['established', null, 'udp', 'udp', 30],
    ['established', null, 'icmp', 'icmp', 6],
    ['established', null, 'sctp', 'sctp', 3600],
    ['established', null, 'other', 'default', 30],
    ['established', {}, 'tcp', 'tcp', 3600],
    ['established', { timeout: 1800 }, 'tcp', 'app:a', 1800],
    ['established', { timeout: 1800 }, 'udp', 'app:a', 1800],
    ['established', { timeout: 1800 }, 'icmp', 'app:a', 1800],
    ['established', { timeout: 1800 }, 'other', 'app:a', 1800],
    ['established', ALL, 'tcp', 'app:a', 7200],
    ['established', ALL, 'udp', 'app:a', 45],
    ['established', ALL, 'icmp', 'app:a', 1800],
    ['established', { 'udp-timeout': 45 }, 'tcp', 'tcp', 3600],
    ['established', { 'tcp-timeout': 9 }, 'udp', 'udp', 30],
    ['established', { 'tcp-timeout': 9 }, 'icmp', 'icmp', 6],
    ['established', { timeout: 1800, 'tcp-timeout': 0 }, 'tcp', 'tcp', 3600],
    ['half-closed', null, 'tcp', 'tcp-half-closed', 120],
    ['half-closed', { timeout: 1800 }, 'tcp', 'tcp-half-closed', 120],
    ['half-closed', ALL, 'tcp', 'app:a/tcp-half-closed', 60],
    ['time-wait', null, 'tcp', 'tcp-time-wait', 15],
    ['time-wait', ALL, 'tcp', 'app:a/tcp-time-wait', 5],
  ])('%s with %j over %s: %s %d', (kind, own, transport, name, seconds) => {
    const app = own === null ? null : 'a';
    const table = new Map(own === null ? [] : [['a', own]]);
    expect(resolveTimer(kind, app, transport, defaultTimeouts(), table)).toEqual({ name, seconds });
  });
});

describe('time-wait is never longer than half-closed (firewall-model 3.2)', () => {
  const timeouts: Timeouts = { ...defaultTimeouts(), 'tcp-half-closed': 4 };
  test.each<[string, ApplicationOverride, string, number]>([
    ['both global', {}, 'tcp-time-wait', 4],
    ['own time-wait', { 'tcp-time-wait': 10 }, 'app:a/tcp-time-wait', 4],
    ['own half-closed', { 'tcp-half-closed': 100 }, 'tcp-time-wait', 15],
    ['both own', { 'tcp-half-closed': 2, 'tcp-time-wait': 3 }, 'app:a/tcp-time-wait', 2],
  ])('%s', (_, own, name, seconds) => {
    expect(resolveTimer('time-wait', 'a', 'tcp', timeouts, new Map([['a', own]]))).toEqual({ name, seconds });
  });
});

test('an application without a row, or called like a property of every object, has the global timers', () => {
  for (const app of ['dns', 'constructor']) {
    expect(resolveTimer('established', app, 'udp', defaultTimeouts(), defaultApplicationTimers())).toEqual({
      name: 'udp',
      seconds: 30,
    });
  }
});

test('quic keeps its 120 s over UDP only', () => {
  const table = defaultApplicationTimers();
  expect(resolveTimer('established', 'quic', 'udp', defaultTimeouts(), table)).toEqual({
    name: 'app:quic',
    seconds: 120,
  });
  expect(resolveTimer('established', 'quic', 'tcp', defaultTimeouts(), table)).toEqual({
    name: 'tcp',
    seconds: 3600,
  });
});

test('an override is laid over what is there and leaves the given table alone', () => {
  const table = defaultApplicationTimers();
  const after = overrideApplication(table, 'quic', { 'tcp-time-wait': 2 });
  expect(after.get('quic')).toEqual({ 'udp-timeout': 120, 'tcp-time-wait': 2 });
  expect(table.get('quic')).toEqual({ 'udp-timeout': 120 });
  expect(overrideApplication(after, 'quic', { timeout: 7, 'udp-timeout': 8 }).get('quic')).toEqual({
    timeout: 7,
    'udp-timeout': 8,
    'tcp-time-wait': 2,
  });
});
