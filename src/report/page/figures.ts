/** What was seen, in a few figures, and how the sessions ended. */
import type { CountRow, PageData } from '../page-data.ts';
import { colorOf } from './colors.ts';
import { bytes, clock, count, make, plural, scrolling, section, tableOf } from './dom.ts';

export function overview(data: PageData): HTMLElement {
  const { capture, comparison, expiries } = data;
  const span =
    capture.first === null || capture.last === null
      ? 'no packets'
      : `${clock(Date.parse(capture.first) / 1000, true)} to ${clock(Date.parse(capture.last) / 1000, true)} UTC`;
  const tiles: [string, string][] = [
    ['sessions', count(data.sessions)],
    ['still open at the end', count(data.open)],
    ['packets', count(capture.packets)],
    ['bytes', bytes(capture.bytes)],
    ['expired, then used', count(expiries.summary.reduce((sum, row) => sum + row.thenTraffic, 0))],
    ...(comparison === null
      ? []
      : comparison.summary.map(([name, value]): [string, string] => [name, count(value)])),
  ];
  return section(
    'overview',
    'What was compared',
    data.command,
    make('p', {}, `${span}.`),
    make(
      'ul',
      { class: 'files' },
      ...capture.files.map((file) =>
        make(
          'li',
          {},
          `${file.name}: ${file.format}, ${plural(file.packets, 'packet')}`,
          file.damage === null
            ? ''
            : make('strong', {}, `, damaged at byte ${file.damage.offset}: ${file.damage.what}`),
        ),
      ),
    ),
    make(
      'dl',
      { class: 'tiles' },
      ...tiles.map(([name, value]) => make('div', {}, make('dt', {}, name), make('dd', {}, value))),
    ),
    leftOut(data),
  );
}

function leftOut({ accounting }: PageData): HTMLElement {
  const causes = Object.entries(accounting.not_in_sessions);
  const text =
    causes.length === 0
      ? `All ${plural(accounting.packets, 'packet')} are in sessions.`
      : `${plural(accounting.in_sessions, 'packet')} in sessions; not in a session: ${causes
          .map(([cause, packets]) => `${count(packets)} ${cause.replaceAll('_', ' ')}`)
          .join(', ')}.`;
  return make('p', {}, text);
}

const SHOWN_APPLICATIONS = 15;

export function endings(data: PageData): HTMLElement {
  const shown = data.applications.slice(0, SHOWN_APPLICATIONS);
  const rest = data.applications.slice(SHOWN_APPLICATIONS);
  const others: CountRow[] =
    rest.length === 0
      ? []
      : [
          rest.reduce(
            (sum, row) => ({
              name: sum.name,
              sessions: sum.sessions + row.sessions,
              packets: sum.packets + row.packets,
              bytes: sum.bytes + row.bytes,
            }),
            { name: `${plural(rest.length, 'other')}`, sessions: 0, packets: 0, bytes: 0 },
          ),
        ];
  return section(
    'endings',
    'How sessions ended, and what they carried',
    data.commands.summary,
    make(
      'div',
      { class: 'pair' },
      bars('Session end reasons', 'end reason', data.reasons, (name) => colorOf(name)),
      bars('Applications', 'application', [...shown, ...others], () => 'var(--accent)'),
    ),
  );
}

/** A table whose first column is drawn as bars: the numbers are the text of the chart. */
function bars(
  caption: string,
  head: string,
  rows: readonly CountRow[],
  color: (name: string) => string,
): HTMLElement {
  const most = Math.max(1, ...rows.map((row) => row.sessions));
  return scrolling(
    caption,
    tableOf(
      caption,
      [head, 'sessions', 'packets', 'bytes'],
      rows.map((row) => [
        make(
          'span',
          { class: 'bar', style: `--share: ${(100 * row.sessions) / most}%; --color: ${color(row.name)}` },
          row.name,
        ),
        row.sessions,
        row.packets,
        make('span', { class: 'number' }, bytes(row.bytes)),
      ]),
    ),
  );
}
