/** Elements in one call, and how numbers and times read. */

type Child = Node | string | null;

/** `make('p', { class: 'note' }, 'text')`; attributes that are null are left out. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | number | null>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

const SVG = 'http://www.w3.org/2000/svg';

export function draw<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | number>> = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children.filter((child) => child !== null));
  return element;
}

export const count = (value: number): string => value.toLocaleString('en');

export const plural = (value: number, noun: string): string =>
  `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

export function bytes(value: number): string {
  let unit = 0;
  let rest = value;
  for (; rest >= 1000 && unit < UNITS.length - 1; unit += 1) rest /= 1000;
  return unit === 0 ? `${value} B` : `${rest.toFixed(rest < 10 ? 2 : 1)} ${UNITS[unit]}`;
}

/** `12:00:01.250`, UTC; with the date where it is asked for */
export function clock(seconds: number, withDate: boolean = false): string {
  const text = new Date(Math.round(seconds * 1000)).toISOString();
  return withDate ? `${text.slice(0, 10)} ${text.slice(11, 19)}` : text.slice(11, 23);
}

/** A mark on a time axis of so many seconds: as much of the time as tells it from the next. */
export function mark(time: number, span: number): string {
  if (span > 86_400) return clock(time, true).slice(5, 16);
  return clock(time).slice(0, span < 3 ? 12 : span < 30 ? 10 : 8);
}

export function duration(seconds: number): string {
  if (seconds < 0) return `-${duration(-seconds)}`;
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 120) return `${Number(seconds.toFixed(seconds < 10 ? 2 : 1))} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** A cell with more than so many characters keeps a width in which it can be read. */
const LONG_TEXT = 40;

/** A table with its head; cells that are numbers stand to the right. */
export function tableOf(
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly (string | number | Node)[])[],
): HTMLTableElement {
  const isNumber = (value: string | number | Node | undefined): boolean =>
    typeof value === 'number' || (value instanceof HTMLElement && value.className === 'number');
  const isLong = (value: string | number | Node): boolean =>
    typeof value === 'string' && value.length > LONG_TEXT;
  const cell = (value: string | number | Node): HTMLTableCellElement =>
    make(
      'td',
      { class: isNumber(value) ? 'number' : isLong(value) ? 'long' : null },
      typeof value === 'number' ? count(value) : value,
    );
  const head = (text: string, i: number): HTMLTableCellElement =>
    make('th', { scope: 'col', class: isNumber(rows[0]?.[i]) ? 'number' : null }, text);
  return make(
    'table',
    {},
    make('caption', {}, caption),
    make('thead', {}, make('tr', {}, ...heads.map(head))),
    make('tbody', {}, ...rows.map((row) => make('tr', {}, ...row.map(cell)))),
  );
}

/** A section with a heading that a reader can jump to, and the command that makes its figures again. */
export function section(
  id: string,
  title: string,
  command: string | null,
  ...children: readonly Child[]
): HTMLElement {
  return make(
    'section',
    { id, 'aria-labelledby': `${id}-title` },
    make('h2', { id: `${id}-title` }, title),
    ...children,
    command === null
      ? null
      : make('p', { class: 'command' }, 'These figures again: ', make('code', {}, command)),
  );
}

/** Wide content scrolls by itself, also by keyboard. */
export const scrolling = (label: string, ...children: readonly Child[]): HTMLElement =>
  make('div', { class: 'scrolling', tabindex: 0, role: 'group', 'aria-label': label }, ...children);

/** The id of a session, which opens it. */
export function sessionLink(id: number, openSession: (id: number) => void): HTMLElement {
  const link = make('button', { type: 'button', class: 'link' }, String(id));
  link.addEventListener('click', () => openSession(id));
  return link;
}
