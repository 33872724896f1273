/**
 * A ladder diagram as text: the client on the left, the server on the right, and beside each packet what the
 * firewall made of it. A wide terminal has columns for that; a narrow one has the news in a few words.
 */
import { compareTime, subtractTime } from '../capture/time.ts';
import { momentText } from './detail-lines.ts';
import { durationText, timerWords } from './duration-text.ts';
import { endpointText } from './endpoint-text.ts';
import type { Explanation } from './explain.ts';
import type { ExplainedPacket } from './explain-packets.ts';
import type { GapRung, OpenRung, PacketRung, Rung, StateRung } from './ladder.ts';
import { arrow, fitLabel } from './ladder-arrow.ts';
import type { Paint, Role } from './paint.ts';
import { printable, wrapText, wrapWords } from './wrap.ts';
import type { TextZone } from './zone-time.ts';

export interface LadderOptions {
  /** characters of a line; fewer than 80 count as 80 */
  readonly width: number;
  readonly zone: TextZone;
  readonly paint: Paint;
}

/** A line's parts: what stands left of the ladder, between its rails, and right of it. */
interface Line {
  readonly number?: string;
  readonly time?: string;
  readonly rail: string;
  readonly right?: string;
  readonly role?: Role | null;
}

interface Column {
  readonly head: string;
  readonly cell: (rung: PacketRung, digits: number) => string;
}

const COLUMNS: readonly Column[] = [
  { head: 'TCP STATE', cell: ({ news, packet }) => (news.state ? (packet.row.tcp_state_after ?? '') : '') },
  { head: 'TIMER', cell: ({ news, packet }) => (news.timer ? timerWords(packet.row) : '') },
  { head: 'FIRES AT', cell: firesCell },
  { head: 'IF IT STOPPED HERE', cell: ({ news, packet }) => (news.log ? logWords(packet) : '') },
];

const LEAST_WIDTH = 80;
const GAP = 2;
/** Characters of an arrow with its numbers. */
const ARROW_WIDTHS = { least: 40, most: 56 } as const;
const NARROW_RIGHT = 27;

interface Layout {
  readonly width: number;
  readonly number: number;
  readonly time: number;
  readonly inner: number;
  /** null: narrow, what is right of the ladder is text */
  readonly columns: readonly { readonly column: Column; readonly width: number }[] | null;
  /** digits of a second */
  readonly digits: number;
}

export function ladderLines(
  explanation: Explanation,
  rungs: readonly Rung[],
  options: LadderOptions,
): string[] {
  const layout = layOut(explanation, rungs, Math.max(options.width, LEAST_WIDTH));
  const lines = rungs.flatMap((rung) => rungLines(rung, explanation, layout, options.zone));
  return [
    ...headLines(explanation, layout, options.paint),
    ...lines.map((line) => join(line, layout, options.paint)),
  ];
}

function layOut({ packets, next }: Explanation, rungs: readonly Rung[], width: number): Layout {
  const [first] = packets;
  const isFine = ({ moment }: ExplainedPacket): boolean =>
    (moment.time.nsec - first!.moment.time.nsec) % 1000 !== 0;
  const digits = packets.some(isFine) ? 9 : 6;
  const ofPackets = rungs.filter((rung) => rung.kind === 'packet');
  const widest = (texts: readonly string[]): number =>
    texts.reduce((most, text) => Math.max(most, text.length), 0);
  const number = widest(['#', ...ofPackets.map(({ packet }) => String(packet.row.packet))]);
  const timed = rungs.filter((rung) => rung.kind === 'packet' || rung.kind === 'state');
  const times = [...timed.map(({ packet }) => packet.since), ...(next === null ? [] : [next.since])];
  const time = widest(['TIME', ...times.map((since) => durationText(since, digits))]);
  const columns = COLUMNS.map((column) => {
    const cells = ofPackets.map((rung) => column.cell(rung, digits));
    const natural = widest(cells);
    return { column, width: natural === 0 ? 0 : Math.max(natural, column.head.length) };
  }).filter((each) => each.width > 0);
  const left = number + GAP + time + GAP + 2 + GAP;
  const right = columns.reduce((sum, each) => sum + each.width + GAP, -GAP);
  const room = width - left - right;
  if (room >= ARROW_WIDTHS.least) {
    return { width, number, time, inner: Math.min(room, ARROW_WIDTHS.most), columns, digits };
  }
  const inner = Math.min(width - left - NARROW_RIGHT, ARROW_WIDTHS.most);
  return { width, number, time, inner, columns: null, digits };
}

function headLines({ session }: Explanation, layout: Layout, paint: Paint): string[] {
  const client = endpointText(session.src, session.sport, session.proto);
  const server = endpointText(session.dst, session.dport, session.proto);
  const named = client.length + server.length + 2 <= layout.inner + 2;
  const [left, right] = named ? [client, server] : ['CLIENT', 'SERVER'];
  const rail = left + right.padStart(layout.inner + 2 - left.length);
  const heads =
    layout.columns?.map(({ column, width }) => column.head.padEnd(width)).join('  ') ?? 'FIREWALL';
  const line = ['#'.padStart(layout.number), 'TIME'.padStart(layout.time), rail, heads].join('  ');
  return [paint('heading', line.trimEnd())];
}

function join(
  { number = '', time = '', rail, right = '', role }: Line,
  layout: Layout,
  paint: Paint,
): string {
  const left = `${number.padStart(layout.number)}  ${time.padStart(layout.time)}  `;
  const painted = role == null ? rail : paint(role, rail);
  return `${left}${painted}${right === '' ? '' : `  ${right}`}`.trimEnd();
}

function rungLines(rung: Rung, explanation: Explanation, layout: Layout, zone: TextZone): Line[] {
  switch (rung.kind) {
    case 'packet':
      return packetLines(rung, layout);
    case 'gap':
      return gapLines(rung, layout);
    case 'state':
      return stateLines(rung, explanation, layout, zone);
    case 'skipped': {
      const count = rung.packets.toLocaleString('en-US');
      return across(
        `... ${count} packets that changed nothing (packets ${rung.from} to ${rung.to})`,
        layout,
        'quiet',
      );
    }
    case 'open':
      return openLines(rung, explanation, layout);
    case 'next': {
      const text = `*** session ${rung.sessionid} opens on the same tuple`;
      return across(text, layout, null, durationText(rung.since, layout.digits));
    }
  }
}

function packetLines(rung: PacketRung, layout: Layout): Line[] {
  const { packet } = rung;
  const { row } = packet;
  const label = fitLabel(row, rung.repeated, layout.inner);
  const lost = row.outcome === 'dropped' || row.outcome === 'no-session';
  const head = arrow(label, row.direction === 'c2s', lost, row.event === 'icmp-error', layout.inner);
  const { rights, below } = besideAndBelow(rung, layout);
  const rails = [head, ...below.map((note) => `   ${note}`.padEnd(layout.inner))];
  const role = roleOf(packet);
  const count = Math.max(rails.length, rights.length);
  return Array.from({ length: count }, (_, i) => ({
    number: i === 0 ? String(row.packet) : '',
    time: i === 0 ? durationText(packet.since, layout.digits) : '',
    rail: `|${rails[i] ?? ' '.repeat(layout.inner)}|`,
    right: rights[i] ?? '',
    role: i < rails.length ? role : null,
  }));
}

/** Characters right of the ladder. */
function rightRoom({ width, number, time, inner }: Layout): number {
  return width - number - time - inner - 2 - 3 * GAP;
}

/** Where there are columns, the note of a packet stands in their place if they are empty, else below the arrow. */
function besideAndBelow(
  rung: PacketRung,
  layout: Layout,
): { readonly rights: readonly string[]; readonly below: readonly string[] } {
  const note = rung.packet.row.note === null ? '' : printable(rung.packet.row.note);
  if (layout.columns === null) return { rights: newsLines(rung, note, layout), below: [] };
  const cells = layout.columns.map(({ column, width }) => column.cell(rung, layout.digits).padEnd(width));
  const line = cells.join('  ').trimEnd();
  if (note === '') return { rights: [line], below: [] };
  return line === ''
    ? { rights: wrapText(note, rightRoom(layout)), below: [] }
    : { rights: [line], below: wrapText(note, layout.inner - 6) };
}

function roleOf({ row, moment }: ExplainedPacket): Role | null {
  if (row.event === 'late' || row.outcome === 'dropped') return 'warning';
  if (moment.step?.rst != null) return 'reset';
  return row.event === 'reuse' ? 'open' : null;
}

/** What a narrow terminal says right of a packet. */
function newsLines(rung: PacketRung, note: string, layout: Layout): string[] {
  const { news, packet } = rung;
  const { row } = packet;
  const fires = firesCell(rung, layout.digits);
  const words = [
    ...(note === '' ? [] : `${note};`.split(' ')),
    ...(news.state && row.tcp_state_after !== null ? [`${row.tcp_state_after},`] : []),
    ...(news.timer ? [`${timerWords(row)},`] : []),
    ...(fires === '' ? [] : [`fires at ${fires}${news.log ? ':' : ''}`]),
    ...(news.log ? [logWords(packet)] : []),
  ];
  return words.length === 0
    ? []
    : wrapWords(words, rightRoom(layout)).map((line) => line.replace(/[,;]$/, ''));
}

function firesCell({ packet }: PacketRung, digits: number): string {
  return packet.row.restarts_timer ? durationText(packet.firesSince, digits) : '';
}

function logWords({ row }: ExplainedPacket): string {
  return row.if_stopped.session_end_reason;
}

function gapLines({ gap, after }: GapRung, layout: Layout): Line[] {
  const length = `${durationText(gap, 3)} s`;
  const gone = after.row.state_after === 'FREE';
  const ended = after.row.event !== 'late' && gone;
  const text = ended ? `~~ ${length} after the end ~~` : `~~ ${length} of silence ~~`;
  const left = subtractTime(after.firesSince, after.since);
  const rest = subtractTime(left, gap);
  // a clock that was set back leaves times that say nothing of the timer
  const used = gone || rest.sec < 0 ? '' : `${after.row.timer} had ${durationText(rest, 3)} s left`;
  return wrapText(used, rightRoom(layout)).map((right, i) => ({
    rail: `|${centered(i === 0 ? text : '', layout.inner)}|`,
    right,
    role: 'quiet',
  }));
}

function stateLines(
  { states, packet }: StateRung,
  { session }: Explanation,
  layout: Layout,
  zone: TextZone,
): Line[] {
  const path = states.join(' > ');
  if (states[0] === 'INIT') return across(`*** session ${session.sessionid} opens: ${path}`, layout);
  const { row, since } = packet;
  const { session_end_reason: reason, tracker_stage: stage } = row.if_stopped;
  const what =
    row.event === 'expiry'
      ? `${timerText(row.timer_before!, row.timeout_before!)} expires${sooner(packet)}: ${path}`
      : `the session ends: ${path}`;
  return [
    ...across(`*** ${what}`, layout, null, durationText(since, layout.digits)),
    ...across(
      `*** logged as ${reason}, tracker stage ${stage}, at ${momentText(row.time, session, zone)}`,
      layout,
    ),
  ];
}

/** Where it fires at another time than behind the packet before it: the table has filled or emptied since. */
function sooner({ moment, before }: ExplainedPacket): string {
  const than = before === null ? 0 : compareTime(moment.time, before.fires);
  if (than === 0) return '';
  return than < 0 ? ', sooner under accelerated aging' : ', later, as accelerated aging was over';
}

function openLines({ packet }: OpenRung, { session }: Explanation, layout: Layout): Line[] {
  const { row, firesSince } = packet;
  const when = durationText(firesSince, layout.digits);
  const { session_end_reason: reason, tracker_stage: stage } = row.if_stopped;
  return across(
    `*** the capture ends; without another packet ${timerText(row.timer!, row.timeout!)} expires in ` +
      `${session.ttl} s, at ${when}: ${reason}, tracker stage ${stage}`,
    layout,
    'open',
  );
}

function timerText(name: string, seconds: number): string {
  return `${printable(name)} (${seconds} s)`;
}

/** A line across ladder and columns, wrapped where it must be. */
function across(text: string, layout: Layout, role: Role | null = null, time = ''): Line[] {
  const left = layout.number + layout.time + 2 * GAP;
  return wrapText(text, layout.width - left).map((rail, i) => ({ time: i === 0 ? time : '', rail, role }));
}

function centered(text: string, width: number): string {
  const before = Math.max(0, Math.floor((width - text.length) / 2));
  return `${' '.repeat(before)}${text}`.padEnd(width);
}
