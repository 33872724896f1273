/** What the timers ended, and what the hosts did afterwards. */
import type { PageData } from '../page-data.ts';
import { clock, count, duration, make, scrolling, section, tableOf } from './dom.ts';

export function expiries(data: PageData, openSession: (id: number) => void): HTMLElement {
  const { summary, rows, total, hosts } = data.expiries;
  return section(
    'timeouts',
    'Timeouts, and what followed them',
    data.commands.timeouts,
    summary.length === 0
      ? make('p', {}, 'No timer ended a session.')
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
              link(row.id, openSession),
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
        ),
  );
}

function link(id: number, openSession: (id: number) => void): HTMLElement {
  const button = make('button', { type: 'button', class: 'link' }, String(id));
  button.addEventListener('click', () => openSession(id));
  return button;
}
