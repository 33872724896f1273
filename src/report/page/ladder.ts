/** A session's packets between two lifelines, with the firewall's state and timer beside them. */
import type { Ladder, LadderStep } from '../page-data.ts';
import { draw, duration, make, scrolling } from './dom.ts';

const WIDTH = 900;
const CLIENT_X = 120;
const SERVER_X = 520;
const STATE_X = 545;
const STEP_PIXELS = 34;
const HEAD_PIXELS = 40;

const COLORS: Readonly<Record<LadderStep['kind'], string>> = {
  packet: 'var(--text)',
  dropped: 'var(--deny)',
  late: 'var(--rst-client)',
  expiry: 'var(--aged)',
  gap: 'var(--muted)',
};

export function ladder({ client, server, steps }: Ladder): HTMLElement {
  const height = HEAD_PIXELS + steps.length * STEP_PIXELS + 10;
  const lifeline = (x: number): SVGElement =>
    draw('line', { x1: x, x2: x, y1: HEAD_PIXELS - 8, y2: height, stroke: 'var(--line)', 'stroke-width': 2 });
  const svg = draw(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${height}`, width: WIDTH, height, class: 'ladder', 'aria-hidden': 'true' },
    draw(
      'defs',
      {},
      draw(
        'marker',
        { id: 'tip', viewBox: '0 0 8 8', refX: 8, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto' },
        draw('path', { d: 'M0,0 L8,4 L0,8 z', fill: 'context-stroke' }),
      ),
    ),
    words(CLIENT_X, 18, client, 'middle', 'var(--text)', 'bold'),
    words(SERVER_X, 18, server, 'middle', 'var(--text)', 'bold'),
    words(STATE_X + 60, 18, 'firewall', 'start', 'var(--muted)'),
    lifeline(CLIENT_X),
    lifeline(SERVER_X),
    ...steps.flatMap((step, i) => drawStep(step, HEAD_PIXELS + i * STEP_PIXELS + STEP_PIXELS / 2)),
  );
  return make(
    'div',
    {},
    make('h4', {}, 'Packet by packet'),
    scrolling('ladder of the packets', svg),
    make('ol', { class: 'unseen' }, ...steps.map((step) => make('li', {}, sentence(step)))),
  );
}

function drawStep(step: LadderStep, y: number): SVGElement[] {
  const color = COLORS[step.kind];
  const time = words(
    CLIENT_X - 15,
    y + 4,
    step.after === null ? '' : `+${duration(step.after)}`,
    'end',
    'var(--muted)',
  );
  const state = words(
    STATE_X,
    y + 4,
    [step.state, step.timer, step.note].filter((text) => text !== '').join(', '),
    'start',
    'var(--muted)',
  );
  if (step.from === null) {
    return [
      time,
      draw('line', { x1: CLIENT_X, x2: SERVER_X, y1: y, y2: y, stroke: color, 'stroke-dasharray': '3 5' }),
      words((CLIENT_X + SERVER_X) / 2, y - 6, step.label, 'middle', color),
      state,
    ];
  }
  const [x1, x2] = step.from === 'client' ? [CLIENT_X, SERVER_X] : [SERVER_X, CLIENT_X];
  const lost = step.kind === 'dropped' || step.kind === 'late';
  const tip = lost ? x1 + (x2 - x1) * 0.85 : x2;
  return [
    time,
    draw('line', {
      x1,
      x2: tip,
      y1: y,
      y2: y,
      stroke: color,
      'stroke-width': 1.5,
      'marker-end': 'url(#tip)',
      ...(lost ? { 'stroke-dasharray': '6 4' } : {}),
    }),
    words((CLIENT_X + SERVER_X) / 2, y - 6, `#${step.packet} ${step.label}`, 'middle', color),
    state,
  ];
}

function words(
  x: number,
  y: number,
  text: string,
  anchor: string,
  fill: string,
  weight: string = 'normal',
): SVGElement {
  return draw('text', { x, y, 'text-anchor': anchor, fill, 'font-weight': weight }, text);
}

/** The same for those who do not see the drawing. */
function sentence({ packet, after, from, label, state, timer, note, kind }: LadderStep): string {
  const who = from === null ? '' : `from the ${from} `;
  const number = packet === null ? '' : `packet ${packet} `;
  const fate = kind === 'dropped' ? ', dropped' : kind === 'late' ? ', after the end' : '';
  const when = after === null ? '' : `after ${duration(after)}: `;
  return `${when}${number}${who}${label}${fate}${state === '' ? '' : `; ${state}`}${timer === '' ? '' : `, ${timer}`}${note === '' ? '' : `. ${note}`}`;
}
