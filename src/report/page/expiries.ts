/** What the timers ended, and what the hosts did afterwards. */
import type { HeldCourse, PageData } from '../page-data.ts';
import { drawChart } from './chart.ts';
import { clock, count, duration, make, scrolling, section, sessionLink, tableOf } from './dom.ts';

export function expiries(data: PageData, openSession: (id: number) => void): HTMLElement {
  const { summary, rows, total, hosts } = data.expiries;
  return section(
    'timeouts',
    'Timeouts, and what followed them',
    data.commands.timeouts,
    summary.length === 0
      ? make('p', {}, 'There was no session that a timer could end.')
      : scrolling(
          'expired sessions by timer',
          tableOf(
            'By timer',
            ['timer', 'seconds', 'expired', 'then used', 'would have sufficed (s)'],
            summary.map((row) => [row.timer, row.timeout, row.expired, row.thenTraffic, row.sufficient]),
          ),
        ),
    rows.length === 0
      ? null
      : scrolling(
          'sessions that timers ended',
          tableOf(
            total > rows.length
              ? `The ${rows.length} most striking of ${count(total)}`
              : 'Sessions, the most striking first',
            [
              'session',
              'client → server',
              'app',
              'timer',
              'at (UTC)',
              'longest idle',
              'margin',
              'late packets',
              'what followed',
            ],
            rows.map((row) => [
              sessionLink(row.id, openSession),
              `${row.client} → ${row.server}`,
              row.app,
              `${row.timer} ${row.timeout} s`,
              row.at === null ? '' : clock(row.at, true),
              duration(row.longestIdle),
              duration(row.margin),
              row.afterEnd,
              [row.followed, row.advice].filter((text) => text !== '').join(' '),
            ]),
          ),
        ),
    hosts.length === 0
      ? null
      : make(
          'div',
          {},
          scrolling(
            'hosts with sockets that the firewall no longer knows',
            tableOf(
              'Hosts that hold sockets which the firewall no longer knows',
              [
                'host',
                'at most',
                'when (UTC)',
                'at the end',
                'proven by a packet',
                'a reset would have told',
              ],
              hosts.map(({ host, atMost, when, atEnd, proven, told }) => [
                host,
                atMost,
                clock(when, true),
                atEnd,
                proven,
                told,
              ]),
            ),
          ),
          make(
            'p',
            { class: 'note' },
            'Counted are sockets of expired connections that no FIN or RST of the host has closed since, as far as the packets show.',
          ),
          ...heldOverTime(data.expiries.held),
        ),
  );
}

/** Colours and dashes of the lines, by rank. */
const LINES = [
  ['--accent', []],
  ['--rst-server', [8, 4]],
  ['--aged', [2, 3]],
  ['--rst-client', [12, 3, 2, 3]],
  ['--fin', [5, 2]],
] as const;
/** rows of the table that stands for the chart */
const MOST_ROWS = 60;

/** The hosts that hold most, counted over time: a chart, in words and as a table. */
function heldOverTime(held: HeldCourse | null): readonly HTMLElement[] {
  if (held === null) return [];
  const { start, step, hosts } = held;
  const most = ({ most: values }: HeldCourse['hosts'][number]): number =>
    values.reduce((a, b) => Math.max(a, b), 0);
  const words =
    `Such sockets over time, the most in each ${duration(step)}: ` +
    `${hosts.map((each) => `${each.host} at most ${count(most(each))}, ${count(each.atEnd)} at the end`).join('; ')}.`;
  const box = make('div', { class: 'chart', role: 'img', 'aria-label': words, id: 'held' });
  drawChart(box, {
    start,
    step,
    stepped: true,
    lines: hosts.map(({ host, most: values }, i) => ({
      label: host,
      color: LINES[i]![0],
      values,
      ...(LINES[i]![1].length === 0 ? {} : { dash: LINES[i]![1] }),
    })),
  });
  const bins = hosts[0]!.most.length;
  const together = Math.ceil(bins / MOST_ROWS);
  const rows = Array.from({ length: Math.ceil(bins / together) }, (_, i) => [
    clock(start + i * together * step, true),
    ...hosts.map((each) => Math.max(...each.most.slice(i * together, (i + 1) * together))),
  ]);
  return [
    make('p', {}, words),
    box,
    make(
      'details',
      {},
      make('summary', {}, 'The same as a table'),
      scrolling(
        'sockets that the firewall no longer knows, over time',
        tableOf('Most sockets held, by host', ['from (UTC)', ...hosts.map(({ host }) => host)], rows),
      ),
    ),
  ];
}
