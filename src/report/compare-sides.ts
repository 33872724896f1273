/** A comparison under a firewall's configuration. */
import { Comparison, type ReadySessions } from '../compare/comparison.ts';
import type { RowData } from '../compare/row-store.ts';
import type { FirewallConfig } from '../firewall/config.ts';

export function compareSides(sessions: ReadySessions, rows: RowData, config: FirewallConfig): Comparison {
  return new Comparison(sessions, rows, {
    timeouts: config.timeouts,
    applications: config.applications,
    elapsed: config.log.elapsed,
  });
}
