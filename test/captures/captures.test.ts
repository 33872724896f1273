/** The captures that ship, against what their recording and tshark say of them. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SessionRow } from '../../src/report/session-row.ts';
import type { Output } from '../dsl/cases.ts';
import { outputOf, README, ROOT, rewrittenReadme } from './readme.ts';

interface ExpectedSession {
  readonly proto: string;
  readonly client_ip: string;
  readonly client_port: number;
  readonly server_ip: string;
  readonly server_port: number;
  readonly packets_c2s: number;
  readonly packets_s2c: number;
  readonly bytes_c2s: number;
  readonly bytes_s2c: number;
  readonly handshake?: boolean;
  readonly close?: string;
}

interface Expected {
  readonly packets: number;
  readonly bytes: number;
  readonly sessions: readonly ExpectedSession[];
}

const captures = readdirSync(join(ROOT, 'captures'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.expect.json'))
  .map((name) => name.slice(0, -'.expect.json'.length))
  .sort();

const expectedOf = (name: string): Expected =>
  JSON.parse(readFileSync(join(ROOT, 'captures', `${name}.expect.json`), 'utf8')) as Expected;

/** The truth counts every packet as often as it was captured. */
const run = (name: string): Promise<Output> => outputOf(`captures/${name}.pcap --keep-duplicates`);

/** Sums by tuple: packets and bytes of the first end named, then of the other. */
function sums(entries: readonly (readonly [a: string, b: string, packets: number[], bytes: number[]])[]) {
  const byTuple = new Map<string, number[]>();
  for (const [a, b, packets, bytes] of entries) {
    const forward = a <= b;
    const key = forward ? `${a} ${b}` : `${b} ${a}`;
    const all = [...(forward ? packets : packets.toReversed()), ...(forward ? bytes : bytes.toReversed())];
    const before = byTuple.get(key);
    byTuple.set(key, before === undefined ? all : before.map((value, i) => value + all[i]!));
  }
  return Object.fromEntries([...byTuple].sort(([one], [other]) => (one < other ? -1 : 1)));
}

const end = (proto: string, ip: string, port: number): string => `${proto} ${ip} ${port}`;

/** End reason that a close amounts to, where no timer splits the conversation. */
const REASON: Readonly<Record<string, string>> = {
  none: 'aged-out',
  'fin-both': 'tcp-fin',
  'fin-client-only': 'tcp-fin',
  'fin-server-only': 'tcp-fin',
  'rst-from-client': 'tcp-rst-from-client',
  'rst-from-server': 'tcp-rst-from-server',
  'fin-then-rst-from-client': 'tcp-rst-from-client',
  'fin-then-rst-from-server': 'tcp-rst-from-server',
};

const isTcpOrUdp = (session: { proto: string }): boolean =>
  session.proto === 'tcp' || session.proto === 'udp';

describe.each(captures)('%s', (name) => {
  const expected = expectedOf(name);

  test('every packet and byte is there', async () => {
    const { capture } = await run(name);
    expect([capture.packets, capture.bytes]).toEqual([expected.packets, expected.bytes]);
  });

  test('packets and bytes of every conversation, each way', async () => {
    const { sessions, accounting } = await run(name);
    const late = accounting.not_in_sessions['late'] ?? 0;
    const ours = sums(
      sessions
        .filter(isTcpOrUdp)
        .map((row) => [
          end(row.proto, row.src, row.sport),
          end(row.proto, row.dst, row.dport),
          [row.pkts_sent, row.pkts_received],
          [row.bytes_sent, row.bytes_received],
        ]),
    );
    const truth = sums(
      expected.sessions
        .filter(isTcpOrUdp)
        .map((row) => [
          end(row.proto, row.client_ip, row.client_port),
          end(row.proto, row.server_ip, row.server_port),
          [row.packets_c2s, row.packets_s2c],
          [row.bytes_c2s, row.bytes_s2c],
        ]),
    );
    expect(late).toBe(0);
    expect(ours).toEqual(truth);
  });

  test('how every conversation ended', async () => {
    const { sessions } = await run(name);
    const wanted = expected.sessions.filter((row) => row.proto === 'tcp' && row.close !== undefined);
    const reused = new Set(wanted.map(tupleOf).filter((tuple, i, all) => all.indexOf(tuple) !== i));
    const compared = wanted.filter((row) => !reused.has(tupleOf(row)));
    const ours = compared.map((row) => [tupleOf(row), endOf(sessions, row)]);
    expect(ours).toEqual(compared.map((row) => [tupleOf(row), REASON[row.close!]]));
  });
});

function tupleOf(row: ExpectedSession): string {
  return `${end(row.proto, row.client_ip, row.client_port)} ${end(row.proto, row.server_ip, row.server_port)}`;
}

/** The end that is no silence, of the sessions of this conversation; a retried SYN may be several. */
function endOf(sessions: readonly SessionRow[], row: ExpectedSession): string {
  const ends = sessions
    .filter(
      (each) =>
        [each.src, each.dst].includes(row.client_ip) && [each.sport, each.dport].includes(row.client_port),
    )
    .filter((each) => [each.sport, each.dport].includes(row.server_port))
    .map((each) => each.pending?.session_end_reason ?? each.session_end_reason);
  return ends.find((reason) => reason !== 'aged-out') ?? ends[0] ?? 'no session';
}

describe('captures/README.md', () => {
  test('prints what it says', async () => {
    const { before, after, commands } = await rewrittenReadme();
    if (process.env['GOLDEN_UPDATE'] === '1') writeFileSync(README, after);
    else expect(before).toBe(after);
    expect(commands).toBeGreaterThanOrEqual(12);
  });
});
