/** What the kernel names by itself is what all signatures together would say. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { namedAtOnce } from '../../../src/firewall/app-id/at-once.ts';
import { fieldsEnd, fitFields } from '../../../src/firewall/app-id/fields.ts';
import { identifyStream } from '../../../src/firewall/app-id/identify.ts';

const { hello, query, request, initial } = namedAtOnce();
const { app, fields, otherPorts } = hello;
const NOTHING = new Uint8Array(0);

/** Bytes whose fields are all of them possible, and anything behind. */
const fitting = fc
  .tuple(
    fc.uint8Array({ minLength: fieldsEnd(fields), maxLength: 400 }),
    fc.tuple(...fields.map(({ least, most }) => fc.integer({ min: least, max: most }))),
  )
  .map(([payload, values]) => {
    for (const [i, { at, bytes }] of fields.entries()) {
      for (let j = 0; j < bytes; j += 1) payload[at + j] = values[i]! >>> (8 * (bytes - 1 - j));
    }
    return payload;
  });

test('whatever fits is named so by the signatures, on every port that is not left out', () => {
  fc.assert(
    fc.property(
      fitting,
      fc.integer({ min: 1, max: 65_535 }),
      fc.nat(65_535),
      (c2s, serverPort, clientPort) => {
        fc.pre(!otherPorts.has(serverPort));
        expect(fitFields(fields, c2s)).toBe(true);
        expect(identifyStream({ c2s, s2c: NOTHING, serverPort, clientPort })?.app).toBe(app);
      },
    ),
    { numRuns: 2000 },
  );
});

test.each([
  ['its own port is not left out', 443, false],
  ["Panorama's, which other signatures of TLS claim", 3978, true],
  ['a port of another protocol', 3306, true],
])('%s', (_, port, left) => {
  expect(otherPorts.has(port)).toBe(left);
});

test('on the ports of the others their signature is the first to be tried', () => {
  expect([query, request, initial].map(({ app, ports }) => [app, [...ports]])).toEqual([
    ['dns', [53]],
    ['web-browsing', [80, 8080]],
    ['quic', [443, 80]],
  ]);
});
