/** A comparison under a firewall's configuration. */
import { Comparison } from '../compare/comparison.ts';
import type { RowData } from '../compare/row-store.ts';
import type { SessionStore } from '../compare/session-store.ts';
import type { FirewallConfig } from '../firewall/config.ts';

export function compareSides(store: SessionStore, rows: RowData, config: FirewallConfig): Comparison {
  return new Comparison(store, rows, {
    timeouts: config.timeouts,
    applications: config.applications,
    elapsed: config.log.elapsed,
  });
}
