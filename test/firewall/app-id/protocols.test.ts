import { describe, expect, test } from 'vitest';
import { identifyProtocol } from '../../../src/firewall/app-id/identify.ts';
import { PROTOCOL_APPS } from '../../../src/firewall/app-id/protocols.ts';
import { isStandardPort } from '../../../src/firewall/app-id/standard-ports.ts';

describe('ICMP', () => {
  test.each([
    [1, 8, 'ping'],
    [1, 0, 'ping'],
    [1, 13, 'icmp'],
    [1, 3, 'icmp'],
    [1, 128, 'icmp'],
    [58, 128, 'ping'],
    [58, 129, 'ping'],
    [58, 135, 'ipv6-icmp'],
    [58, 8, 'ipv6-icmp'],
  ])('protocol %d type %d: %s', (proto, type, app) => {
    expect(identifyProtocol(proto, type)).toBe(app);
  });
});

test.each([
  [2, 'igmp'],
  [4, 'ip-in-ip'],
  [41, 'ipv6'],
  [47, 'gre'],
  [50, 'ipsec-esp'],
  [51, 'ipsec-ah'],
  [88, 'eigrp'],
  [89, 'ospfigp'],
  [103, 'pim'],
  [112, 'vrrp'],
  [132, 'sctp'],
  [253, 'unknown-ip'],
])('protocol %d: %s', (proto, app) => {
  expect(identifyProtocol(proto, -1)).toBe(app);
});

test('every protocol number is one, and every name fits a PAN-OS application name', () => {
  for (const [proto, app] of PROTOCOL_APPS) {
    expect(proto).toBeLessThan(253);
    expect(app).toMatch(/^[a-z][a-z0-9-]*$/);
  }
});

test('standard ports are those of the signatures, each transport by itself', () => {
  expect([22, 443, 3978, 8080].every((port) => isStandardPort('tcp', port))).toBe(true);
  expect([53, 123, 1900, 5353].every((port) => isStandardPort('udp', port))).toBe(true);
  expect(isStandardPort('tcp', 1900)).toBe(false);
  expect(isStandardPort('udp', 22)).toBe(false);
});
