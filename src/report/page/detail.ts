/** One session: what is known of it, why it ended so, and its packets as a ladder. */
import type { PageData, TimelineRow } from '../page-data.ts';
import { bytes, clock, duration, make, plural } from './dom.ts';
import { ladder } from './ladder.ts';
import { endText } from './timeline-query.ts';

export function detail(data: PageData, row: TimelineRow): HTMLElement {
  const found = data.details[row.id];
  const command = `${data.commands.explain} ${row.id}`;
  const title = make(
    'h3',
    { tabindex: -1, id: 'detail-title' },
    `Session ${row.id}: ${row.client} → ${row.server}, ${row.app}, ${endText(row)}`,
  );
  const lines: readonly (readonly [string, string])[] = found?.lines ?? [
    ['time', `${clock(row.start, true)} UTC, ${duration(row.last - row.start)}`],
    ['counts', `${plural(row.packets, 'packet')}, ${bytes(row.bytes)}`],
    ['tracker stage', row.tracker],
  ];
  return make(
    'article',
    { class: 'detail', 'aria-labelledby': 'detail-title' },
    title,
    make(
      'dl',
      { class: 'facts' },
      ...lines.flatMap(([name, value]) => [make('dt', {}, name), make('dd', {}, value)]),
    ),
    ...(found === undefined
      ? [make('p', {}, 'Its packets are not on this page.')]
      : [
          listOf(
            'Diagnosis',
            found.diagnosis.map(({ code, text }) => [code, text]),
          ),
          listOf(
            'Candidates: what the capture can neither prove nor rule out',
            found.candidates.map(({ reason, because }) => [reason, because]),
          ),
          listOf(
            'Evidence',
            found.evidence.map(({ packet, at, what }) => [`packet ${packet}`, `${clock(at)} ${what}`]),
          ),
          found.ladder === null ? null : ladder(found.ladder),
        ]),
    make('p', { class: 'command' }, 'Packet by packet: ', make('code', {}, command)),
  );
}

function listOf(title: string, items: readonly (readonly [string, string])[]): HTMLElement | null {
  if (items.length === 0) return null;
  return make(
    'div',
    {},
    make('h4', {}, title),
    make('ul', {}, ...items.map(([name, text]) => make('li', {}, make('strong', {}, name), `: ${text}`))),
  );
}
