/** `--details` of the table: what stands below a session. */

import { plural } from '../verdict/plural.ts';
import { timerText } from './session-columns.ts';
import type { EvidenceRow, SessionRow } from './session-row.ts';
import { printable, wrapText } from './wrap.ts';
import type { TextZone } from './zone-time.ts';

const INDENT = '      ';

export function detailLines(row: SessionRow, zone: TextZone, width: number): string[] {
  const block = (title: string, texts: readonly string[]): string[] => blockLines(title, texts, width);
  return [
    ...block('session', [sessionText(row, zone)]),
    ...block(
      'evidence',
      row.evidence.map((each) => evidenceText(each, row, zone)),
    ),
    ...block(
      'candidate',
      row.candidates.map(({ reason, because }) => `${reason}: ${because}`),
    ),
    ...block(
      'diagnosis',
      row.diagnosis.map(({ code, text }) => `${code}: ${text}`),
    ),
  ];
}

/** Texts below one another, with what they are in front of the first. */
export function blockLines(title: string, texts: readonly string[], width: number): string[] {
  return texts.flatMap((text, i) =>
    wrapText(printable(text), width, `${INDENT}${(i === 0 ? title : '').padEnd(10)} `),
  );
}

/** In one sentence what narrow terminals have no columns for. */
export function sessionText(row: SessionRow, zone: TextZone): string {
  const parts = [
    row.parent === null ? row.proto : `${row.proto} inside session ${row.parent}`,
    `c2s ${plural(row.pkts_sent, 'packet')} ${plural(row.bytes_sent, 'byte')}`,
    `s2c ${plural(row.pkts_received, 'packet')} ${plural(row.bytes_received, 'byte')}`,
    `elapsed ${row.elapsed} s`,
    ...(row.timer === null ? [] : [`timer ${timerText(row)}`]),
    ...(row.tracker_stage === null ? [] : [`tracker stage ${row.tracker_stage}`]),
    row.end === null ? `${row.state} at the end of the capture` : `ended ${momentText(row.end, row, zone)}`,
    ...(row.midstream ? ['began before the capture'] : []),
    ...(row.proto !== 'tcp' || row.client_basis === 'syn' ? [] : [`client told by ${row.client_basis}`]),
    ...(row.after_end === null || row.after_end === 0
      ? []
      : [`${plural(row.after_end, 'packet')} after its end`]),
  ];
  return parts.join(', ');
}

function evidenceText(evidence: EvidenceRow, row: SessionRow, zone: TextZone): string {
  const file = evidence.file === undefined ? '' : ` (${evidence.file} #${evidence.file_packet})`;
  return `#${evidence.packet}${file} ${momentText(evidence.time, row, zone)} ${evidence.what}`;
}

/** The clock, with the date where it is not the day on which the session began. */
export function momentText(time: string, row: Pick<SessionRow, 'start'>, zone: TextZone): string {
  const moment = zone.localTime(time);
  const date = moment.date === zone.localTime(row.start).date ? '' : `${moment.date} `;
  return `${date}${moment.clock}${moment.fraction}`;
}
