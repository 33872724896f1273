/**
 * The CSV that firewalls send by syslog (firewall-model 7.1), found behind whatever stands in front of it:
 * nothing, a priority, BSD or IETF headers, those of relays, a length. It begins at the number before the
 * first comma that a time, a serial number and a log type follow.
 */
import { type Columns, columnsOf } from './row-fields.ts';
import { PRISMA_VARIABLES, TRAFFIC_FIELDS } from './traffic-fields.ts';

/** A line of CSV without its envelope. */
export interface SyslogCsv {
  /** `TRAFFIC`, `THREAT`, ... */
  readonly type: string;
  readonly csv: string;
  readonly columns: Columns;
}

interface Layout {
  readonly start: RegExp;
  readonly columns: Columns;
}

const TIME = String.raw`\d{1,4}[/-]\d\d?[/-]\d{1,4}[ T][^,"]*`;
const SERIAL = '[^,"]*';
const TYPE = '([A-Z][A-Z0-9_-]*)';

const LAYOUTS: readonly Layout[] = [
  {
    start: new RegExp(String.raw`(?<!\d)"?\d*"?,"?${TIME}"?,"?${SERIAL}"?,"?${TYPE}"?,`),
    columns: columnsOf(TRAFFIC_FIELDS.map(({ variable }) => variable)),
  },
  {
    start: new RegExp(String.raw`(?<=^|\s)"?\d{4}-\d\d-\d\dT[^,"\s]*"?,"?${SERIAL}"?,"?${TYPE}"?,`),
    columns: columnsOf(PRISMA_VARIABLES),
  },
];

/** Null where a line holds no CSV of a firewall. */
export function findSyslogCsv(line: string): SyslogCsv | null {
  for (const { start, columns } of LAYOUTS) {
    const match = start.exec(line);
    if (match !== null) return { type: match[1]!, csv: line.slice(match.index), columns };
  }
  return null;
}
