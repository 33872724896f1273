/** `endreason explain` as text: what is logged, the ladder of packets, and the two lists argued row by row. */
import { blockLines, sessionText } from './detail-lines.ts';
import { endpointText } from './endpoint-text.ts';
import type { Explanation } from './explain.ts';
import { ladderOf } from './ladder.ts';
import { type LadderOptions, ladderLines } from './ladder-text.ts';
import type { Paint } from './paint.ts';
import { printable, wrapText } from './wrap.ts';

export interface ExplainTextOptions extends LadderOptions {
  /** every packet, also of a long session */
  readonly details: boolean;
}

export function* explanationLines(explanation: Explanation, options: ExplainTextOptions): Generator<string> {
  const { session, reason, tracker } = explanation;
  const { paint, zone } = options;
  const width = Math.max(options.width, 80);
  const { src, sport, dst, dport, proto, sessionid } = session;
  const ends = `${endpointText(src, sport, proto)} -> ${endpointText(dst, dport, proto)}`;
  const title = `session ${sessionid}: ${proto} ${ends}, ${session.app}`;
  for (const line of wrapText(printable(title), width)) yield paint('heading', line);
  const { rank, reason: decided, because } = reason.decided_by;
  const verdict = reason.ended ? 'logged' : 'open, will be';
  yield* blockLines(
    'reason',
    [`${verdict} ${decided} (row ${rank} of the precedence list): ${because}`],
    width,
  );
  yield* blockLines('tracker', [`${tracker.decided_by.stage}: ${tracker.decided_by.because}`], width);
  yield* blockLines('session', [sessionText(session, zone)], width);
  yield* blockLines(
    'diagnosis',
    session.diagnosis.map(({ code, text }) => `${code}: ${text}`),
    width,
  );
  yield '';
  yield* ladderLines(explanation, ladderOf(explanation, options.details), options);
  yield '';
  yield paint('heading', `WHY ${decided}`);
  yield* listLines(
    reason.rows
      .filter((row) => row.rank !== null)
      .map((row) => ({ ...row, name: row.reason, place: String(row.rank) })),
    width,
    paint,
  );
  yield '';
  yield paint('heading', `WHY TRACKER STAGE ${tracker.decided_by.stage}`);
  yield* listLines(
    tracker.rows.map((row) => ({ ...row, name: row.stage, place: '' })),
    width,
    paint,
  );
}

interface ListRow {
  readonly place: string;
  readonly name: string;
  readonly standing: string;
  readonly because: string;
  readonly decides: boolean;
}

const STANDINGS: Readonly<Record<string, string>> = {
  stands: 'yes',
  'does not': 'no',
  'cannot be told': '?',
};

function* listLines(rows: readonly ListRow[], width: number, paint: Paint): Generator<string> {
  const places = Math.max(...rows.map(({ place }) => place.length));
  const names = Math.max(...rows.map(({ name }) => name.length));
  for (const [i, { place, name, standing, because, decides }] of rows.entries()) {
    const text = because === rows[i - 1]?.because ? 'as above' : because;
    const first = [
      decides ? '=>' : '  ',
      ...(places === 0 ? [] : [place.padStart(places)]),
      name.padEnd(names),
      STANDINGS[standing]!.padEnd(3),
    ];
    const lines = wrapText(printable(text), width, `${first.join(' ')}  `);
    yield* decides ? lines.map((line) => paint('heading', line)) : lines;
  }
}
