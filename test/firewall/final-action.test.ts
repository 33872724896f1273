import { describe, expect, test } from 'vitest';
import {
  FINAL_ACTION_BY_ACTION,
  FINAL_ACTION_BY_APPLICATION,
  FINAL_ACTION_BY_REASON,
  finalAction,
} from '../../src/firewall/final-action.ts';

// firewall-model 6, typed in again on purpose
test.each([
  ['allow', 'Allowed'],
  ['deny', 'Blocked'],
  ['drop', 'Blocked'],
  ['drop-icmp', 'Blocked'],
  ['reset-both', 'Blocked'],
  ['reset-client', 'Allowed'],
  ['reset-server', 'Allowed'],
])('action %s: %s', (action, expected) => {
  expect(FINAL_ACTION_BY_ACTION.get(action)).toBe(expected);
  expect(finalAction(action, 'ssl', 'tcp-fin')).toBe(expected);
});

test.each([
  ['incomplete', 'Allowed'],
  ['insufficient-data', 'Allowed'],
  ['unknown-tcp', 'Allowed'],
  ['unknown-udp', 'Allowed'],
  ['not-applicable', 'Blocked'],
])('application %s: %s', (app, expected) => {
  expect(FINAL_ACTION_BY_APPLICATION.get(app)).toBe(expected);
  expect(finalAction('allow', app, 'aged-out')).toBe(expected);
});

test.each([
  ['threat', 'Blocked'],
  ['policy-deny', 'Blocked'],
  ['resources-unavailable', 'Blocked'],
  ['decrypt-error', 'Blocked'],
  ['decrypt-cert-validation', 'Blocked'],
  ['decrypt-unsupport-param', 'Blocked'],
  ['tcp-rst-from-client', 'Allowed'],
  ['tcp-rst-from-server', 'Allowed'],
  ['tcp-fin', 'Allowed'],
  ['tcp-reuse', 'Allowed'],
  ['aged-out', 'Allowed'],
  ['decoder', 'Allowed'],
  ['n/a', 'Allowed'],
])('session end reason %s: %s', (reason, expected) => {
  expect(FINAL_ACTION_BY_REASON.get(reason)).toBe(expected);
  expect(finalAction('allow', 'ssl', reason)).toBe(expected);
});

describe('together', () => {
  test('an unknown reason is Unknown', () => {
    expect(FINAL_ACTION_BY_REASON.has('unknown')).toBe(false);
    expect(finalAction('allow', 'ssl', 'unknown')).toBe('Unknown');
  });
  test('unless another table says Blocked', () => {
    expect(finalAction('deny', 'ssl', 'unknown')).toBe('Blocked');
    expect(finalAction('allow', 'not-applicable', 'unknown')).toBe('Blocked');
  });
  test('one Blocked outweighs two Allowed', () => {
    expect(finalAction('reset-client', 'incomplete', 'policy-deny')).toBe('Blocked');
  });
});
