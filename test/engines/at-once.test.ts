/**
 * First payloads that the kernel names by itself, and their neighbours: both engines give them the same name,
 * and the commonest take no call of the host.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { openCaptures } from '../../src/capture/open-captures.ts';
import { writeCapture } from '../../src/capture/writer.ts';
import { Rebuild } from '../../src/report/rebuild.ts';
import type { Phase, PhaseMeter } from '../../src/session/phases.ts';
import { concat, text, u8, u16, u32, zeros } from '../dsl/bytes.ts';
import { recordsOf } from '../dsl/cases.ts';
import { type TimedFrame, tcpTalk, together, udpTalk } from '../dsl/conversation.ts';
import { bytes, DATAGRAMS, STREAMS } from '../firewall/app-id/payloads.ts';
import { expectEqual, runBoth } from './both.ts';
import { USUAL_OPTIONS } from './usual.ts';

const folder = mkdtempSync(join(tmpdir(), 'endreason-at-once-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface First {
  readonly tcp: boolean;
  readonly payload: Uint8Array;
  readonly port: number;
}

function packetsOf({ tcp, payload, port }: First, clientPort: number): readonly TimedFrame[] {
  const data = `D/data=${Buffer.from(payload).toString('hex')}`;
  const ends = { clientPort, serverPort: port };
  return tcp ? tcpTalk(`0>S 0<SA 0>A 0.1>${data} 0.2<A`, ends) : udpTalk(`0>${data}`, ends);
}

function put(firsts: readonly First[]): string {
  const path = join(folder, 'first.pcap');
  const packets = together(...firsts.map((first, i) => packetsOf(first, 10_000 + i)));
  writeFileSync(path, writeCapture(recordsOf(packets), { container: 'pcap', resolution: 'ns', linkType: 1 }));
  return path;
}

const name = (...labels: string[]): Uint8Array =>
  concat(...labels.map((label) => concat(u8(text(label).length), text(label))), u8(0));

interface Query {
  readonly flags: number;
  readonly counts: readonly [questions: number, answers: number, authorities: number, additional: number];
  readonly labels: readonly string[];
  readonly type: number;
  readonly class: number;
}
const dnsQuery = ({ flags, counts, labels, type, class: its }: Query): Uint8Array =>
  concat(u16(0x1234, flags, ...counts), name(...labels), u16(type, its), zeros(11 * counts[3]));

const long = (version: number, destination: number, source: number, size: number): Uint8Array =>
  concat(u8(0xc3), u32(version), u8(destination), zeros(Math.min(destination, 40)), u8(source), zeros(size));

const QUERY = {
  flags: 0x0100,
  counts: [1, 0, 0, 0],
  labels: ['www', 'example', 'com'],
  type: 1,
  class: 1,
} as const;

/** What a run of one session names it, and whether the kernel asked for that. */
async function named(first: First): Promise<{ readonly app: string | null; readonly asked: boolean }> {
  let asked = false;
  let now: Phase = 'engine';
  const meter: PhaseMeter = {
    enter(next) {
      const before = now;
      asked ||= next === 'decisions';
      now = next;
      return before;
    },
  };
  const warn = (line: string): void => expect.fail(line);
  const rebuild = new Rebuild(await openCaptures([put([first])]), { ...USUAL_OPTIONS, events: false }, warn, {
    meter,
  });
  const apps: (string | null)[] = [];
  for await (const batch of rebuild.batches()) apps.push(...batch.map((session) => session.app));
  expect(apps).toHaveLength(1);
  return { app: apps[0]!, asked };
}

const web = (request: string, port: number = 80): First => ({ tcp: true, payload: text(request), port });
const dns = (query: Partial<Query>, port: number = 53): First => ({
  tcp: false,
  payload: dnsQuery({ ...QUERY, ...query }),
  port,
});
const quic = (payload: Uint8Array, port: number = 443): First => ({ tcp: false, payload, port });

const HEAD = 'Host: a\r\nUser-Agent: b\r\nUpgrade-Insecure-Requests: 1\r\n\r\n';
const H2C = 'Host: a\r\nConnection: Upgrade\r\nupgrade: h2c\r\n\r\n';

type Row = readonly [what: string, app: string | null, by: 'the kernel' | 'asking', first: First];

describe('named at once, or by asking', () => {
  test.each<Row>([
    ['GET', 'web-browsing', 'the kernel', web(`GET /a?b=c&d HTTP/1.1\r\n${HEAD}`)],
    ['GET, another port of it', 'web-browsing', 'the kernel', web(`GET / HTTP/1.0\r\n${HEAD}`, 8080)],
    ['HEAD, bare line ends', 'web-browsing', 'the kernel', web('HEAD /index.html HTTP/1.1\nHost: a\n\n')],
    ['POST, no header yet', 'web-browsing', 'the kernel', web('POST /x HTTP/1.1\r\n')],
    ['a method that is seldom', 'web-browsing', 'asking', web(`PATCH / HTTP/1.1\r\n${HEAD}`)],
    ['a port that is not its', 'web-browsing', 'asking', web(`GET / HTTP/1.1\r\n${HEAD}`, 4000)],
    ['a request line that is not whole', 'web-browsing', 'asking', web(`GET /${'a'.repeat(600)}`)],
    ['a space in the target', 'web-browsing', 'asking', web(`GET /a b HTTP/1.1\r\n${HEAD}`)],
    ['an offer, not answered', null, 'asking', web(`GET / HTTP/1.1\r\n${H2C}`)],
    ['one far behind', null, 'asking', web(`GET / HTTP/1.1\r\nA: ${'b'.repeat(900)}\r\n${H2C}`)],
    ['a tracker', 'bittorrent', 'asking', web(`GET /a?info_hash=b HTTP/1.1\r\n${HEAD}`)],
    ['the same behind another', 'bittorrent', 'asking', web(`GET /a?c=d&info_hash=b HTTP/1.1\r\n${HEAD}`)],
    ['a download', 'gnutella', 'asking', web(`GET /get/1/a HTTP/1.1\r\n${HEAD}`)],
    ['a request to a proxy', 'http-proxy', 'asking', web(`GET http://a/ HTTP/1.1\r\n${HEAD}`)],
    [
      'remote management, on its port',
      'windows-remote-management',
      'asking',
      web(`POST /WSMAN HTTP/1.1\r\n${HEAD}`, 5985),
    ],
    ['the same on that of the web', 'windows-remote-management', 'asking', web(`POST /WsMan HTTP/1.1\r\n`)],
    ['a query', 'dns', 'the kernel', dns({})],
    ['one with EDNS, DNSSEC wanted', 'dns', 'the kernel', dns({ flags: 0x0130, counts: [1, 0, 0, 1] })],
    ['of the root', 'dns', 'the kernel', dns({ labels: [], type: 2 })],
    ['of type HTTPS', 'dns', 'the kernel', dns({ type: 65 })],
    ['of the type that NetBIOS has in its place', 'dns', 'asking', dns({ type: 32 })],
    ['of a private type', 'dns', 'asking', dns({ type: 65_400 })],
    ['of the class CHAOS', 'dns', 'asking', dns({ class: 3 })],
    ['with bytes that are no text', 'dns', 'asking', dns({ labels: ['caf\u00e9', 'com'] })],
    ['an answer', 'dns', 'asking', dns({ flags: 0x8180 })],
    ['an update', 'dns', 'asking', dns({ flags: 0x2800 })],
    ['a query to any port', 'dns', 'asking', dns({}, 4000)],
    ['an Initial', 'quic', 'the kernel', quic(long(1, 8, 0, 1200))],
    ['one with long ids, on the other port', 'quic', 'the kernel', quic(long(1, 20, 20, 1200), 80)],
    ['of version 2', 'quic', 'asking', quic(long(0x6b33_43cf, 8, 8, 1200))],
    ['with an id that is too long', null, 'asking', quic(long(1, 8, 21, 1200))],
  ])('%s: %s by %s', async (_, app, by, first) => {
    expect(await named(first)).toEqual({ app, asked: by === 'asking' });
  });
});

const HEADERS = ['Host: a', 'Upgrade: websocket', 'UPGRADE:h2c', 'User-Agent: u', 'upgrade', 'Up: x', ''];
const request = fc
  .tuple(
    fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'OPTIONS', 'get'),
    fc.constantFrom(' /', ' /', ' /', ' ', '  /', ' http://a/'),
    fc.constantFrom(
      '',
      'wsman',
      'Uri-Res/N2R?urn:a',
      'get/1/a',
      'gnutella/a/v1?urn:b',
      'getting',
      'a?b&info',
      'c',
    ),
    fc.constantFrom('', '?info_hash=a', '&info_hash=b', '?i', ' x', '\u00e9', '\t', 'a'.repeat(470)),
    fc.constantFrom(' HTTP/1.1\r\n', ' HTTP/1.0\n', ' HTTP/1.1\r', ' HTTP/2.0\r\n', ' HTTP/1.x\r\n', '\r\n'),
    fc.array(fc.constantFrom(...HEADERS), { maxLength: 6 }),
    fc.constantFrom('\r\n', '\n', '\r\n\r\n', `\r\n${'x'.repeat(2000)}\r\n`),
  )
  .map(([method, before, path, more, version, headers, between]) =>
    Uint8Array.from(
      Buffer.from(method + before + path + more + version + headers.join(between) + between, 'latin1'),
    ),
  );
const query = fc
  .record<Query>({
    flags: fc.constantFrom(0, 0x0100, 0x0120, 0x0110, 0x0140, 0x0300, 0x8180, 0x2000, 0x0500, 0x0101),
    counts: fc.tuple(
      fc.constantFrom(1, 1, 1, 0, 2),
      fc.constantFrom(0, 0, 1),
      fc.constantFrom(0, 0, 1),
      fc.constantFrom(0, 1, 2, 4),
    ),
    labels: fc.array(
      fc.constantFrom(
        'www',
        'a',
        'b'.repeat(63),
        'c'.repeat(64),
        'd e',
        '\u0001',
        '\u007f',
        'FHEPFCELEHFCEPFFFACACACACACACAAA',
      ),
      { maxLength: 6 },
    ),
    type: fc.constantFrom(1, 28, 33, 32, 65, 66, 255, 256, 300, 512, 513, 32_769, 0),
    class: fc.constantFrom(1, 1, 1, 0x8001, 3, 255, 0, 2),
  })
  .map(dnsQuery);
const initial = fc
  .tuple(
    fc.constantFrom(1, 1, 1, 0x6b33_43cf, 0, 2, 0xff00_001d),
    fc.constantFrom(0, 8, 20, 21, 255),
    fc.constantFrom(0, 8, 20, 21, 255),
    fc.constantFrom(0, 1, 19, 20, 1200),
  )
  .map((parts) => long(...parts));
const sample = fc.oneof(
  fc.constantFrom(...STREAMS).map(([, client]) => bytes(client)),
  fc.constantFrom(...DATAGRAMS).map(([, payload]) => bytes(payload)),
);

/** One of them as it is, a byte of it changed, or only its beginning. */
const changed = fc
  .tuple(
    fc.oneof(request, query, initial, sample).filter((payload) => payload.length > 0),
    fc.constantFrom('as it is', 'as it is', 'a byte', 'cut'),
    fc.nat(3000),
    fc.nat(255),
  )
  .map(([payload, how, place, value]) => {
    const at = place % payload.length;
    if (how === 'cut') return payload.subarray(0, at + 1);
    return how === 'a byte' ? payload.map((byte, i) => (i === at ? value : byte)) : payload;
  });

test('both engines give whatever is like them the same name', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record<First>({
          tcp: fc.boolean(),
          payload: changed,
          port: fc.constantFrom(80, 80, 8080, 53, 53, 443, 443, 5985, 4000),
        }),
        { minLength: 1, maxLength: 60 },
      ),
      async (firsts) => {
        expectEqual(await runBoth([put(firsts), '--format', 'csv', '--drain']));
      },
    ),
    { numRuns: 150 },
  ));
