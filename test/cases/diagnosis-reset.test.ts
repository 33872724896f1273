/** firewall-model 12, row 5: what speaks for a RST that the host did not send, and what innocent hosts do as well. */
import { describe, expect, test } from 'vitest';
import { runPackets } from '../dsl/cases.ts';
import { tcpTalk } from '../dsl/conversation.ts';

const OPENED = '0>S/ts 0.1<SA/ts/id=100/win=64240 0.2>A/ts 1>D10/ts 1.1<D10/ts/id=103/win=501';
const PLAIN = '0>S 0.1<SA/id=100 0.2>A 1>D10 1.1<D10/id=103';

async function diagnosisOf(script: string): Promise<string | null> {
  const { sessions } = await runPackets(tcpTalk(script), ['--drain']);
  return sessions[0]!.diagnosis.find(({ code }) => code === 'reset-not-from-peer')?.text ?? null;
}

describe('told', () => {
  test.each<readonly [name: string, script: string, text: string]>([
    [
      'another TTL, and nothing else to compare',
      `${PLAIN} 2<R/ttl=9/win=0/id=104`,
      'the RST of the server in packet 6 arrived with TTL 9, its other packets with 64: a device on the way may have sent it',
    ],
    [
      'and out of the row that the host counts',
      `${PLAIN} 2<R/ttl=9/win=0/id=40000`,
      'with 64 (and with IP identification 40000, which does not go on from 100, 103): a device on the way most likely sent it',
    ],
    [
      'and a window without the timestamps of all else',
      `${OPENED} 2<R/ttl=9/id=104/win=8192`,
      'with a window of 8192 and no timestamps, where its other packets have windows of 64240, 501 and timestamps): a device on the way most likely',
    ],
    [
      'another TTL that only means another start',
      `${PLAIN} 2<R/ttl=255/win=0/id=104`,
      'as many hops away, if it started at 255 and the others at 64, as with hosts that send RSTs with a TTL of their own',
    ],
    [
      'the same, eight hops away, with a number out of the row',
      `${PLAIN.replaceAll('id=', 'ttl=56/id=')} 2<R/ttl=120/win=0/id=9999`,
      'started at 128 and the others at 64, so the TTL alone says nothing, and what else differs is a reason to doubt',
    ],
    [
      'the TTL of the host, and two other signs',
      `${OPENED} 2<R/id=40000/win=8192`,
      'arrived with the TTL of its other packets, but with IP identification 40000, which does not go on from 100, 103, and with a window of 8192 and no timestamps',
    ],
    [
      'timestamps that were never agreed on, and a number out of the row',
      `${PLAIN} 2<R/ts/win=0/id=40000`,
      'and with timestamps, which none of its other packets has: it may not come from the host',
    ],
    [
      'options that only a SYN has, and another TTL',
      `${PLAIN} 2<R/ws=7/ttl=44/win=0/id=0`,
      '(and with options that only a SYN has): a device on the way most likely',
    ],
    [
      'RSTs that guess',
      `${PLAIN} 2<R/id=7 2<R/seq+1460/id=7 2<R/seq+4380/id=7`,
      '3 RSTs of the server have different sequence numbers, up to 4380 beyond all that it had sent: a host knows its own number',
    ],
    [
      'RSTs that guess, from elsewhere',
      `${PLAIN} 2<R/ttl=41 2<R/seq+1460/ttl=41 2<R/seq+4380/ttl=41`,
      'with TTL 41 where its other packets have 64: a host knows its own number',
    ],
    [
      'a RST of the host first, then one that is none of its own',
      `${PLAIN} 2<R/id=104 2.1<R/ttl=9/id=105`,
      'the RST of the server in packet 7 arrived with TTL 9',
    ],
  ])('%s', async (_name, script, text) => {
    expect(await diagnosisOf(script)).toContain(text);
  });
});

describe('not told: hosts do so', () => {
  test.each<readonly [name: string, script: string]>([
    ['a window of 0 and no options, for want of a socket', `${OPENED} 2<R/id=104/win=0`],
    ['the same with an identification of 0', `${OPENED} 2<R/id=0/win=0`],
    ['the socket’s own window and timestamps', `${OPENED} 2<R/ts/id=104/win=501`],
    ['a window that has moved', `${OPENED} 2<R/ts/id=104/win=777`],
    ['timestamps left out, with a window that it had', `${OPENED} 2<R/id=104/win=501`],
    ['a number out of the row, and nothing else', `${OPENED} 2<R/id=40000/win=0`],
    ['a window and no timestamps, and nothing else', `${OPENED} 2<R/id=104/win=8192`],
    ['a host that counts nothing', `${OPENED.replace('103', '40103')} 2<R/id=9/win=8192`],
    ['one that says the same always', `${OPENED.replace('103', '100')} 2<R/id=9/win=8192`],
    [
      'answers to several segments: none is beyond its own data',
      `${PLAIN} 1.2<D1460/id=104 1.2<D1460/id=105 2<R/seq-2920/win=0 2.1<R/seq-1460/win=0 2.2<R/win=0`,
    ],
    [
      'numbers beyond what the capture holds, where it lacks packets',
      `${PLAIN} 1.5>A/ack+5000 2<R/seq+5000/win=0 2.1<R/seq+6000/win=0 2.2<R/seq+7000/win=0`,
    ],
  ])('%s', async (_name, script) => {
    expect(await diagnosisOf(script)).toBeNull();
  });
});

test('where a RST came as far as the rest of its side, neither threat nor a foreign device is a candidate', async () => {
  const reasons = async (ttl: number): Promise<readonly string[]> => {
    const packets = tcpTalk(`${PLAIN} 2>R/ttl=${ttl} 2<R/ttl=${ttl}`);
    const { sessions } = await runPackets(packets, ['--drain']);
    return sessions[0]!.candidates.map(({ reason }) => reason);
  };
  expect(await reasons(61)).toContain('threat');
  expect(await reasons(255)).not.toContain('threat');
});
