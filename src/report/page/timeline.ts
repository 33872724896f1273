/**
 * All sessions on one time axis: searched, filtered, sorted. Only the rows in sight are in the document, so that
 * tens of thousands scroll as smoothly as ten.
 */
import type { PageData, TimelineRow } from '../page-data.ts';
import { colorOf } from './colors.ts';
import { bytes, clock, count, duration, make, mark, plural, section } from './dom.ts';
import { endText, matches, SORTS, type SortName, wantedOf } from './timeline-query.ts';

const ROW_PIXELS = 30;
/** rows above and below those in sight */
const MARGIN_ROWS = 8;
const PRINTED_ROWS = 400;

export interface Timeline {
  readonly element: HTMLElement;
  /** shows a session, wherever it is, and opens it */
  open(id: number): void;
}

/** @param onOpen is given the session that was chosen */
export function timeline(data: PageData, onOpen: (row: TimelineRow) => void): Timeline {
  const all = data.timeline.rows;
  const from = Math.min(...all.map((row) => row.start));
  const to = Math.max(...all.map((row) => Math.max(row.last, row.end ?? row.last)), from + 0.001);
  let rows: readonly TimelineRow[] = all;
  let active = 0;

  const search = make('input', {
    type: 'search',
    placeholder: 'address, port, application, code …',
    'aria-label': 'search sessions',
    id: 'search',
  });
  const reason = choice(
    'end reason',
    data.reasons.map(({ name }) => name),
  );
  const application = choice(
    'application',
    data.applications.map(({ name }) => name),
  );
  const code = choice('diagnosis', [...new Set(all.flatMap((row) => row.codes))].sort());
  const sort = make(
    'select',
    { 'aria-label': 'sort by', id: 'sort' },
    ...Object.keys(SORTS).map((name) => make('option', { value: name }, `by ${name}`)),
  );
  const status = make('p', { role: 'status', class: 'status' });
  const spacer = make('div', { class: 'rows', role: 'presentation' });
  const list = make(
    'div',
    {
      class: 'timeline',
      tabindex: 0,
      role: 'listbox',
      'aria-label': 'sessions; Enter opens one',
      id: 'sessions',
    },
    spacer,
  );

  const optionOf = (row: TimelineRow, index: number): HTMLElement => {
    const place = (time: number): number => (100 * (time - from)) / (to - from);
    const left = place(row.start);
    const bar = make('span', {
      class: 'life',
      style: `left: ${left}%; width: max(3px, ${place(row.last) - left}%); background: ${colorOf(row.reason)}`,
    });
    const until = row.end ?? to;
    const timer = make('span', {
      class: 'waiting',
      style: `left: ${place(row.last)}%; width: ${Math.max(0, place(until) - place(row.last))}%; --color: ${colorOf(row.reason)}`,
    });
    const item = make(
      'div',
      {
        class: 'row',
        role: 'option',
        id: `session-${row.id}`,
        'aria-selected': String(index === active),
        'aria-setsize': rows.length,
        'aria-posinset': index + 1,
        style: `top: ${index * ROW_PIXELS}px`,
        title: describe(row),
      },
      make('span', { class: 'id' }, String(row.id)),
      make('span', { class: 'time' }, clock(row.start).slice(0, 12)),
      make('span', { class: 'ends' }, `${row.client} → ${row.server}`),
      make('span', { class: 'app' }, row.app),
      make('span', { class: 'reason' }, endText(row)),
      make('span', { class: 'track', 'aria-hidden': 'true' }, timer, bar),
    );
    item.addEventListener('click', () => choose(index));
    return item;
  };

  const render = (whole: boolean = false): void => {
    const first = whole ? 0 : Math.max(0, Math.floor(list.scrollTop / ROW_PIXELS) - MARGIN_ROWS);
    const inSight = Math.ceil(list.clientHeight / ROW_PIXELS) + 2 * MARGIN_ROWS;
    const shown = rows.slice(first, whole ? PRINTED_ROWS : first + inSight);
    spacer.style.height = `${(whole ? shown.length : rows.length) * ROW_PIXELS}px`;
    spacer.replaceChildren(...shown.map((row, i) => optionOf(row, first + i)));
    const current = rows[active];
    if (current === undefined) list.removeAttribute('aria-activedescendant');
    else list.setAttribute('aria-activedescendant', `session-${current.id}`);
  };

  const scrollTo = (index: number): void => {
    const top = index * ROW_PIXELS;
    if (top < list.scrollTop) list.scrollTop = top;
    if (top + ROW_PIXELS > list.scrollTop + list.clientHeight) {
      list.scrollTop = top + ROW_PIXELS - list.clientHeight;
    }
  };

  const move = (index: number): void => {
    active = Math.max(0, Math.min(rows.length - 1, index));
    scrollTo(active);
    render();
  };

  const choose = (index: number): void => {
    move(index);
    const row = rows[active];
    if (row !== undefined) onOpen(row);
  };

  const query = (): void => {
    const wanted = wantedOf(search.value, reason.value, application.value, code.value);
    rows = all.filter((row) => matches(row, wanted)).sort(SORTS[sort.value as SortName]);
    active = 0;
    list.scrollTop = 0;
    list.style.setProperty('--rows', String(Math.max(1, rows.length)));
    status.textContent =
      rows.length === all.length
        ? `${plural(all.length, 'session')}.`
        : `${count(rows.length)} of ${plural(all.length, 'session')}.`;
    render();
  };

  list.addEventListener('scroll', () => requestAnimationFrame(() => render()));
  list.addEventListener('keydown', (event) => {
    const page = Math.max(1, Math.floor(list.clientHeight / ROW_PIXELS) - 1);
    const target: Readonly<Record<string, number>> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: rows.length - 1,
    };
    const index = target[event.key];
    if (index !== undefined) move(index);
    else if (event.key === 'Enter' || event.key === ' ') choose(active);
    else return;
    event.preventDefault();
  });
  for (const control of [search, reason, application, code, sort]) control.addEventListener('input', query);
  addEventListener('beforeprint', () => render(true));
  addEventListener('afterprint', () => render());
  new ResizeObserver(() => render()).observe(list);
  query();

  return {
    element: section(
      'timeline',
      'Sessions',
      data.commands.sessions,
      make('div', { class: 'controls' }, search, reason, application, code, sort),
      data.timeline.leftOut === null ? null : make('p', {}, data.timeline.leftOut),
      status,
      axis(from, to),
      list,
      make(
        'p',
        { class: 'note' },
        'Solid: from the first packet to the last. Hatched: the timer that runs behind it. “open: tcp-fin” is a session still open, and what will be logged if no packet comes any more.',
      ),
    ),
    open(id) {
      let index = rows.findIndex((row) => row.id === id);
      if (index < 0) {
        for (const control of [search, reason, application, code]) control.value = '';
        query();
        index = rows.findIndex((row) => row.id === id);
      }
      if (index < 0) return;
      choose(index);
      list.scrollIntoView({ block: 'center' });
    },
  };
}

function describe(row: TimelineRow): string {
  const until = row.end === null ? 'still open' : `ended ${clock(row.end)}`;
  return `session ${row.id}, ${row.proto}, ${plural(row.packets, 'packet')}, ${bytes(row.bytes)}, ${duration(row.last - row.start)}, ${until}`;
}

/** Times above the bars, in the same columns as the rows. */
function axis(from: number, to: number): HTMLElement {
  // short spans have long marks
  const marks = (to - from < 3 ? [0, 1] : [0, 0.5, 1]).map((share) =>
    make('span', {}, mark(from + share * (to - from), to - from)),
  );
  return make(
    'div',
    { class: 'axis', 'aria-hidden': 'true' },
    ...['session', 'start', 'client → server', 'application', 'end reason'].map((head) =>
      make('span', {}, head),
    ),
    make('span', { class: 'marks' }, ...marks),
  );
}

function choice(what: string, values: readonly string[]): HTMLSelectElement {
  return make(
    'select',
    { 'aria-label': what, id: what.replace(' ', '-') },
    make('option', { value: '' }, `every ${what}`),
    ...values.map((value) => make('option', { value }, value)),
  );
}
