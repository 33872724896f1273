import { describe, expect, test } from 'vitest';
import { APPLICATION_TIMER_ROWS } from '../../src/firewall/application-timers.ts';
import { defaultConfig } from '../../src/firewall/config.ts';
import { parseConfig } from '../../src/firewall/parse-config.ts';
import {
  applyTimeoutOptions,
  parseTimeoutOption,
  type TimeoutOption,
} from '../../src/firewall/timeout-option.ts';
import { TIMEOUT_NAMES, TIMEOUT_ROWS } from '../../src/firewall/timeouts.ts';

function option(text: string): TimeoutOption {
  const parsed = parseTimeoutOption(text);
  if ('error' in parsed) throw new Error(parsed.error);
  return parsed;
}

function errorOf(text: string): string {
  const parsed = parseTimeoutOption(text);
  return 'error' in parsed ? parsed.error : '';
}

describe.each(TIMEOUT_ROWS)('$name', ({ name, minSeconds, maxSeconds }) => {
  test.each([minSeconds, maxSeconds])('takes %d', (seconds) => {
    expect(parseTimeoutOption(`${name}=${seconds}`)).toEqual({ app: null, name, seconds });
  });
  test.each([minSeconds - 1, maxSeconds + 1])('refuses %d and names the range', (seconds) => {
    expect(errorOf(`${name}=${seconds}`)).toBe(
      `--timeout ${name}=${seconds}: ${name} takes whole seconds from ${minSeconds} to ${maxSeconds}`,
    );
  });
});

describe.each([
  ['app:ssl', 'timeout'],
  ['app:ssl/tcp-half-closed', 'tcp-half-closed'],
  ['app:ssl/tcp-time-wait', 'tcp-time-wait'],
] as const)('%s', (name, field) => {
  const row = APPLICATION_TIMER_ROWS.find((candidate) => candidate.name === field)!;
  test('takes its bounds and no more', () => {
    expect(parseTimeoutOption(`${name}=${row.minSeconds}`)).toEqual({
      app: 'ssl',
      field,
      seconds: row.minSeconds,
    });
    expect(parseTimeoutOption(`${name}=${row.maxSeconds}`)).toEqual({
      app: 'ssl',
      field,
      seconds: row.maxSeconds,
    });
    expect(errorOf(`${name}=${row.minSeconds - 1}`)).toContain(`from ${row.minSeconds} to ${row.maxSeconds}`);
    expect(errorOf(`${name}=${row.maxSeconds + 1}`)).toContain(`from ${row.minSeconds} to ${row.maxSeconds}`);
  });
});

test.each(['', 'tcp', '=5', 'tcp:5'])('"%s" is no assignment', (text) => {
  expect(errorOf(text)).toBe(`--timeout ${text}: give NAME=SECONDS, e.g. tcp=7200`);
});

test.each(['tcp=', 'tcp=5s', 'tcp=-1', 'tcp=1.5', 'tcp=1e3', 'tcp= 5', 'tcp=9999999999'])(
  '"%s" is no number',
  (text) => {
    expect(errorOf(text)).toBe(`--timeout ${text}: tcp takes whole seconds from 1 to 15999999`);
  },
);

test('an unknown name is answered with the names', () => {
  const error = errorOf('tpc=5');
  expect(error).toContain('unknown name "tpc"');
  for (const name of TIMEOUT_NAMES) expect(error).toContain(` ${name}`);
  expect(error).toContain('app:NAME/tcp-half-closed');
});

test.each(['app:=5', 'app:ssl/udp=5', 'app:ssl/=5', 'app:a b=5', 'app:ssl/tcp-half-closed/x=5'])(
  '"%s" is no timer of an application',
  (text) => {
    expect(errorOf(text)).toContain('app:NAME app:NAME/tcp-half-closed app:NAME/tcp-time-wait');
  },
);

describe('applied to a configuration', () => {
  test('later options win, and nothing else changes', () => {
    const before = defaultConfig();
    const after = applyTimeoutOptions(before, [option('tcp=10'), option('udp=7'), option('tcp=20')]);
    expect(after.timeouts).toEqual({ ...before.timeouts, tcp: 20, udp: 7 });
    expect(before.timeouts.tcp).toBe(3600);
    expect(after.zones).toBe(before.zones);
  });

  test('app:NAME displaces the finer timers that would outrank it', () => {
    const config = parseConfig('applications: { ssl: { tcp-timeout: 3600, tcp-time-wait: 3 } }', 'fw.yaml');
    const after = applyTimeoutOptions(config, [option('app:ssl=60'), option('app:quic=9')]);
    expect(after.applications.get('ssl')).toEqual({ timeout: 60, 'tcp-time-wait': 3 });
    expect(after.applications.get('quic')).toEqual({ timeout: 9 });
  });

  test('a closing timer leaves the others', () => {
    const after = applyTimeoutOptions(defaultConfig(), [option('app:quic/tcp-half-closed=4')]);
    expect(after.applications.get('quic')).toEqual({ 'udp-timeout': 120, 'tcp-half-closed': 4 });
  });
});
