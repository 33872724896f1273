/** What a run tells the report's page, gathered while it runs and put together when it is over. */
import type { CaptureFile } from '../capture/record.ts';
import type { Accounting, SessionFacts } from '../session/facts.ts';
import { agedOut } from '../verdict/diagnosis/rule.ts';
import type { AllSessions } from '../verdict/timeouts/all-sessions.ts';
import { accountingDocument, captureDocument } from './capture-document.ts';
import { explain } from './explain.ts';
import type { FirewallInForce } from './firewall-in-force.ts';
import { firewallDocument } from './firewall-in-force.ts';
import type { Commands, ComparisonPart, CountRow, Ladder, PageData } from './page-data.ts';
import { expiryPart } from './page-expiries.ts';
import { pageLadder } from './page-ladder.ts';
import { MOST_LADDERS, PageSessions } from './page-sessions.ts';
import type { ReplayedSession } from './replay.ts';
import type { RowOptions } from './session-row.ts';
import { TableCourseGatherer } from './table-course.ts';
import { type TotalGroup, Totals } from './totals.ts';

/** What is known once the input is over. */
export interface ReportEnd {
  readonly program: string;
  readonly command: string;
  readonly commands: Commands;
  readonly files: readonly CaptureFile[];
  readonly interrupted: boolean;
  readonly accounting: Accounting;
  readonly firewall: FirewallInForce;
  readonly comparison: ComparisonPart | null;
  readonly expiries: AllSessions;
  readonly replayed: ReadonlyMap<number, ReplayedSession>;
}

export class ReportPage {
  readonly #row: RowOptions;
  readonly #sessions: PageSessions;
  readonly #course = new TableCourseGatherer();
  readonly #totals: Totals;

  constructor(row: RowOptions) {
    this.#row = row;
    this.#sessions = new PageSessions(row);
    this.#totals = new Totals(row);
  }

  add(facts: SessionFacts): void {
    this.#sessions.add(facts);
    this.#totals.add(facts);
    const end = facts.endedBy === null ? null : facts.endTime;
    this.#course.add(facts.first.time, facts.last.time, end, agedOut(facts));
  }

  /** Sessions whose packets are worth drawing, those of `first` before all others. */
  worthDrawing(first: readonly number[]): readonly SessionFacts[] {
    return this.#sessions.striking(MOST_LADDERS, first);
  }

  data(end: ReportEnd): PageData {
    const ladders = new Map<number, Ladder>();
    for (const [id, replayed] of end.replayed)
      ladders.set(id, pageLadder(explain(replayed, null, this.#row)));
    return {
      program: end.program,
      command: end.command,
      capture: captureDocument(end.files, end.interrupted),
      accounting: accountingDocument(end.accounting),
      timers: firewallDocument(end.firewall).timeouts,
      sessions: this.#totals.all.sessions,
      open: this.#totals.open,
      reasons: this.#counts('session_end_reason'),
      applications: this.#counts('app'),
      course: this.#course.course(),
      timeline: this.#sessions.timeline(),
      details: this.#sessions.details(ladders),
      comparison: end.comparison,
      expiries: expiryPart(end.expiries),
      commands: end.commands,
    };
  }

  #counts(group: TotalGroup): CountRow[] {
    return this.#totals.ranked(group).map(([name, total]) => ({ name, ...total }));
  }
}
