/** The small pieces of the text views: words in lines, times in zones, addresses with ports. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { endpointText } from '../../src/report/endpoint-text.ts';
import { printable, wrapText, wrapWords } from '../../src/report/wrap.ts';
import { findTextZone, UTC } from '../../src/report/zone-time.ts';

describe('endpoints', () => {
  test.each([
    ['10.0.0.1', 443, 'tcp', '10.0.0.1:443'],
    ['2001:db8::1', 443, 'tcp', '[2001:db8::1]:443'],
    ['10.0.0.1', 7, 'icmp', '10.0.0.1:7'],
    ['10.0.0.1', 20033, 'esp', '10.0.0.1'],
    ['fe80::1', 20033, 'ospf', 'fe80::1'],
  ])('%s, port %i of %s', (address, port, proto, text) => {
    expect(endpointText(address, port, proto)).toBe(text);
  });
});

describe('times', () => {
  test.each([
    ['2026-01-09T16:44:01.000000000Z', { date: '2026-01-09', clock: '16:44:01', fraction: '' }],
    ['2026-01-09T16:44:01.120000000Z', { date: '2026-01-09', clock: '16:44:01', fraction: '.120' }],
    ['2026-01-09T16:44:01.000000001Z', { date: '2026-01-09', clock: '16:44:01', fraction: '.000000001' }],
    // beyond the calendar the row holds bare seconds
    ['99999999999999.000000000', { date: '', clock: '99999999999999.000000000', fraction: '' }],
  ])('%s in UTC', (time, local) => {
    expect(UTC.localTime(time)).toEqual(local);
  });

  test.each([
    ['Europe/Berlin', '2026-01-09T23:30:00.500000000Z', '2026-01-10', '00:30:00'],
    ['Europe/Berlin', '2026-07-09T21:30:00.500000000Z', '2026-07-09', '23:30:00'],
    ['America/St_Johns', '2026-01-09T00:00:00.500000000Z', '2026-01-08', '20:30:00'],
    ['Asia/Kathmandu', '2026-01-09T18:15:00.500000000Z', '2026-01-10', '00:00:00'],
    ['Etc/UTC', '2026-01-09T18:15:00.500000000Z', '2026-01-09', '18:15:00'],
  ])('%s: %s', (name, time, date, clock) => {
    expect(findTextZone(name)!.localTime(time)).toEqual({ date, clock, fraction: '.500' });
  });

  test.each(['Mars/Olympus', '', 'Berlin', '-'])('"%s" is no zone', (name) => {
    expect(findTextZone(name)).toBeNull();
  });
});

describe('lines', () => {
  test('hang below what stands first', () => {
    expect(wrapText('one two three four', 12, 'say ')).toEqual(['say one two', '    three', '    four']);
  });

  test('a word longer than a line stands alone and whole', () => {
    expect(wrapText('a 0123456789abcdef b', 10)).toEqual(['a', '0123456789abcdef', 'b']);
  });

  test('never longer than the width, no word lost or cut', () => {
    const words = fc.array(fc.stringMatching(/^[!-~]{1,12}$/), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(words, fc.integer({ min: 16, max: 60 }), (some, width) => {
        const lines = wrapWords(some, width, '>> ');
        expect(lines.every((line) => line.length <= width)).toBe(true);
        expect(
          lines
            .map((line) => line.slice(3))
            .join(' ')
            .split(' '),
        ).toEqual(some);
      }),
    );
  });

  test('printable text has no control characters, whatever went in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
      }),
    );
  });
});
