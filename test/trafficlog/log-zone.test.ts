import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogRow } from '../../src/trafficlog/log-row.ts';
import { parseLogTime, TIME_EXAMPLES } from '../../src/trafficlog/log-time.ts';
import { findLogZone, resolveTime } from '../../src/trafficlog/log-zone.ts';

const wall = (text: string): number => Date.parse(`${text.replace(' ', 'T')}Z`) / 1000;
const utc = (sec: number): string => new Date(sec * 1000).toISOString().slice(0, 19).replace('T', ' ');

/** What `resolveTime` reads of a row. */
const row = (changes: Partial<LogRow>): LogRow =>
  ({ generated: null, receive: null, utcOffset: null, ...changes }) as LogRow;

describe('from the wall clock to UTC', () => {
  test.each([
    ['UTC', '2026-01-09 16:44:01', '2026-01-09 16:44:01'],
    ['Z', '2026-01-09 16:44:01', '2026-01-09 16:44:01'],
    ['+05:30', '2026-01-09 16:44:01', '2026-01-09 11:14:01'],
    ['-0800', '2026-01-09 16:44:01', '2026-01-10 00:44:01'],
    ['Europe/Berlin', '2026-01-09 16:44:01', '2026-01-09 15:44:01'],
    ['Europe/Berlin', '2026-07-09 16:44:01', '2026-07-09 14:44:01'],
    ['Asia/Kathmandu', '2026-01-09 16:44:01', '2026-01-09 10:59:01'],
    ['America/New_York', '2026-07-09 16:44:01', '2026-07-09 20:44:01'],
    // clocks go forward at 02:00: before, in the hour that does not come, after
    ['Europe/Berlin', '2026-03-29 01:59:59', '2026-03-29 00:59:59'],
    ['Europe/Berlin', '2026-03-29 02:30:00', '2026-03-29 01:30:00'],
    ['Europe/Berlin', '2026-03-29 03:00:00', '2026-03-29 01:00:00'],
    // clocks go back at 03:00: before, in the first pass of the hour that comes twice, after
    ['Europe/Berlin', '2026-10-25 01:59:59', '2026-10-24 23:59:59'],
    ['Europe/Berlin', '2026-10-25 02:30:00', '2026-10-25 00:30:00'],
    ['Europe/Berlin', '2026-10-25 03:00:00', '2026-10-25 02:00:00'],
    ['America/New_York', '2026-11-01 01:30:00', '2026-11-01 05:30:00'],
    // half an hour of summer time
    ['Australia/Lord_Howe', '2026-04-05 01:45:00', '2026-04-04 14:45:00'],
    ['Australia/Lord_Howe', '2026-04-05 02:15:00', '2026-04-04 15:45:00'],
  ])('%s %s is %s', (name, local, expected) => {
    const zone = findLogZone(name)!;
    expect(utc(wall(local) - zone.offsetAt(wall(local)))).toBe(expected);
  });

  test.each(['', 'Mars/Olympus', '+25:00', '5', '+1:00', 'Europe'])('there is no zone %j', (name) => {
    expect(findLogZone(name)).toBeNull();
  });

  test('what is remembered changes nothing', () => {
    const zone = findLogZone('Europe/Berlin')!;
    const hours = fc.integer({ min: wall('2026-03-28 00:00'), max: wall('2026-10-27 00:00') });
    fc.assert(
      fc.property(fc.array(hours, { minLength: 1, maxLength: 20 }), (times) => {
        for (const time of times) {
          expect(zone.offsetAt(time)).toBe(findLogZone('Europe/Berlin')!.offsetAt(time));
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('a row in time', () => {
  const berlin = findLogZone('Europe/Berlin');
  const noon = wall('2026-01-09 12:00:00');
  test.each<[string, number, LogRow, typeof berlin, string | null]>([
    ['nothing is known', noon, row({}), null, null],
    ['the zone is given', noon, row({}), berlin, '2026-01-09 11:00:00'],
    ['the line tells', noon, row({ utcOffset: -18000 }), null, '2026-01-09 17:00:00'],
    ['the line tells otherwise', noon, row({ utcOffset: 0, generated: noon }), berlin, '2026-01-09 12:00:00'],
    [
      'it began before the clock was changed',
      wall('2026-03-29 01:50:00'),
      row({ utcOffset: 7200, generated: wall('2026-03-29 03:10:00') }),
      berlin,
      '2026-03-29 00:50:00',
    ],
  ])('%s', (_name, time, of, zone, expected) => {
    const resolved = resolveTime(time, of, zone);
    expect(resolved === null ? null : utc(resolved.sec)).toBe(expected);
  });

  test('milliseconds are kept', () => {
    expect(resolveTime(noon + 0.25, row({ utcOffset: 0 }), null)).toEqual({ sec: noon, nsec: 250_000_000 });
  });
});

describe('times in logs', () => {
  test.each([
    ['2026/01/09 16:44:01', '2026-01-09 16:44:01', null],
    ['2026/01/09 16:44:01.250', '2026-01-09 16:44:01', null],
    ['2021-10-26T14:53:18.027-07:00', '2021-10-26 14:53:18', -25200],
    ['2021-10-27T19:20:59.000000Z', '2021-10-27 19:20:59', 0],
    ['2021-10-27 19:20:59 UTC', '2021-10-27 19:20:59', 0],
    ['Sep 03 2020 14:54:59 GMT', '2020-09-03 14:54:59', 0],
    ['Jul  1 2022 12:46:24', '2022-07-01 12:46:24', null],
    ['9/16/19 10:00', '2019-09-16 10:00:00', null],
    ['9/16/2019 1:05:07 PM', '2019-09-16 13:05:07', null],
    ['9/16/2019 12:05 am', '2019-09-16 00:05:00', null],
    ['1627734367', '2021-07-31 12:26:07', 0],
    ['1627734367000', '2021-07-31 12:26:07', 0],
    ['1627734367000000', '2021-07-31 12:26:07', 0],
    ['2024/02/29 00:00:00', '2024-02-29 00:00:00', null],
    ['2000/02/29 00:00:00', '2000-02-29 00:00:00', null],
    ['1969/12/31 23:59:59', '1969-12-31 23:59:59', null],
    ['2026/12/31 23:59:60', '2027-01-01 00:00:00', null],
  ])('%s', (text, expected, utcOffset) => {
    const time = parseLogTime(text)!;
    expect([utc(Math.floor(time.wall)), time.utcOffset]).toEqual([expected, utcOffset]);
  });

  test.each([
    '',
    '2020/00/00 00:00:00',
    '2020/06/00 00:00:00',
    '2023/02/29 00:00:00',
    '2100/02/29 00:00:00',
    '2026/04/31 00:00:00',
    '2026/13/01 00:00:00',
    '2026/01/01 24:00:00',
    '2026/01/01 00:60:00',
    '2026/01/09 16:44:0',
    '2026/01/09 16:44:01x',
    'x2026/01/09 16:44:01',
    '2026/1/9',
    '16/9/19 10:00',
    '9/16/2019 13:05 PM',
    'Foo 03 2020 14:54:59',
    '123',
    '12345678901',
  ])('%j is none', (text) => {
    expect(parseLogTime(text)).toBeNull();
  });

  test('any second in the device form', () => {
    fc.assert(
      fc.property(fc.integer({ min: -2_000_000_000, max: 6_000_000_000 }), (sec) => {
        const text = utc(sec).replaceAll('-', '/');
        expect(parseLogTime(text)).toEqual({ wall: sec, utcOffset: null });
      }),
    );
  });

  test('every example of the manual is one', () => {
    expect(TIME_EXAMPLES.map((text) => parseLogTime(text) !== null)).toEqual(TIME_EXAMPLES.map(() => true));
  });
});
