/** Sessions in the table over time as a chart; the same in words and as a table. */
import type { PageData, TableCourse } from '../page-data.ts';
import { drawChart } from './chart.ts';
import { clock, count, duration, make, plural, scrolling, section, tableOf } from './dom.ts';

/** rows of the table that stands for the chart */
const MOST_ROWS = 60;

export function course(data: PageData): HTMLElement {
  if (data.course === null) {
    return section('course', 'Sessions in the table', null, make('p', {}, 'No session was created.'));
  }
  const box = make('div', { class: 'chart', role: 'img', 'aria-label': words(data.course) });
  const { start, step, live, created, ended, agedOut } = data.course;
  drawChart(box, {
    start,
    step,
    lines: [
      { label: 'in the table', color: '--accent', values: live, fill: true },
      { label: 'created', color: '--fin', values: created },
      { label: 'ended', color: '--rst-server', values: ended, dash: [6, 3] },
      { label: 'of them aged out', color: '--aged', values: agedOut, dash: [2, 3] },
    ],
  });
  return section(
    'course',
    'Sessions in the table',
    data.commands.course,
    make('p', {}, words(data.course)),
    make(
      'p',
      { class: 'command' },
      'The most at once, in a POSIX shell: ',
      make('code', {}, data.commands.peak),
    ),
    box,
    make(
      'details',
      {},
      make('summary', {}, 'The same as a table'),
      scrolling('sessions in the table over time', asTable(data.course)),
    ),
  );
}

function words({ peak, created, ended, agedOut, step, live }: TableCourse): string {
  const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
  return (
    `At most ${plural(peak.sessions, 'session')} at once, at ${clock(peak.at, true)} UTC; ` +
    `${count(sum(created))} created and ${count(sum(ended))} ended, ${count(sum(agedOut))} of them aged out ` +
    `(a timer ended them before any FIN or RST); ${count(live.at(-1) ?? 0)} left at the end ` +
    `(one value for each ${duration(step)}).`
  );
}

/** Neighbouring bins together, so that the table can be read. */
function asTable({ start, step, live, created, ended, agedOut }: TableCourse): HTMLElement {
  const together = Math.ceil(live.length / MOST_ROWS);
  const rows: (string | number)[][] = [];
  for (let from = 0; from < live.length; from += together) {
    const to = Math.min(live.length, from + together);
    const sum = (values: readonly number[]): number =>
      values.slice(from, to).reduce((all, value) => all + value, 0);
    rows.push([clock(start + from * step, true), sum(created), sum(ended), sum(agedOut), live[to - 1]!]);
  }
  return tableOf('Sessions over time', ['from (UTC)', 'created', 'ended', 'aged out', 'in the table'], rows);
}
