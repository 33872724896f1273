/** The loop between the capture and whoever takes the sessions. */
import { describe, expect, test } from 'vitest';
import type { CaptureFile, CaptureInput, PacketRecord } from '../../src/capture/record.ts';
import { defaultConfig } from '../../src/firewall/config.ts';
import { engineOptions, overrideFirewall } from '../../src/report/firewall-in-force.ts';
import { Rebuild } from '../../src/report/rebuild.ts';
import type { SessionFacts } from '../../src/session/facts.ts';
import type { Phase } from '../../src/session/phases.ts';
import { together, udpTalk } from '../dsl/conversation.ts';

const OPTIONS = engineOptions(
  overrideFirewall(defaultConfig(), { timeouts: [], zones: [], nonSyn: null, maxSessions: null }),
  {
    drain: false,
    lingerSeconds: 3600,
    verifyChecksums: false,
  },
);

/** Two sessions, 100 s apart: the first has ended when the second begins. */
const RECORDS: readonly PacketRecord[] = together(
  udpTalk('0>D10 0.1<D10'),
  udpTalk('100>D10', { clientPort: 40001 }),
).map(({ at, bytes }, i) => ({
  time: { sec: Math.floor(at), nsec: Math.round((at % 1) * 1e9) },
  linkType: 1,
  interfaceId: 0,
  originalLength: bytes.length,
  data: bytes,
  file: 0,
  filePacket: i + 1,
}));

interface Fake extends CaptureInput {
  closed: boolean;
}

/** @param wait what the input does behind its last packet */
function inputOf(records: readonly PacketRecord[], wait: () => Promise<void> = async () => {}): Fake {
  const file: CaptureFile = {
    name: 'fake.pcap',
    format: 'pcap',
    linkTypes: [1],
    packets: records.length,
    bytes: 0,
    first: null,
    last: null,
    damage: null,
    strangeTimes: null,
  };
  return {
    closed: false,
    files: [file],
    totalStoredBytes: null,
    storedBytesRead: () => 0,
    raw: () => null,
    hasMore: () => true,
    async *batches() {
      for (const record of records) yield [record];
      await wait();
    },
    async close() {
      this.closed = true;
    },
  };
}

async function all(rebuild: Rebuild): Promise<number[][]> {
  const batches: number[][] = [];
  for await (const batch of rebuild.batches()) batches.push(batch.map((facts) => facts.id));
  return batches;
}

test('a session is given with the packet behind whose time it ended, the open ones at the end', async () => {
  const input = inputOf(RECORDS);
  const rebuild = new Rebuild(input, OPTIONS, () => {});
  expect(await all(rebuild)).toEqual([[], [], [1], [2]]);
  expect(rebuild.accountingError()).toBeNull();
  expect(input.closed).toBe(true);
});

test('the next packets are read only when the sessions before have been taken', async () => {
  let read = 0;
  const input = inputOf(RECORDS);
  const counted: CaptureInput = {
    ...input,
    async *batches() {
      for await (const batch of input.batches()) {
        read += 1;
        yield batch;
      }
    },
  };
  const batches = new Rebuild(counted, OPTIONS, () => {}).batches();
  await batches.next();
  await batches.next();
  expect(read).toBe(2);
});

describe('interrupted', () => {
  test('between batches: what was read is finished', async () => {
    const rebuild = new Rebuild(inputOf(RECORDS), OPTIONS, () => {});
    const facts: SessionFacts[] = [];
    for await (const batch of rebuild.batches()) {
      facts.push(...batch);
      if (rebuild.accounting.packets === 2) rebuild.interrupt();
    }
    expect(facts.map(({ id, endedBy }) => [id, endedBy])).toEqual([[1, null]]);
    expect(rebuild.accounting.packets).toBe(2);
    expect(rebuild.accountingError()).toBeNull();
  });

  test('while the input is silent for ever', async () => {
    let reached = (): void => {};
    const silent = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const input = inputOf(RECORDS, () => {
      reached();
      return new Promise(() => {});
    });
    const rebuild = new Rebuild(input, OPTIONS, () => {});
    const done = all(rebuild);
    await silent;
    rebuild.interrupt();
    expect((await done).flat()).toEqual([1, 2]);
    expect(rebuild.interrupted).toBe(true);
    expect(input.closed).toBe(true);
  });
});

describe('the account of the packets is checked', () => {
  async function run(records: readonly PacketRecord[]): Promise<Rebuild> {
    const rebuild = new Rebuild(inputOf(records), OPTIONS, () => {});
    await all(rebuild);
    return rebuild;
  }

  test('a packet that is nowhere', async () => {
    const rebuild = await run(RECORDS);
    rebuild.accounting.packets += 1;
    expect(rebuild.accountingError()).toBe('4 packets, but 3 in sessions and 0 elsewhere');
  });

  test('a packet counted in sessions that no session has', async () => {
    const rebuild = await run(RECORDS);
    rebuild.accounting.packets += 1;
    rebuild.accounting.inSessions += 1;
    expect(rebuild.accountingError()).toBe('4 packets in sessions, but the sessions hold 3');
  });

  test('a packet that was read and never reached the engine', async () => {
    const input = inputOf(RECORDS);
    const rebuild = new Rebuild(input, OPTIONS, () => {});
    await all(rebuild);
    input.files[0]!.packets += 1;
    expect(rebuild.accountingError()).toBe('4 packets were read and 3 accounted for');
  });
});

test('a meter is told what the time goes on', async () => {
  const phases: Phase[] = ['reading'];
  const meter = {
    enter(phase: Phase): Phase {
      const before = phases.at(-1)!;
      if (phase !== before) phases.push(phase);
      return before;
    },
  };
  await all(new Rebuild(inputOf(RECORDS), OPTIONS, () => {}, { engine: 'reference', meter }));
  // three batches and the end of the input; each session on its way out is output, and then the engine goes on
  const turns = phases.join(' ').split('reading').slice(1);
  expect(turns).toHaveLength(4);
  for (const turn of turns) expect(turn.trim()).toMatch(/^engine( output engine)* output$/);
});
