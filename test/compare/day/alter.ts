/** A day's log as a firewall with another clock, another framing and NAT writes it, with known mistakes in it. */
import { Random } from '../../../src/bench/random.ts';
import { deviceCef } from '../device-cef.ts';
import { DAY_SECONDS, DAY_START_SECONDS, type Day, type DayRow } from './day.ts';
import { STAGE } from './kinds.ts';

/** How the firewall's log differs from the capture as a whole. */
export interface Setting {
  /** seconds by which its clock is ahead, and by how many millionths it runs fast */
  readonly offset: number;
  readonly driftPpm: number;
  /** its time zone, and seconds by which that is ahead of UTC on the day */
  readonly zone: readonly [name: string, seconds: number];
  readonly zoneIsTold: boolean;
  /** bytes a packet beyond those of the capture: a VLAN tag that the capture does not hold */
  readonly overhead: number;
  /** on which side of a source NAT the capture was made */
  readonly nat: 'none' | 'inside' | 'outside';
  /** seconds from the end of a session to its row, at most */
  readonly lag: number;
  readonly order: 'as logged' | 'newest first' | 'in no order';
}

/** What a line of the log is, and what is to be found out about it. */
export type Line =
  | { readonly kind: 'true'; readonly row: DayRow }
  | { readonly kind: 'changed'; readonly row: DayRow; readonly fields: readonly string[] }
  | { readonly kind: 'split'; readonly row: DayRow }
  /** the same row again, as relays and overlapping exports bring it */
  | { readonly kind: 'twice'; readonly row: DayRow }
  | { readonly kind: 'extra' };

export interface AlteredLog {
  readonly text: string;
  readonly lines: readonly Line[];
  /** number of the first of these lines */
  readonly firstLine: number;
  /** rows that the log has not */
  readonly missing: readonly DayRow[];
}

const SECOND = 1_000_000;

const ZONES: readonly Setting['zone'][] = [
  ['UTC', 0],
  ['Europe/Berlin', 3600],
  ['Asia/Kolkata', 19_800],
  ['America/New_York', -18_000],
];

export function makeSetting(seed: number): Setting {
  const random = new Random(seed);
  const pick = <T>(of: readonly T[]): T => of[random.below(of.length)]!;
  return {
    offset: pick([0, 0.4, -1.7, 37, -212.5]),
    driftPpm: pick([0, 0, 12, -25, -60, 150]),
    zone: pick(ZONES),
    zoneIsTold: random.below(2) === 0,
    overhead: pick([0, 0, 4]),
    nat: pick(['none', 'inside', 'outside'] as const),
    lag: pick([1, 2, 5]),
    order: pick(['as logged', 'newest first', 'in no order'] as const),
  };
}

/** Rows of each kind of mistake. */
const OF_EACH = 15;

/** One mistake: the row as it is logged, and the fields that a comparison must name. */
interface Mistake {
  readonly fields: readonly string[];
  fits(row: DayRow): boolean;
  change(row: DayRow): Partial<DayRow> & { readonly elapsedMore?: number };
}

const reset = (row: DayRow): boolean => row.reason.startsWith('tcp-rst');

const MISTAKES: readonly Mistake[] = [
  {
    fields: ['session_end_reason'],
    fits: (row) => row.reason === 'tcp-fin',
    change: () => ({ reason: 'tcp-rst-from-server' }),
  },
  { fields: ['session_end_reason'], fits: reset, change: () => ({ reason: 'aged-out' }) },
  {
    fields: ['session_end_reason'],
    fits: (row) => row.proto === 'udp',
    change: () => ({ reason: 'threat' }),
  },
  {
    fields: ['tracker_stage'],
    fits: (row) => row.stage === STAGE.fin,
    change: () => ({ stage: STAGE.aged }),
  },
  { fields: ['app'], fits: (row) => row.app === 'web-browsing', change: () => ({ app: 'google-base' }) },
  { fields: ['app'], fits: (row) => row.app === 'ssh', change: () => ({ app: 'unknown-tcp' }) },
  {
    fields: ['bytes_sent'],
    fits: (row) => row.proto !== 'icmp',
    change: ({ sent }) => ({ sent: { ...sent, bytes: sent.bytes + 1000 } }),
  },
  {
    fields: ['bytes_received'],
    fits: (row) => row.proto === 'tcp' && row.received.packets > 2,
    change: ({ received }) => ({ received: { ...received, bytes: received.bytes - 20 } }),
  },
  {
    fields: ['pkts_received'],
    fits: (row) => row.proto === 'tcp' && row.received.packets > 2,
    change: ({ received }) => ({ received: { ...received, packets: received.packets + 3 } }),
  },
  {
    fields: ['pkts_sent', 'bytes_sent'],
    fits: (row) => row.proto === 'udp',
    change: ({ sent }) => ({ sent: { packets: sent.packets + 1, bytes: sent.bytes + 80 } }),
  },
  { fields: ['elapsed'], fits: (row) => row.proto === 'tcp', change: () => ({ elapsedMore: 7 }) },
  { fields: ['action'], fits: (row) => row.proto === 'udp', change: () => ({ action: 'deny' }) },
  {
    fields: ['bytes_sent', 'bytes_received', 'pkts_sent', 'pkts_received'],
    fits: (row) => row.app === 'ping' && row.starts.length > 1,
    change: ({ sent, received }) => ({
      sent: { packets: sent.packets + 1, bytes: sent.bytes + 98 },
      received: { packets: received.packets + 1, bytes: received.bytes + 98 },
    }),
  },
];

interface Written {
  readonly line: Line;
  readonly cells: string;
  readonly generated: number;
}

/** How the log is written: by a device's own CEF template nothing says when a session began. */
export type Form = 'export' | 'device CEF';

/** @param ofEach rows of each kind of mistake */
export function alterLog(
  day: Day,
  setting: Setting,
  seed: number,
  form: Form,
  ofEach: number = OF_EACH,
): AlteredLog {
  const random = new Random(seed ^ 0x5eed);
  const taken = new Set<number>();
  const choose = (fits: (row: DayRow) => boolean): DayRow[] => {
    const chosen: DayRow[] = [];
    for (let tries = 0; chosen.length < ofEach && tries < 200_000; tries += 1) {
      const row = day.rows[random.below(day.rows.length)]!;
      if (row.late || row.early || row.before || taken.has(row.id) || !fits(row)) continue;
      taken.add(row.id);
      chosen.push(row);
    }
    return chosen;
  };
  const writer = new RowWriter(setting, random, form);
  if (form === 'device CEF') writer.lagInOrder(day.rows);
  const written: Written[] = [];
  for (const { fields, fits, change } of MISTAKES) {
    for (const row of choose(fits)) {
      const { elapsedMore = 0, ...changes } = change(row);
      written.push(writer.write({ kind: 'changed', row, fields }, { ...row, ...changes }, elapsedMore));
    }
  }
  const tries = (row: DayRow): boolean => row.app === 'incomplete' && row.received.packets === 0;
  for (const row of choose((each) => tries(each) && each.sent.packets > 1)) {
    written.push(...halves(row).map((half) => writer.write({ kind: 'split', row }, half)));
  }
  for (const row of choose((each) => each.proto === 'tcp' && each.reason === 'tcp-fin')) {
    written.push(writer.write({ kind: 'true', row }, row), writer.write({ kind: 'extra' }, elsewhere(row)));
  }
  for (const row of choose((each) => each.proto === 'udp')) {
    const stranger = { ...row, ends: { ...row.ends, server: 0xcb007107 } };
    written.push(writer.write({ kind: 'true', row }, row), writer.write({ kind: 'extra' }, stranger));
  }
  for (const row of choose(() => true)) {
    const line = writer.write({ kind: 'twice', row }, row);
    written.push(line, line);
  }
  const missing = choose(() => true);
  for (const row of day.rows) if (!taken.has(row.id)) written.push(writer.write({ kind: 'true', row }, row));

  if (setting.order === 'in no order') shuffle(written, random);
  else {
    const sign = setting.order === 'newest first' ? -1 : 1;
    written.sort((a, b) => sign * (a.generated - b.generated));
  }
  const head = form === 'export' ? [HEADER] : [];
  return {
    text: `${[...head, ...written.map(({ cells }) => cells)].join('\n')}\n`,
    lines: written.map(({ line }) => line),
    firstLine: head.length + 1,
    missing,
  };
}

function shuffle<T>(values: T[], random: Random): void {
  for (let at = values.length - 1; at > 0; at -= 1) {
    const other = random.below(at + 1);
    [values[at], values[other]] = [values[other]!, values[at]!];
  }
}

/** The same ports at a time at which they are silent: half a day away. */
function elsewhere(row: DayRow): DayRow {
  const away = (row.start < (DAY_SECONDS / 2) * SECOND ? 1 : -1) * (DAY_SECONDS / 2) * SECOND * 0.9;
  return { ...row, start: row.start + away, last: row.last + away, end: row.end + away };
}

/** SYNs that one session holds here, as two sessions there: the first one, and the others. */
function halves(row: DayRow): readonly [DayRow, DayRow] {
  const { packets, bytes } = row.sent;
  const each = bytes / packets;
  const apart = (row.last - row.start) / (packets - 1);
  return [
    { ...row, last: row.start, end: row.start + 1.5 * SECOND, sent: { packets: 1, bytes: each } },
    { ...row, start: row.start + apart, sent: { packets: packets - 1, bytes: bytes - each } },
  ];
}

const HEADER =
  'Receive Time,Serial #,Type,Threat/Content Type,Generate Time,Source address,Destination address,' +
  'NAT Source IP,NAT Destination IP,Rule,Application,Virtual System,Source Zone,Destination Zone,Session ID,' +
  'Repeat Count,Source Port,Destination Port,NAT Source Port,NAT Destination Port,Flags,IP Protocol,Action,' +
  'Bytes,Bytes Sent,Bytes Received,Packets,Start Time,Elapsed Time (sec),Category,pkts_sent,pkts_received,' +
  'session_end_reason';

const NAT_ADDRESS = 0xc000_0221;

/** What the columns of the header are called in other forms. */
const FIELDS =
  'receive_time serial type subtype time_generated src dst natsrc natdst rule app vsys from to sessionid repeatcnt ' +
  'sport dport natsport natdport flags proto action bytes bytes_sent bytes_received packets start elapsed category ' +
  'pkts_sent pkts_received session_end_reason';
const PLACES = new Map(FIELDS.split(' ').map((field, at) => [field, at]));

class RowWriter {
  readonly #setting: Setting;
  readonly #random: Random;
  readonly #form: Form;
  readonly #lags = new Map<number, number>();
  #sessionId = 1000;

  constructor(setting: Setting, random: Random, form: Form) {
    this.#form = form;
    this.#setting = setting;
    this.#random = random;
  }

  /** Rows between the same ends come in their order, each in a second of its own: without a start nothing else tells. */
  lagInOrder(rows: readonly DayRow[]): void {
    const latest = new Map<string, number>();
    for (const { id, proto, ends, end } of rows) {
      const tuple = [proto, ...Object.values(ends)].join(' ');
      const after = Math.max(end, (latest.get(tuple) ?? Number.NEGATIVE_INFINITY) + SECOND);
      const generated = Math.max(after, end + this.#random.below(this.#setting.lag * SECOND));
      latest.set(tuple, generated);
      this.#lags.set(id, generated - end);
    }
  }

  write(line: Line, row: DayRow, elapsedMore: number = 0): Written {
    const { overhead, lag, nat } = this.#setting;
    this.#sessionId += 1;
    const generated = row.end + (this.#lags.get(row.id) ?? this.#random.below(lag * SECOND));
    const { client, server, clientPort, serverPort } = row.ends;
    const other = 1024 + ((clientPort * 7 + 11) % 60_000);
    const hasPorts = row.proto !== 'icmp';
    const inside = {
      address: nat === 'outside' ? 0x0a63_0000 | (client & 0xffff) : client,
      port: nat === 'outside' ? other : clientPort,
    };
    const translated =
      nat === 'none'
        ? ['0.0.0.0', '0.0.0.0', 0, 0]
        : [
            dotted(nat === 'outside' ? client : NAT_ADDRESS),
            dotted(server),
            hasPorts ? (nat === 'outside' ? clientPort : other) : 0,
            serverPort,
          ];
    const sent = row.sent.bytes + overhead * sentPackets(line, row);
    const received = row.received.bytes + overhead * receivedPackets(line, row);
    const wall = this.#wall(generated);
    const cells = [
      wall,
      '001606001116',
      'TRAFFIC',
      'end',
      wall,
      dotted(inside.address),
      dotted(server),
      translated[0],
      translated[1],
      'outbound',
      row.app,
      'vsys1',
      'trust',
      'untrust',
      this.#sessionId,
      row.starts.length,
      hasPorts ? inside.port : 0,
      hasPorts ? serverPort : 0,
      translated[2],
      translated[3],
      `0x${(row.stage | (nat === 'none' ? 0 : 0x400000)).toString(16)}`,
      row.proto,
      row.action,
      sent + received,
      sent,
      received,
      row.sent.packets + row.received.packets,
      this.#wall(row.start),
      Math.floor((row.last - row.start) / SECOND) + elapsedMore,
      'any',
      row.sent.packets,
      row.received.packets,
      row.reason,
    ];
    return {
      line,
      generated,
      cells:
        this.#form === 'export' ? cells.join(',') : deviceCef((field) => String(cells[PLACES.get(field)!])),
    };
  }

  /** `YYYY/MM/DD hh:mm:ss` of the firewall's clock, whose fraction is cut off. */
  #wall(at: number): string {
    const { offset, driftPpm, zone } = this.#setting;
    const seconds = at / SECOND;
    const shown = DAY_START_SECONDS + seconds + offset + (driftPpm / 1e6) * seconds + zone[1];
    return new Date(Math.floor(shown) * 1000)
      .toISOString()
      .slice(0, 19)
      .replaceAll('-', '/')
      .replace('T', ' ');
  }
}

/** Packets that carry the firewall's further bytes: those that there were, whatever the row says. */
const sentPackets = (line: Line, row: DayRow): number =>
  line.kind === 'changed' ? line.row.sent.packets : row.sent.packets;
const receivedPackets = (line: Line, row: DayRow): number =>
  line.kind === 'changed' ? line.row.received.packets : row.received.packets;

export function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join('.');
}
