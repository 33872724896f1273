/** The columns of the proof, written as bytes, are those of the row as JSON, whatever a name holds. */
import fc from 'fast-check';
import Papa from 'papaparse';
import { expect, test } from 'vitest';
import { CSV_PROOF_LAYOUT } from '../../src/report/csv.ts';
import { NDJSON_LAYOUT } from '../../src/report/json.ts';
import { PieceBuffer } from '../../src/report/piece-buffer.ts';
import { ProofBytes } from '../../src/report/proof-bytes.ts';
import { type RowOptions, sessionRow } from '../../src/report/session-row.ts';
import type { SessionFacts } from '../../src/session/facts.ts';
import { tcpTalk, udpTalk } from '../dsl/conversation.ts';
import { sessionFactsOf } from '../dsl/facts.ts';

const [talk] = await sessionFactsOf(tcpTalk('0>S 0<SA 0>A 1>D10 1<D20 2<R'));
const [question] = await sessionFactsOf(udpTalk('0>D10'));

/** The sessions with a server that has this name, and a router that has. */
function named(text: string): readonly SessionFacts[] {
  const [first] = talk!.events;
  const [asked] = question!.events;
  const late = { ...first!, packet: 90 };
  return [
    { ...talk!, events: [...talk!.events, { ...late, kind: 'application', text }] },
    { ...talk!, events: [...talk!.events, { ...late, kind: 'server-name', text }], timerName: text },
    {
      ...question!,
      events: [asked!, { ...asked!, kind: 'icmp-error', fromClient: false, value: 0x303, text }],
    },
    // a candidate without a packet of its own
    { ...talk!, tcp: { ...talk!.tcp!, dropped: ['client-rst'] } },
    // nothing to prove
    { ...talk!, events: [], endedBy: 'syn', tcp: { ...talk!.tcp!, causes: [] } },
  ];
}

const FORMS = [
  ['ndjson', NDJSON_LAYOUT.proof!, (json: string) => json],
  ['csv', CSV_PROOF_LAYOUT.proof!, (json: string) => Papa.unparse([[json]], { newline: '\n' })],
] as const;

const ROW: RowOptions = { reuseReason: 'tcp-reuse', proof: true, fileNames: ['only'] };

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme-ascii', maxLength: 40 }),
  // lone halves of pairs among them
  fc
    .array(fc.oneof(fc.nat(0xffff), fc.integer({ min: 0xd7ff, max: 0xe000 })), { maxLength: 20 })
    .map((units) => String.fromCharCode(...units)),
  fc.constantFrom(
    '',
    'www.example.net',
    '"',
    '\\',
    '""',
    ',',
    '\n',
    '\r\n',
    '\u0000',
    '\u007f',
    '\u2028',
    '\ufeff',
    'é',
  ),
);

test.each(FORMS)('%s', (_, layout, quoted) => {
  fc.assert(
    fc.property(anyText, fc.array(anyText, { minLength: 1, maxLength: 3 }), (text, fileNames) => {
      const options = { ...ROW, fileNames };
      const out = new PieceBuffer();
      const proof = new ProofBytes(layout, options, out);
      let wanted = '';
      for (const facts of named(text)) {
        proof.begin(facts);
        proof.putCandidates();
        proof.putEvidence();
        proof.putDiagnosis();
        const { candidates, evidence, diagnosis } = sessionRow(facts, options);
        for (const column of [candidates, evidence, diagnosis]) wanted += quoted(JSON.stringify(column));
      }
      const got = Buffer.concat([...out.pieces(true)].map((piece) => Buffer.from(piece)));
      expect(got.equals(Buffer.from(wanted)), `${got}\n${wanted}`).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('more packets than fit a piece', () => {
  const what = 'x'.repeat(1000);
  const [first] = talk!.events;
  const events = Array.from({ length: 2000 }, (_, i) => ({
    ...first!,
    kind: 'server-name' as const,
    packet: i + 1,
    text: what,
  }));
  const facts: SessionFacts = { ...talk!, events };
  const written: Buffer[] = [];
  const out = new PieceBuffer((bytes) => written.push(Buffer.from(bytes)));
  const proof = new ProofBytes(NDJSON_LAYOUT.proof!, ROW, out);
  proof.begin(facts);
  proof.putEvidence();
  written.push(...[...out.pieces(true)].map((piece) => Buffer.from(piece)));
  expect(written.length).toBeGreaterThan(2);
  expect(Buffer.concat(written).toString()).toBe(JSON.stringify(sessionRow(facts, ROW).evidence));
});
