/** The parts of the JSON beside the sessions. */
import { describe, expect, test } from 'vitest';
import type { CaptureFile } from '../../src/capture/record.ts';
import { defaultConfig } from '../../src/firewall/config.ts';
import { parseConfig } from '../../src/firewall/parse-config.ts';
import { TIMEOUT_NAMES } from '../../src/firewall/timeouts.ts';
import {
  accountingDocument,
  captureDocument,
  countersDocument,
  damageText,
} from '../../src/report/capture-document.ts';
import { firewallDocument, overrideFirewall } from '../../src/report/firewall-in-force.ts';

const FILE: CaptureFile = {
  name: 'b.pcap',
  format: 'pcap',
  linkTypes: [1, 113],
  packets: 2,
  bytes: 120,
  first: { sec: 10, nsec: 5 },
  last: { sec: 20, nsec: 0 },
  damage: null,
  strangeTimes: null,
};
const EMPTY: CaptureFile = { ...FILE, name: 'empty.pcap', packets: 0, bytes: 0, first: null, last: null };
const EARLIER: CaptureFile = {
  ...FILE,
  name: 'a.pcap',
  first: { sec: 9, nsec: 999_999_999 },
  last: { sec: 20, nsec: 0 },
  damage: { offset: 24, what: 'the record needs 16 bytes and 3 are left' },
};

describe('capture', () => {
  test('a file, with link types by name and times in nanoseconds', () => {
    expect(captureDocument([FILE], false)).toEqual({
      files: [
        {
          name: 'b.pcap',
          format: 'pcap',
          link_types: ['ETHERNET', 'LINUX_SLL'],
          packets: 2,
          bytes: 120,
          first: '1970-01-01T00:00:10.000000005Z',
          last: '1970-01-01T00:00:20.000000000Z',
          damage: null,
        },
      ],
      packets: 2,
      bytes: 120,
      first: '1970-01-01T00:00:10.000000005Z',
      last: '1970-01-01T00:00:20.000000000Z',
    });
  });

  test('the sum of several, from the earliest to the latest packet', () => {
    const document = captureDocument([FILE, EMPTY, EARLIER], false);
    expect(document).toMatchObject({ packets: 4, bytes: 240, first: '1970-01-01T00:00:09.999999999Z' });
    expect(document.files[2]!.damage).toEqual({
      offset: 24,
      what: 'the record needs 16 bytes and 3 are left',
    });
  });

  test('no packet at all', () => {
    expect(captureDocument([EMPTY], false)).toMatchObject({ packets: 0, first: null, last: null });
  });

  test('interrupted is said only where it is so', () => {
    expect(captureDocument([FILE], true).interrupted).toBe(true);
    expect(Object.keys(captureDocument([FILE], false))).toEqual([
      'files',
      'packets',
      'bytes',
      'first',
      'last',
    ]);
  });

  test('damage in one line', () => {
    expect(damageText('a.pcap', EARLIER.damage!)).toBe(
      'a.pcap: byte 24: the record needs 16 bytes and 3 are left; everything before it was used',
    );
  });
});

test('causes and counters in alphabetical order', () => {
  const accounting = {
    packets: 9,
    inSessions: 4,
    notInSessions: new Map([
      ['non_ip', 3],
      ['late', 2],
    ]),
    counters: new Map([
      ['tcp_out_of_sync', 1],
      ['flow_tcp_non_syn', 2],
    ]),
  };
  expect(JSON.stringify(accountingDocument(accounting))).toBe(
    '{"packets":9,"in_sessions":4,"not_in_sessions":{"late":2,"non_ip":3}}',
  );
  expect(JSON.stringify(countersDocument(accounting))).toBe('{"flow_tcp_non_syn":2,"tcp_out_of_sync":1}');
});

describe('firewall', () => {
  const nothing = { timeouts: [], zones: [], nonSyn: null, maxSessions: null };

  test('the defaults: every timeout in the order of its table, no zones', () => {
    const document = firewallDocument(overrideFirewall(defaultConfig(), nothing));
    expect(Object.keys(document)).toEqual([
      'vsys',
      'timeouts',
      'applications',
      'zones',
      'non_syn',
      'tcp',
      'app_id',
      'limits',
    ]);
    expect(Object.keys(document.timeouts)).toEqual(TIMEOUT_NAMES);
    expect(document).toMatchObject({
      zones: {},
      non_syn: 'midstream',
      limits: {
        max_sessions: null,
        when_full: 'drop',
        accelerated_aging: { enabled: true, threshold: 80, scaling: 2 },
      },
    });
  });

  test('the command line laid over a configuration', () => {
    const config = parseConfig(
      `
timeouts: { tcp: 100, udp: 10 }
zones: { trust: { networks: [10.0.0.0/8, "fd00::/8"] }, dmz: { networks: [192.0.2.0/24] } }
tcp: { non-syn: reject, strict-rst: false }
limits: { max-sessions: 9, accelerated-aging: { scaling: 4 } }
`,
      'fw.yaml',
    );
    const firewall = overrideFirewall(config, {
      timeouts: [
        { app: null, name: 'tcp', seconds: 200 },
        { app: 'ssl', field: 'timeout', seconds: 900 },
      ],
      zones: [{ network: '192.0.2.0/24', zone: 'lab' }],
      nonSyn: 'accept',
      maxSessions: 5,
    });
    expect(firewallDocument(firewall)).toMatchObject({
      timeouts: { tcp: 200, udp: 10 },
      applications: { ssl: { timeout: 900 } },
      zones: { trust: ['10.0.0.0/8', 'fd00::/8'], lab: ['192.0.2.0/24'] },
      non_syn: 'accept',
      tcp: { strict_rst: false },
      limits: { max_sessions: 5, accelerated_aging: { enabled: true, threshold: 80, scaling: 4 } },
    });
    expect(firewallDocument(firewall).zones).not.toHaveProperty('dmz');
  });
});
