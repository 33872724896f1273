/** Lines over time, drawn by uPlot: drawn again where the width or the theme changes. */
import uPlot from 'uplot';
import { clock, mark } from './dom.ts';

const HEIGHT = 260;
/** of the numbers beside the axis */
const PIXELS_A_DIGIT = 8;

export interface ChartLine {
  readonly label: string;
  /** custom property of the style sheet */
  readonly color: string;
  /** one value a bin */
  readonly values: readonly number[];
  readonly fill?: boolean;
  /** dashes and gaps in pixels, so that lines can be told apart without colour */
  readonly dash?: readonly number[];
}

export interface Chart {
  /** seconds since 1970 */
  readonly start: number;
  /** seconds of a bin */
  readonly step: number;
  readonly lines: readonly ChartLine[];
  /** a value holds until the next one */
  readonly stepped?: boolean;
}

/** Fills the box, once it has a width. */
export function drawChart(box: HTMLElement, chart: Chart): void {
  requestAnimationFrame(() => {
    let drawn = plot(box, chart);
    let drawnFor = box.clientWidth;
    new ResizeObserver(() => {
      if (box.clientWidth === drawnFor) return;
      drawnFor = box.clientWidth;
      drawn.setSize({ width: drawnFor, height: HEIGHT });
    }).observe(box);
    document.addEventListener('theme', () => {
      drawn.destroy();
      drawnFor = box.clientWidth;
      drawn = plot(box, chart);
    });
  });
}

const colorOf = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function seriesOf({ label, color, values, fill, dash }: ChartLine, stepped: boolean): uPlot.Series {
  const stroke = colorOf(color);
  return {
    label,
    stroke,
    width: 2,
    points: { show: values.length < 3 },
    ...(dash === undefined ? {} : { dash: [...dash] }),
    ...(fill ? { fill: `color-mix(in srgb, ${stroke} 18%, transparent)` } : {}),
    ...(stepped ? { paths: uPlot.paths.stepped!({ align: 1 }) } : {}),
  };
}

const longest = (marks: readonly string[] | null): number =>
  (marks ?? []).reduce((most, { length }) => Math.max(most, length), 0);

function plot(box: HTMLElement, { start, step, lines, stepped = false }: Chart): uPlot {
  const grid = { stroke: colorOf('--line') };
  const axis: uPlot.Axis = { stroke: colorOf('--text'), grid, ticks: grid };
  const times = (lines[0]?.values ?? []).map((_, i) => start + i * step);
  return new uPlot(
    {
      width: box.clientWidth,
      height: HEIGHT,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
      axes: [
        {
          ...axis,
          space: 90,
          values: (_, marks) => marks.map((time) => mark(time, step * times.length)),
        },
        { ...axis, size: (_, marks) => 16 + PIXELS_A_DIGIT * longest(marks) },
      ],
      scales: { y: { range: (_, _least, most) => [0, Math.max(1, most * 1.05)] } },
      series: [
        { label: 'time (UTC)', value: (_, time) => (time === null ? '' : clock(time, true)) },
        ...lines.map((line) => seriesOf(line, stepped)),
      ],
    },
    [times, ...lines.map(({ values }) => [...values])],
    box,
  );
}
