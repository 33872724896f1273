/** Puts the page together from the data in it. */
import type { PageData, TimelineRow } from '../page-data.ts';
import { course } from './course.ts';
import { detail } from './detail.ts';
import { differences } from './differences.ts';
import { make } from './dom.ts';
import { expiries } from './expiries.ts';
import { endings, overview } from './figures.ts';
import { timeline } from './timeline.ts';

const data = JSON.parse(document.getElementById('data')!.textContent!) as PageData;

const panel = make('div', { id: 'panel' });
const showDetail = (row: TimelineRow): void => {
  panel.replaceChildren(detail(data, row));
  const title = panel.querySelector<HTMLElement>('h3');
  title?.focus({ preventScroll: true });
  panel.scrollIntoView({ block: 'nearest' });
};
const sessions = data.timeline.rows.length > 0 ? timeline(data, showDetail) : null;
const openSession = (id: number): void => sessions?.open(id);

const sections = [
  overview(data),
  endings(data),
  course(data),
  differences(data, openSession),
  expiries(data, openSession),
  sessions?.element ?? null,
].filter((element) => element !== null);

const contents = make(
  'nav',
  { 'aria-label': 'contents' },
  ...sections.map((element) =>
    make('a', { href: `#${element.id}` }, element.querySelector('h2')!.textContent!),
  ),
);

document
  .getElementById('page')!
  .replaceChildren(
    make('header', {}, make('h1', {}, 'endreason report'), themeButton(), contents),
    make('main', {}, ...sections, panel),
    make('footer', {}, data.program),
  );

/** The reader's own choice of theme, for this page only; without it the system's holds. */
function themeButton(): HTMLButtonElement {
  const button = make('button', { type: 'button', id: 'theme' }, 'dark or light');
  button.addEventListener('click', () => {
    const root = document.documentElement;
    const dark =
      root.dataset['theme'] === undefined
        ? matchMedia('(prefers-color-scheme: dark)').matches
        : root.dataset['theme'] === 'dark';
    root.dataset['theme'] = dark ? 'light' : 'dark';
    document.dispatchEvent(new Event('theme'));
  });
  return button;
}
