/** Whatever the sessions of all captures ask App-ID, the look at the first bytes changes nothing of the answer. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { openCaptures } from '../../../src/capture/open-captures.ts';
import { CaptureError } from '../../../src/capture/record.ts';
import { defaultConfig } from '../../../src/firewall/config.ts';
import { ReferenceEngine } from '../../../src/reference/engine.ts';
import { engineOptions } from '../../../src/report/firewall-in-force.ts';
import { CAPTURES } from '../../accuracy/truth.ts';

const asked = { streams: 0, datagrams: 0, different: [] as unknown[] };

vi.mock('../../../src/firewall/app-id/identify.ts', async (original) => {
  const real = await original<typeof import('../../../src/firewall/app-id/identify.ts')>();
  const compare = (quick: unknown, found: unknown) => {
    if (JSON.stringify(quick) !== JSON.stringify(found)) asked.different.push({ quick, found });
  };
  return {
    ...real,
    streamGroups: (...asks: Parameters<typeof real.streamGroups>) => {
      asked.streams += 1;
      const [c2s, c2sBytes, s2c, s2cBytes, clientPort, serverPort] = asks;
      const heads = { c2s: c2s.slice(0, c2sBytes), s2c: s2c.slice(0, s2cBytes), clientPort, serverPort };
      const groups = real.streamGroups(...asks);
      const quick = groups === null ? null : real.identifyStreamAmong(groups, heads);
      compare(quick, real.identifyStreamAmong(real.ALL_GROUPS, heads));
      return groups;
    },
    identifyDatagram: (datagram: Parameters<typeof real.identifyDatagram>[0]) => {
      asked.datagrams += 1;
      const quick = real.identifyDatagram(datagram);
      compare(quick, real.identifyDatagramAmong(real.ALL_GROUPS, datagram));
      return quick;
    },
  };
});

const OWN = join(import.meta.dirname, '../../../captures');
const CAPTURE_NAME = /\.(pcap|pcapng|cap)(\.gz|\.zst)?$/;

function capturesIn(folder: string): string[] {
  if (!existsSync(folder)) {
    console.log(`skipped: no captures in ${folder}`);
    return [];
  }
  const names = readdirSync(folder).filter((name) => CAPTURE_NAME.test(name));
  return names.sort().map((name) => join(folder, name));
}

async function runThrough(path: string): Promise<void> {
  const input = await openCaptures([path], {});
  const firewall = { config: defaultConfig(), networks: [] };
  const options = engineOptions(firewall, { drain: false, lingerSeconds: 5, verifyChecksums: false });
  const engine = new ReferenceEngine(options, {
    session: () => {},
    warn: () => {},
    fileName: () => path,
    leftOut: () => {},
    hasMore: (file) => input.hasMore(file),
  });
  for await (const batch of input.batches()) for (const record of batch) engine.take(record);
  engine.finish();
}

describe('the quick way and all signatures', () => {
  test.each([...capturesIn(OWN), ...capturesIn(CAPTURES)])('%s', async (path) => {
    await runThrough(path).catch((error: unknown) => {
      if (!(error instanceof CaptureError)) throw error;
    });
    expect(asked.different).toEqual([]);
  });

  test('both were asked', () => {
    expect(Math.min(asked.streams, asked.datagrams)).toBeGreaterThan(0);
  });

  afterAll(() => {
    console.log(`compared: ${asked.streams} asks of streams, ${asked.datagrams} of datagrams`);
  });
});
