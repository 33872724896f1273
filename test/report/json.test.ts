import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonDocument, sessionJson } from '../../src/report/json.ts';
import { anyRow, ENDED } from './rows.ts';

const HEADS = { capture: { packets: 3 }, firewall: {}, accounting: {}, counters: { a: 1 } };

/** interface.md "One session, as JSON" */
const KEYS = `sessionid type state subtype src dst sport dport proto from to natsrc natdst natsport natdport app
  rule action action_source bytes bytes_sent bytes_received packets pkts_sent pkts_received start last end elapsed
  timeout timer ttl session_end_reason tracker_stage pending final_action midstream client_basis after_end
  candidates evidence parent diagnosis`;

test('every key of the contract, in its order, none left out', () => {
  expect(Object.keys(JSON.parse(sessionJson(ENDED)))).toEqual(KEYS.split(/\s+/));
});

test('the document has its heads in order, then a session a line', () => {
  const text = [...jsonDocument(HEADS, 'sessions', ['{"sessionid":1}', '{"sessionid":2}'])].join('');
  expect(text.split('\n')).toEqual([
    '{',
    '"capture":{"packets":3},',
    '"firewall":{},',
    '"accounting":{},',
    '"counters":{"a":1},',
    '"sessions":[',
    '{"sessionid":1},',
    '{"sessionid":2}',
    ']',
    '}',
    '',
  ]);
});

test('it comes in pieces of at most one session', () => {
  const pieces = [...jsonDocument(HEADS, 'sessions', ['1', '2', '3'])];
  expect(pieces.filter((piece) => /[123]/.test(piece) && piece.length <= 3)).toHaveLength(3);
});

test('parsed again it is what went in, however many sessions', () => {
  fc.assert(
    fc.property(fc.array(anyRow, { maxLength: 4 }), (rows) => {
      const text = [...jsonDocument(HEADS, 'sessions', rows.map(sessionJson))].join('');
      expect(JSON.parse(text)).toEqual({ ...HEADS, sessions: rows });
    }),
  );
});
