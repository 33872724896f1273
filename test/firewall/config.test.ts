import { describe, expect, test } from 'vitest';
import { ConfigError, defaultConfig, zoneNetworks } from '../../src/firewall/config.ts';
import { parseConfig } from '../../src/firewall/parse-config.ts';
import { TIMEOUT_ROWS } from '../../src/firewall/timeouts.ts';

function errorOf(text: string): string {
  try {
    parseConfig(text, 'fw.yaml');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message;
  }
  return '';
}

describe('without a word', () => {
  test.each([
    ['an empty file', ''],
    ['a comment', '# nothing yet\n'],
    ['an empty mapping', '{}'],
    ['sections whose lines are commented out', 'timeouts:\n  # tcp: 5\nzones:\nsecurity-rules:\n'],
  ])('%s is the default firewall', (_, text) => {
    expect(parseConfig(text, 'fw.yaml')).toEqual(defaultConfig());
  });

  test('the defaults are those of interface.md and firewall-model 3, 5', () => {
    expect(defaultConfig()).toMatchObject({
      vsys: 'vsys1',
      zones: [],
      tcp: {
        nonSyn: 'midstream',
        asymmetricPath: 'drop',
        outOfOrderLimit: 64,
        challengeAck: 'drop',
        strictRst: true,
        refreshDiscard: false,
        refreshAfterFin: true,
        reuseReason: 'tcp-reuse',
        unverifiedRstRestore: true,
      },
      appId: { maxPackets: 4, maxBytes: 2000 },
      log: { elapsed: 'auto' },
      limits: {
        maxSessions: null,
        whenFull: 'drop',
        acceleratedAging: { enabled: true, threshold: 80, scaling: 2 },
      },
    });
  });
});

const WHOLE = `
vsys: vsys2
zones:
  trust:   { interface: ethernet1/2, networks: [10.0.0.0/8, "fd00::/8"] }
  untrust: { interface: ethernet1/1, networks: [0.0.0.0/0, "::/0"] }
  dmz: {}
timeouts: { tcp: 1800, udp: 31, tcp-half-closed: 121 }
applications:
  ssl:  { timeout: 1800, tcp-timeout: 3600, udp-timeout: 45, tcp-half-closed: 7, tcp-time-wait: 3 }
  quic: { timeout: 60 }
tcp: { non-syn: accept, asymmetric-path: bypass, out-of-order-limit: 32, challenge-ack: allow, strict-rst: false,
       refresh-discard: true, refresh-after-fin: false, reuse-reason: priority, unverified-rst-restore: false }
app-id: { max-packets: 8, max-bytes: 4000 }
log: { elapsed: auto }
limits: { max-sessions: 200000, when-full: drop, accelerated-aging: { enabled: false, threshold: 90, scaling: 4 } }
`;

test('everything that this version applies', () => {
  const config = parseConfig(WHOLE, 'fw.yaml');
  expect(config).toEqual({
    vsys: 'vsys2',
    zones: [
      { name: 'trust', interface: 'ethernet1/2', networks: ['10.0.0.0/8', 'fd00::/8'] },
      { name: 'untrust', interface: 'ethernet1/1', networks: ['0.0.0.0/0', '::/0'] },
      { name: 'dmz', interface: null, networks: [] },
    ],
    timeouts: { ...defaultConfig().timeouts, tcp: 1800, udp: 31, 'tcp-half-closed': 121 },
    applications: new Map([
      ['quic', { timeout: 60 }],
      [
        'ssl',
        { timeout: 1800, 'tcp-timeout': 3600, 'udp-timeout': 45, 'tcp-half-closed': 7, 'tcp-time-wait': 3 },
      ],
    ]),
    tcp: {
      nonSyn: 'accept',
      asymmetricPath: 'bypass',
      outOfOrderLimit: 32,
      challengeAck: 'allow',
      strictRst: false,
      refreshDiscard: true,
      refreshAfterFin: false,
      reuseReason: 'priority',
      unverifiedRstRestore: false,
    },
    appId: { maxPackets: 8, maxBytes: 4000 },
    log: { elapsed: 'auto' },
    limits: {
      maxSessions: 200_000,
      whenFull: 'drop',
      acceleratedAging: { enabled: false, threshold: 90, scaling: 4 },
    },
  });
  expect(zoneNetworks(config)).toHaveLength(4);
});

test('a part of the limits leaves the others as they are', () => {
  expect(parseConfig('limits: { accelerated-aging: { threshold: 50 } }', 'fw.yaml').limits).toEqual({
    maxSessions: null,
    whenFull: 'drop',
    acceleratedAging: { enabled: true, threshold: 50, scaling: 2 },
  });
});

test('JSON is the same', () => {
  expect(parseConfig('{"timeouts": {"tcp": 60},\n "tcp": {"non-syn": "reject"}}', 'fw.json')).toMatchObject({
    timeouts: { tcp: 60 },
    tcp: { nonSyn: 'reject' },
  });
});

describe.each(TIMEOUT_ROWS)('timeouts.$name', ({ name, minSeconds, maxSeconds }) => {
  test('takes its bounds and no more', () => {
    for (const seconds of [minSeconds, maxSeconds]) {
      expect(parseConfig(`timeouts: { ${name}: ${seconds} }`, 'fw.yaml').timeouts[name]).toBe(seconds);
    }
    for (const seconds of [minSeconds - 1, maxSeconds + 1]) {
      expect(errorOf(`timeouts: { ${name}: ${seconds} }`)).toBe(
        `fw.yaml:1: timeouts.${name}: give whole seconds from ${minSeconds} to ${maxSeconds}`,
      );
    }
  });
});

test.each([
  ['applications.ssl.timeout', 0, 'give whole seconds from 1 to 604800'],
  ['applications.ssl.tcp-timeout', -1, 'give whole seconds from 0 to 604800'],
  ['applications.ssl.udp-timeout', 604_801, 'give whole seconds from 1 to 604800'],
  ['applications.ssl.tcp-half-closed', 0, 'give whole seconds from 1 to 604800'],
  ['applications.ssl.tcp-time-wait', 601, 'give whole seconds from 1 to 600'],
  ['timeouts.tcp', 1.5, 'give whole seconds from 1 to 15999999'],
  ['timeouts.tcp', '"60"', 'give whole seconds from 1 to 15999999'],
  ['timeouts.tcp', '', 'give whole seconds from 1 to 15999999'],
  ['timeouts.tpc', 5, 'unknown key; allowed: default, discard-default'],
  ['tcp.non-syn', 'yes', 'allowed: midstream, reject, accept'],
  ['tcp.asymmetric-path', 'allow', 'allowed: drop, bypass'],
  ['tcp.challenge-ack', true, 'allowed: drop, allow'],
  ['tcp.reuse-reason', 'tcp-fin', 'allowed: tcp-reuse, priority'],
  ['tcp.strict-rst', 1, 'give true or false'],
  ['tcp.refresh-discard', 'no', 'give true or false'],
  ['tcp.refresh-after-fin', '[]', 'give true or false'],
  ['tcp.unverified-rst-restore', 'on', 'give true or false'],
  ['tcp.out-of-order-limit', 0, 'give whole segments from 1 to 65535'],
  ['tcp.sack', true, 'unknown key; allowed: non-syn, asymmetric-path, out-of-order-limit'],
  ['app-id.max-packets', 0, 'give whole packets from 1 to 1000'],
  ['app-id.max-bytes', 65_536, 'give whole bytes from 1 to 65535'],
  ['log.elapsed', 'timeout', 'allowed: first-to-last, includes-timeout, auto'],
  ['limits.max-sessions', 0, 'give whole sessions from 1 to 999999999'],
  ['limits.max-sessions', '1e3x', 'give whole sessions from 1 to 999999999'],
  ['limits.when-full', 'evict', 'allowed: drop'],
  ['limits.threshold', 80, 'unknown key; allowed: max-sessions, when-full, accelerated-aging'],
  ['limits.accelerated-aging', true, 'give a mapping of enabled, threshold, scaling'],
  ['limits.accelerated-aging.enabled', 1, 'give true or false'],
  ['limits.accelerated-aging.threshold', 49, 'give whole percent from 50 to 99'],
  ['limits.accelerated-aging.threshold', 100, 'give whole percent from 50 to 99'],
  ['limits.accelerated-aging.scaling', 1, 'give whole numbers from 2 to 16'],
  ['limits.accelerated-aging.scaling', 17, 'give whole numbers from 2 to 16'],
  ['limits.accelerated-aging.factor', 2, 'unknown key; allowed: enabled, threshold, scaling'],
  ['zones.trust.network', '[]', 'unknown key; allowed: interface, networks'],
  ['zones.trust.interface', 5, 'give a text'],
])('%s: %s is refused', (path, value, why) => {
  const keys = path.split('.');
  const lines = keys.map((key, depth) => `${'  '.repeat(depth)}${key}:`);
  expect(errorOf(`# a comment\n${lines.join('\n')} ${value}\n`)).toContain(
    `fw.yaml:${keys.length + 1}: ${path}: ${why}`,
  );
});

test.each([
  ['zones:\n  any: {}', 'fw.yaml:2: zones.any: a zone name has 1 to 31'],
  [
    'zones:\n  t:\n    networks:\n      - 10.0.0.0/8\n      - 10.0.0/8',
    'fw.yaml:5: zones.t.networks.1: no network',
  ],
  ['zones:\n  t:\n    networks: 10.0.0.0/8', 'fw.yaml:3: zones.t.networks: give a list'],
  ['zones: 5', 'fw.yaml:1: zones: give a mapping by name'],
  ['zones: { t: 5 }', 'fw.yaml:1: zones.t: give a mapping of interface, networks'],
  [
    'zones:\n  a: { networks: [10.0.0.0/8] }\n  b: { networks: [10.9.9.9/8] }',
    'fw.yaml:3: zones.b.networks: 10.9.9.9/8 already belongs to zone a',
  ],
  ['applications:\n  "a b": {}', 'fw.yaml:2: applications.a b: an application name has letters'],
  [
    'timeout: 5',
    'fw.yaml:1: timeout: unknown key; allowed: vsys, zones, timeouts, applications, tcp, app-id, log, limits',
  ],
  ['__proto__: 5', 'fw.yaml:1: __proto__: unknown key'],
  ['- a\n- b', 'fw.yaml:1: give a mapping of vsys, zones'],
  ['hello', 'fw.yaml:1: give a mapping of vsys, zones'],
  [
    'tcp: { non-syn: x }\nlog: { elapsed: y }\n',
    'fw.yaml:1: tcp.non-syn: allowed: midstream, reject, accept (and 1 more)',
  ],
  [
    'log: { elapsed: y }\ntcp: { non-syn: x }\n',
    'fw.yaml:1: log.elapsed: allowed: first-to-last, includes-timeout, auto (and 1 more)',
  ],
])('%j', (text, why) => {
  expect(errorOf(text)).toContain(why);
});

test.each([
  ['tcp: [\n', 'fw.yaml:2: no valid YAML'],
  ['log:\n  elapsed: auto\nlog:\n', 'fw.yaml:3: no valid YAML: Map keys must be unique'],
  ['a: 1\n--- {}\n', 'fw.yaml:2: no valid YAML'],
  ['a: *nowhere', 'no valid YAML'],
  ['<?xml version="1.0"?><config/>', 'fw.yaml: a PAN-OS XML configuration is not supported by this version'],
])('%j is not a configuration, and says so in one line', (text, why) => {
  const message = errorOf(text);
  expect(message).toContain(why);
  expect(message).not.toContain('\n');
});

test('a value that grows without end through aliases is refused, not built', () => {
  const levels = Array.from(
    { length: 12 },
    (_, n) => `k${n + 1}: &k${n + 1} [${Array(9).fill(`*k${n}`).join(', ')}]`,
  );
  expect(errorOf(`k0: &k0 [1, 2]\n${levels.join('\n')}\n`)).toContain('fw.yaml: no valid YAML');
});

test('an alias is followed when the line of an error is looked for', () => {
  expect(errorOf('zones:\n  a: &z { networks: [x] }\n  b: *z\n')).toMatch(
    /^fw\.yaml:2: zones\.[ab]\.networks\.0: no network; .* \(and 1 more\)$/,
  );
});

describe('what later versions will apply is not ignored in silence', () => {
  test.each([
    ['host', '{ addresses: [10.1.1.1] }'],
    ['services', '{ long-db: { ports: [tcp/1521] } }'],
    ['security-rules', '[]'],
    ['nat-rules', '[]'],
    ['decryption-rules', '[]'],
    ['application-override-rules', '[]'],
    ['threats', '[]'],
  ])('%s', (section, value) => {
    expect(errorOf(`vsys: vsys1\n${section}: ${value}`)).toBe(
      `fw.yaml:2: ${section} is not supported by this version`,
    );
  });

  test.each([
    ['zones', 'trust', 'capture-interfaces', '[eth0]'],
    ['zones', 'trust', 'vlans', '[100]'],
    ['applications', 'erp', 'ports', '[tcp/9001]'],
    ['applications', 'erp', 'pattern', '^ERP1'],
  ])('%s.%s.%s', (section, name, key, value) => {
    expect(errorOf(`${section}:\n  ${name}:\n    ${key}: ${value}`)).toBe(
      `fw.yaml:3: ${section}.${name}.${key} is not supported by this version`,
    );
  });
});
