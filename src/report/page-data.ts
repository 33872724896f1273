/**
 * What the page of `endreason report` is made of: written as JSON into the page, read by the script in it
 * (page/). Times are seconds since 1970, of the packets' own clock.
 */
import type { AccountingDocument, CaptureDocument } from './capture-document.ts';

export interface PageData {
  readonly program: string;
  /** command that makes this page again */
  readonly command: string;
  readonly capture: CaptureDocument;
  readonly accounting: AccountingDocument;
  /** seconds by timer, as in force */
  readonly timers: Readonly<Record<string, number>>;
  readonly sessions: number;
  readonly open: number;
  readonly reasons: readonly CountRow[];
  readonly applications: readonly CountRow[];
  readonly course: TableCourse | null;
  readonly timeline: Timeline;
  /** of sessions that matter, by session id */
  readonly details: Readonly<Record<number, SessionDetail>>;
  /** null without a log */
  readonly comparison: ComparisonPart | null;
  readonly expiries: ExpiryPart;
  readonly commands: Commands;
}

/** Each figure's own command. */
export interface Commands {
  readonly sessions: string;
  /** start, end and end reason of each session, of which the chart is made */
  readonly course: string;
  /** the same counted through: the most at one time, and when that was first reached */
  readonly peak: string;
  readonly summary: string;
  readonly timeouts: string;
  readonly compare: string | null;
  /** the session's id goes behind it */
  readonly explain: string;
}

export interface CountRow {
  readonly name: string;
  readonly sessions: number;
  readonly packets: number;
  readonly bytes: number;
}

/** Sessions in the table over time, one value a bin. */
export interface TableCourse {
  readonly start: number;
  /** seconds of a bin */
  readonly step: number;
  /** sessions in the table at the end of the bin */
  readonly live: readonly number[];
  readonly created: readonly number[];
  /** sessions that left the table, however they ended */
  readonly ended: readonly number[];
  /** of those, the ones that a timer ended before any FIN or RST */
  readonly agedOut: readonly number[];
  readonly peak: { readonly sessions: number; readonly at: number };
}

export interface Timeline {
  /** in order of start */
  readonly rows: readonly TimelineRow[];
  /** null where all sessions are there, else which are not */
  readonly leftOut: string | null;
}

export interface TimelineRow {
  readonly id: number;
  readonly start: number;
  readonly last: number;
  /** null while open */
  readonly end: number | null;
  readonly client: string;
  readonly server: string;
  readonly proto: string;
  readonly app: string;
  /** of an open session what is pending */
  readonly reason: string;
  readonly tracker: string;
  readonly packets: number;
  readonly bytes: number;
  readonly codes: readonly string[];
}

export interface SessionDetail {
  /** name and value */
  readonly lines: readonly (readonly [string, string])[];
  readonly candidates: readonly { readonly reason: string; readonly because: string }[];
  readonly diagnosis: readonly { readonly code: string; readonly text: string }[];
  readonly evidence: readonly { readonly packet: number; readonly at: number; readonly what: string }[];
  readonly ladder: Ladder | null;
}

export interface Ladder {
  readonly client: string;
  readonly server: string;
  readonly steps: readonly LadderStep[];
}

export interface LadderStep {
  /** null: no packet, but a timer or what was left out */
  readonly packet: number | null;
  /** seconds after the session's first packet; null where it is no moment */
  readonly after: number | null;
  readonly from: 'client' | 'server' | null;
  readonly kind: 'packet' | 'dropped' | 'late' | 'expiry' | 'gap';
  readonly label: string;
  /** state of the session behind it, and the timer that runs then */
  readonly state: string;
  readonly timer: string;
  readonly note: string;
}

export interface ComparisonPart {
  /** what was fitted: name and value */
  readonly fit: readonly (readonly [string, string])[];
  readonly summary: readonly (readonly [string, number])[];
  readonly differences: readonly DifferenceGroup[];
  readonly onlyInCapture: readonly AloneGroup[];
  readonly onlyInLog: readonly AloneGroup[];
}

/** Differences of one field with one explanation, most surprising first. */
export interface DifferenceGroup {
  readonly title: string;
  readonly count: number;
  readonly harmless: boolean;
  readonly examples: readonly {
    readonly sessions: readonly number[];
    /** `traffic.csv:17` */
    readonly log: readonly string[];
    readonly capture: string;
    readonly inLog: string;
    readonly explanation: string;
  }[];
}

export interface AloneGroup {
  readonly title: string;
  readonly explanation: string;
  readonly count: number;
  readonly harmless: boolean;
  /** session ids, or `file:line` */
  readonly examples: readonly string[];
}

export interface ExpiryPart {
  readonly summary: readonly {
    readonly timer: string;
    readonly timeout: number;
    readonly expired: number;
    readonly thenTraffic: number;
    readonly sufficient: number;
  }[];
  readonly rows: readonly ExpiryRow[];
  /** how many rows there would be */
  readonly total: number;
  /** that hold sockets which the firewall no longer knows */
  readonly hosts: readonly {
    readonly host: string;
    readonly atMost: number;
    readonly when: number;
    readonly atEnd: number;
    readonly proven: number;
    readonly told: number;
  }[];
  /** the same counted over time, of the hosts that hold most; null without such a host */
  readonly held: HeldCourse | null;
}

export interface HeldCourse {
  readonly start: number;
  /** seconds of a bin */
  readonly step: number;
  /** of each host the most sockets that it held at a time in each bin */
  readonly hosts: readonly {
    readonly host: string;
    readonly most: readonly number[];
    readonly atEnd: number;
  }[];
}

export interface ExpiryRow {
  readonly id: number;
  readonly client: string;
  readonly server: string;
  readonly app: string;
  readonly timer: string;
  readonly timeout: number;
  readonly verdict: string;
  readonly at: number | null;
  readonly longestIdle: number;
  readonly margin: number;
  readonly afterEnd: number;
  readonly followed: string;
  readonly advice: string;
}
