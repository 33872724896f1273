/** Every signature against the samples of all others: no protocol may be taken for another. */
import { describe, expect, test } from 'vitest';
import { textHead } from '../../../src/firewall/app-id/bytes.ts';
import { type Identified, identifyDatagram, identifyStream } from '../../../src/firewall/app-id/identify.ts';
import type { Datagram, Strength } from '../../../src/firewall/app-id/signature.ts';
import { DATAGRAM_SIGNATURES, STREAM_SIGNATURES } from '../../../src/firewall/app-id/signatures.ts';
import { bytes, DATAGRAMS, STREAMS } from './payloads.ts';

const portsOf = (rows: readonly { readonly ports: readonly number[] }[]): readonly number[] =>
  [...new Set(rows.flatMap((row) => row.ports))].sort((a, b) => a - b);

/** Applications whose bytes are the same, so that the port must tell: the first is the general one. */
const SAME_BYTES: readonly (readonly string[])[] = [
  ['ssl', 'panorama'],
  ['ftp', 'smtp'],
  ['dns', 'mdns', 'llmnr'],
  ['rpc', 'portmapper', 'nfs', 'mount'],
];

const isSameBytes = (app: string, other: string): boolean =>
  SAME_BYTES.some((group) => group.includes(app) && group.includes(other));

/** What a sample may be called on a port that is not its own. */
function expectElsewhere(
  found: Identified | null,
  own: { readonly app: string; readonly strength: Strength },
  rows: readonly { readonly name: string; readonly strength: Strength }[],
  where: string,
): void {
  if (own.strength === 'content') {
    if (found !== null && isSameBytes(own.app, found.app)) return;
    expect(found?.app, where).toBe(own.app);
  } else if (found !== null && found.app !== own.app) {
    // two protocols can be plausible, each on its own port; none of them is more than that
    expect(rows.find((row) => row.name === found.signature)!.strength, where).toBe('plausible');
  }
}

describe('on the ports of all others', () => {
  test.each(STREAMS)('%s', (_, c2s, s2c, __, ___, signature) => {
    const heads = { c2s: bytes(c2s), s2c: bytes(s2c), clientPort: 40_000 };
    const own = STREAM_SIGNATURES.find((row) => row.name === signature)!;
    for (const serverPort of portsOf(STREAM_SIGNATURES)) {
      expectElsewhere(identifyStream({ ...heads, serverPort }), own, STREAM_SIGNATURES, `port ${serverPort}`);
    }
    expect(own.source).not.toBe('');
  });

  test.each(DATAGRAMS)('%s', (_, text, __, ___, ____, signature) => {
    const payload = bytes(text);
    const own = DATAGRAM_SIGNATURES.find((row) => row.name === signature)!;
    for (const dport of portsOf(DATAGRAM_SIGNATURES)) {
      const datagram = { payload, wireLength: payload.length, sport: 40_000, dport, fromClient: true };
      expectElsewhere(identifyDatagram(datagram), own, DATAGRAM_SIGNATURES, `port ${dport}`);
    }
    expect(own.source).not.toBe('');
  });
});

describe('a signature that is enough by itself matches no sample of another application', () => {
  test.each(STREAM_SIGNATURES.filter((row) => row.strength === 'content'))('$name', (row) => {
    for (const [name, client, server, , app] of STREAMS) {
      if (app === row.app || isSameBytes(app, row.app)) continue;
      const c2s = bytes(client);
      const s2c = bytes(server);
      const conversation = { c2s, s2c, clientText: textHead(c2s), serverText: textHead(s2c) };
      const turned = {
        c2s: s2c,
        s2c: c2s,
        clientText: conversation.serverText,
        serverText: conversation.clientText,
      };
      expect(row.match(conversation), name).toBeNull();
      expect(row.match(turned), `${name}, turned round`).toBeNull();
    }
  });

  test.each(DATAGRAM_SIGNATURES.filter((row) => row.strength === 'content'))('$name', (row) => {
    for (const [name, text, , , app] of DATAGRAMS) {
      if (app === row.app || isSameBytes(app, row.app)) continue;
      const payload = bytes(text);
      const datagram: Datagram = {
        payload,
        wireLength: payload.length,
        fromClient: true,
        text: textHead(payload),
        previous: { payload, wireLength: payload.length, fromClient: true },
      };
      expect(row.match(datagram), name).toBeNull();
    }
  });
});
