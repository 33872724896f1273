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

const theme = themeButton();
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
    make('header', {}, make('h1', {}, 'endreason report'), theme, contents),
    make('main', {}, ...sections, panel),
    make('footer', {}, data.program),
  );

/** Charts are drawn anew in the colours of the theme. */
function showTheme(dark: boolean): void {
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
  document.dispatchEvent(new Event('theme'));
}

/** The system's theme, until the reader chooses the other one for this page. */
function themeButton(): HTMLButtonElement {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const follow = (): void => showTheme(system.matches);
  follow();
  system.addEventListener('change', follow);
  const button = make('button', { type: 'button', id: 'theme' }, 'dark or light');
  button.addEventListener('click', () => {
    system.removeEventListener('change', follow);
    showTheme(document.documentElement.dataset['theme'] !== 'dark');
  });
  return button;
}
