import { expect, test } from 'vitest';
import { defaultTimeouts, findTimeout, TIMEOUT_NAMES, TIMEOUT_ROWS } from '../../src/firewall/timeouts.ts';

// firewall-model 3.1, typed in again on purpose: the table must not drift from the vendor's page
test.each([
  ['default', 'timeout-default', 30, 1, 15_999_999],
  ['discard-default', 'timeout-discard-default', 60, 1, 15_999_999],
  ['discard-tcp', 'timeout-discard-tcp', 90, 1, 15_999_999],
  ['discard-udp', 'timeout-discard-udp', 60, 1, 15_999_999],
  ['discard-sctp', null, 30, 1, 604_800],
  ['icmp', 'timeout-icmp', 6, 1, 15_999_999],
  ['scan', 'timeout-scan', 10, 5, 30],
  ['tcp', 'timeout-tcp', 3600, 1, 15_999_999],
  ['tcp-handshake', 'timeout-tcphandshake', 10, 1, 60],
  ['tcp-init', 'timeout-tcpinit', 5, 1, 60],
  ['tcp-half-closed', 'timeout-tcp-half-closed', 120, 1, 604_800],
  ['tcp-time-wait', 'timeout-tcp-time-wait', 15, 1, 600],
  ['unverified-rst', 'timeout-tcp-unverified-rst', 30, 1, 600],
  ['udp', 'timeout-udp', 30, 1, 15_999_999],
  ['captive-portal', 'timeout-captive-portal', 30, 1, 1_599_999],
  ['sctp', null, 3600, 1, 604_800],
  ['sctp-init', null, 5, 1, 60],
  ['sctp-cookie', null, 60, 1, 600],
  ['sctp-shutdown', null, 30, 1, 600],
  ['predict', null, 60, 1, 604_800],
] as const)('%s', (name, xmlKey, defaultSeconds, minSeconds, maxSeconds) => {
  expect(findTimeout(name)).toMatchObject({ name, xmlKey, defaultSeconds, minSeconds, maxSeconds });
  expect(defaultTimeouts()[name]).toBe(defaultSeconds);
});

test('the names are those of interface.md, in its order, each once', () => {
  expect(TIMEOUT_NAMES.join(' ')).toBe(
    'default discard-default discard-tcp discard-udp discard-sctp icmp scan tcp tcp-handshake tcp-init ' +
      'tcp-half-closed tcp-time-wait unverified-rst udp captive-portal sctp sctp-init sctp-cookie sctp-shutdown predict',
  );
});

test('every row says when it is in force and where that stands', () => {
  for (const row of TIMEOUT_ROWS) {
    expect(row.inForce, row.name).not.toBe('');
    expect(row.source, row.name).toMatch(/^firewall-model \d/);
    expect(row.defaultSeconds).toBeGreaterThanOrEqual(row.minSeconds);
    expect(row.defaultSeconds).toBeLessThanOrEqual(row.maxSeconds);
  }
});

test('an unknown name has no row', () => {
  expect(findTimeout('tcp-fin')).toBeUndefined();
  expect(findTimeout('constructor')).toBeUndefined();
});
