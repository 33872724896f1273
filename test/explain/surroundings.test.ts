/**
 * `explain` where a session is not alone with its packets: inside a tunnel, of datagrams in fragments, captured twice, in
 * a table with a limit.
 */
import { describe, expect, test } from 'vitest';
import { writeCase } from '../dsl/cases.ts';
import { type TimedFrame, tcpTalk, together, udpTalk } from '../dsl/conversation.ts';
import { greHeader } from '../dsl/encapsulation.ts';
import { fragment4, ranges } from '../dsl/fragments.ts';
import { ethernet, ipv4, plain, udp } from '../dsl/frame.ts';
import { complaints, runProgram } from '../dsl/program.ts';

/** Both engines; the words without line ends. */
async function textOf(captures: readonly string[], ...args: readonly string[]): Promise<string> {
  const argv = ['explain', ...captures, '--drain', ...args];
  const { stdout, stderr, status } = await runProgram(argv);
  expect([status, complaints(stderr)]).toEqual([0, '']);
  expect((await runProgram([...argv, '--engine', 'reference'])).stdout).toBe(stdout);
  return stdout.replaceAll(/[\s|]+/g, ' ');
}

const TALK = '0>S 0.1<SA 0.2>A 1>D10 1.1<A 2>F 2.1<F 2.2>A';

test('a session inside a tunnel says so', async () => {
  const inside = tcpTalk(TALK).map(({ at, bytes }) => {
    const isClient = bytes[26] === 10;
    const [src, dst] = isClient ? ['198.51.100.1', '198.51.100.2'] : ['198.51.100.2', '198.51.100.1'];
    return { at, bytes: ethernet(ipv4({ src, dst }, plain(47, greHeader(0x0800, bytes.subarray(14))))) };
  });
  const text = await textOf([writeCase(inside)], '--session', '2', '--inspect-tunnels');
  expect(text).toContain('session 2: tcp 10.0.0.1:40000 -> 192.0.2.80:80');
  expect(text).toContain('session tcp inside session 1, c2s 5 packets');
});

test('a datagram in fragments stands where it is complete, and says how many packets it was', async () => {
  const whole = ipv4(
    { src: '10.0.0.1', dst: '192.0.2.80', id: 7 },
    udp({ sport: 40000, dport: 4000 }, new Uint8Array(1000)),
  );
  const pieces = ranges(whole.length - 20, 400).map((range, i) => ({
    at: 1 + i / 10,
    bytes: ethernet(fragment4(whole.subarray(20), 17, range, { src: '10.0.0.1', dst: '192.0.2.80' })),
  }));
  const text = await textOf([writeCase(together(udpTalk('0>D10 2<D10'), pieces))], '--session', '1');
  expect(text).toContain('c2s 4 packets');
  expect(text).toMatch(
    / 4 1\.200000 -- 1000 bytes -+> completes a datagram of 3 fragments, each counted as a packet/,
  );
});

test('packets that were captured twice are left out, and that is said', async () => {
  const again = tcpTalk(TALK).map(({ at, bytes }) => ({ at: at + 0.0004, bytes }));
  const captures = [writeCase(tcpTalk(TALK), 'one.pcap'), writeCase(again, 'two.pcap')];
  const text = await textOf(captures, '--session', '1');
  expect(text).toContain('8 packets captured twice: left out below, and in every count');
  expect(text).not.toContain('(again)');
  expect(await textOf(captures, '--session', '1', '--keep-duplicates')).not.toContain('captured twice');
});

describe('a table with a limit', () => {
  const crowded: readonly TimedFrame[] = together(
    tcpTalk('0>S 0.1<SA 0.2>A 1>D10 1.1<A 20>D10'),
    udpTalk('0.5>D10 10>D10 61>D10', { clientPort: 50001 }),
  );
  test.each([
    [1, 'accelerated aging: the timer fires sooner fires at 1801.000000'],
    [1, 'tcp (3600 s) expires, later, as accelerated aging was over: ACTIVE > CLOSING'],
    [3, 'udp (30 s) expires, sooner under accelerated aging: ACTIVE > CLOSING'],
  ])('session %i: the timer fires at another time, and that is said: %s', async (id, words) => {
    const text = await textOf([writeCase(crowded)], '--session', String(id), '--max-sessions', '2');
    expect(text).toContain(words);
  });
});

describe('timeouts over several captures', () => {
  const one = tcpTalk('0>S 0.1<SA 0.2>A 1>D10 1.1<A');
  const timeouts = async (...captures: readonly (readonly TimedFrame[])[]): Promise<string> => {
    const files = captures.map((packets, i) => writeCase(packets, `${i}.pcap`));
    const { status, stderr } = await runProgram(['timeouts', ...files, '--timeout', 'tcp=10']);
    expect(status).toBe(0);
    return stderr;
  };

  test('an expiry that rests on a time of which no capture has a packet', async () => {
    const stderr = await timeouts(one, udpTalk('50>D10 51<D10', { clientPort: 9 }));
    expect(stderr).toContain(
      '2026-01-09T16:44:50.000000000Z (48.900 s): if nothing was captured then, 1 connection',
    );
    expect(stderr).toContain('(session 1)');
  });

  test('one that another capture covers', async () => {
    const stderr = await timeouts(one, udpTalk('0.5>D10 25<D10 50>D10', { clientPort: 9 }));
    expect(stderr).not.toContain('no capture has a packet');
  });

  test('a connection that closed before rests on nothing', async () => {
    const closed = tcpTalk('0>S 0.1<SA 0.2>A 1>D10 1.1<A 2>F 2.1<F');
    expect(await timeouts(closed, udpTalk('50>D10', { clientPort: 9 }))).not.toContain('no capture has');
  });
});
