/** Sessions in the table over time, drawn by uPlot; the same in words and as a table. */
import uPlot from 'uplot';
import type { PageData, TableCourse } from '../page-data.ts';
import { clock, count, duration, make, plural, scrolling, section, tableOf } from './dom.ts';

const HEIGHT = 260;
/** rows of the table that stands for the chart */
const MOST_ROWS = 60;

export function course(data: PageData): HTMLElement {
  if (data.course === null) {
    return section('course', 'Sessions in the table', null, make('p', {}, 'No session was created.'));
  }
  const box = make('div', { class: 'chart', role: 'img', 'aria-label': words(data.course) });
  requestAnimationFrame(() => plot(box, data.course!));
  return section(
    'course',
    'Sessions in the table',
    data.commands.sessions,
    make('p', {}, words(data.course)),
    box,
    make(
      'details',
      {},
      make('summary', {}, 'The same as a table'),
      scrolling('sessions in the table over time', asTable(data.course)),
    ),
  );
}

function words({ peak, created, ended, step, live }: TableCourse): string {
  const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
  return (
    `At most ${plural(peak.sessions, 'session')} at once, at ${clock(peak.at, true)} UTC; ` +
    `${count(sum(created))} created and ${count(sum(ended))} ended, ${count(live.at(-1) ?? 0)} left at the end ` +
    `(one value for each ${duration(step)}).`
  );
}

/** Neighbouring bins together, so that the table can be read. */
function asTable({ start, step, live, created, ended }: TableCourse): HTMLElement {
  const together = Math.ceil(live.length / MOST_ROWS);
  const rows: (string | number)[][] = [];
  for (let from = 0; from < live.length; from += together) {
    const to = Math.min(live.length, from + together);
    const sum = (values: readonly number[]): number =>
      values.slice(from, to).reduce((all, value) => all + value, 0);
    rows.push([clock(start + from * step, true), sum(created), sum(ended), live[to - 1]!]);
  }
  return tableOf('Sessions over time', ['from (UTC)', 'created', 'ended', 'in the table'], rows);
}

function plot(box: HTMLElement, { start, step, live, created, ended }: TableCourse): void {
  const color = (name: string): string =>
    getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const times = live.map((_, i) => start + i * step);
  const line = (label: string, name: string, values: readonly number[], fill: boolean): uPlot.Series => ({
    label,
    stroke: color(name),
    width: 2,
    points: { show: values.length < 3 },
    ...(fill ? { fill: `color-mix(in srgb, ${color(name)} 18%, transparent)` } : {}),
  });
  const make = (): uPlot => {
    const lines = { stroke: color('--line') };
    const axis: uPlot.Axis = { stroke: color('--text'), grid: lines, ticks: lines };
    return new uPlot(
      {
        width: box.clientWidth,
        height: HEIGHT,
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
        axes: [
          {
            ...axis,
            space: 90,
            values: (_, times) => times.map((time) => clock(time).slice(0, step < 1 ? 12 : 8)),
          },
          axis,
        ],
        scales: { y: { range: (_, _least, most) => [0, Math.max(1, most * 1.05)] } },
        series: [
          { label: 'time (UTC)', value: (_, time) => (time === null ? '' : clock(time, true)) },
          line('in the table', '--accent', live, true),
          line('created', '--fin', created, false),
          line('ended', '--rst-server', ended, false),
        ],
      },
      [times, [...live], [...created], [...ended]],
      box,
    );
  };
  let chart = make();
  let drawnFor = box.clientWidth;
  const again = (): void => {
    chart.destroy();
    drawnFor = box.clientWidth;
    chart = make();
  };
  new ResizeObserver(() => {
    if (box.clientWidth !== drawnFor) {
      drawnFor = box.clientWidth;
      chart.setSize({ width: drawnFor, height: HEIGHT });
    }
  }).observe(box);
  document.addEventListener('theme', again);
}
