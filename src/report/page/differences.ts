/** Where the capture and the log do not agree, each with why. */
import type { AloneGroup, DifferenceGroup, PageData } from '../page-data.ts';
import { count, make, plural, scrolling, section, sessionLink, tableOf } from './dom.ts';

export function differences(data: PageData, openSession: (id: number) => void): HTMLElement | null {
  const { comparison } = data;
  if (comparison === null) return null;
  const strong = comparison.differences.filter(({ harmless }) => !harmless);
  const harmless = comparison.differences.filter((group) => group.harmless);
  return section(
    'differences',
    'Beside the log',
    data.commands.compare,
    make(
      'dl',
      { class: 'facts' },
      ...comparison.fit.flatMap(([name, value]) => [make('dt', {}, name), make('dd', {}, value)]),
    ),
    strong.length === 0
      ? make('p', {}, 'No difference worth reading.')
      : make('div', {}, ...strong.map((group) => difference(group, openSession))),
    ...alone('Only in the capture', comparison.onlyInCapture, openSession),
    ...alone('Only in the log', comparison.onlyInLog, null),
    harmless.length === 0
      ? null
      : make(
          'details',
          {},
          make('summary', {}, `${plural(harmless.length, 'harmless kind')} of difference`),
          ...harmless.map((group) => difference(group, openSession)),
        ),
  );
}

function difference(group: DifferenceGroup, openSession: (id: number) => void): HTMLElement {
  const { title, examples } = group;
  return make(
    'details',
    { class: 'difference', ...(group.harmless ? {} : { open: '' }) },
    make('summary', {}, make('strong', {}, title), `: ${plural(group.count, 'pair')}`),
    scrolling(
      title,
      tableOf(
        group.count > examples.length
          ? `the first ${examples.length} of ${count(group.count)}`
          : 'all of them',
        ['session', 'log', 'capture says', 'log says', 'why'],
        examples.map((example) => [
          make('span', {}, ...example.sessions.flatMap((id) => [sessionLink(id, openSession), ' '])),
          example.log.join(', '),
          example.capture,
          example.inLog,
          example.explanation,
        ]),
      ),
    ),
  );
}

function alone(
  title: string,
  groups: readonly AloneGroup[],
  openSession: ((id: number) => void) | null,
): HTMLElement[] {
  if (groups.length === 0) return [];
  const items = groups.map(({ title: what, explanation, count: many, examples }) =>
    make(
      'li',
      {},
      make('strong', {}, count(many)),
      ` ${what}: ${explanation} (`,
      ...examples.flatMap((example, i) => [
        i === 0 ? '' : ', ',
        openSession === null ? example : sessionLink(Number(example), openSession),
      ]),
      many > examples.length ? ' …)' : ')',
    ),
  );
  return [make('h3', {}, title), make('ul', {}, ...items)];
}
