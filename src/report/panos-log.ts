/** Sessions as the firewall logs them: `panos-csv` and `panos-syslog` (firewall-model 7.1, 7.2). */
import { subtractTime } from '../capture/time.ts';
import { addressText } from '../decode/address.ts';
import { protocolName } from '../decode/protocol-names.ts';
import { isOnNonStandardPort } from '../firewall/app-id/standard-ports.ts';
import type { FirewallConfig } from '../firewall/config.ts';
import type { SessionFacts } from '../session/facts.ts';
import { type LogEntry, PingFolder } from '../trafficlog/log-entry.ts';
import { LOG_FLAG, TRACKER_CODES } from '../trafficlog/tracker-code.ts';
import { syslogLine, trafficLine } from '../trafficlog/write-traffic.ts';
import { deriveVerdict } from '../verdict/verdict.ts';

export type PanosFormat = 'panos-csv' | 'panos-syslog';

const LINE: Readonly<Record<PanosFormat, (entry: LogEntry, sequence: number) => string>> = {
  'panos-csv': trafficLine,
  'panos-syslog': syslogLine,
};

/** Log lines of sessions in the order in which they left the table; nothing for a session still open. */
export class PanosLog {
  private readonly pings = new PingFolder();
  private readonly firewall: FirewallConfig;
  private readonly interfaces: ReadonlyMap<string | null, string | null>;
  private readonly line: (entry: LogEntry, sequence: number) => string;
  private sequence = 0;

  constructor(format: PanosFormat, firewall: FirewallConfig) {
    this.line = LINE[format];
    this.firewall = firewall;
    this.interfaces = new Map(firewall.zones.map((zone) => [zone.name, zone.interface]));
  }

  /** Lines that can be written now that these sessions have left the table. */
  take(batch: readonly SessionFacts[]): string {
    const ended = batch.filter((facts) => facts.endedBy !== null);
    return this.render(ended.flatMap((facts) => this.pings.add(this.entry(facts))));
  }

  /** Lines that were held back for pings to be folded. */
  finish(): string {
    return this.render(this.pings.flush());
  }

  private entry(facts: SessionFacts): LogEntry {
    const { vsys, log, tcp } = this.firewall;
    const verdict = deriveVerdict(facts, tcp);
    return {
      subtype: 'end',
      generated: facts.endTime,
      src: addressText(facts.src, facts.version),
      dst: addressText(facts.dst, facts.version),
      version: facts.version,
      sport: facts.sport,
      dport: facts.dport,
      proto: protocolName(facts.proto),
      app: verdict.app,
      vsys,
      from: facts.fromZone,
      to: facts.toZone,
      inbound: this.interfaces.get(facts.fromZone) ?? null,
      outbound: this.interfaces.get(facts.toZone) ?? null,
      rule: null,
      action: verdict.action,
      actionSource: null,
      sessionId: facts.id,
      repeatCount: 1,
      parentSessionId: facts.parent ?? 0,
      flags: logFlags(facts, verdict.app, verdict.stage),
      bytesSent: facts.c2s.bytes,
      bytesReceived: facts.s2c.bytes,
      packetsSent: facts.c2s.packets,
      packetsReceived: facts.s2c.packets,
      start: facts.first.time,
      // `auto` is learned from a log; one that is written has nothing to learn from
      elapsedSeconds:
        log.elapsed === 'includes-timeout'
          ? Math.max(0, subtractTime(facts.endTime, facts.first.time).sec)
          : facts.elapsedSeconds,
      endReason: verdict.reason,
    };
  }

  private render(entries: readonly LogEntry[]): string {
    return entries
      .map((entry) => {
        this.sequence += 1;
        return `${this.line(entry, this.sequence)}\n`;
      })
      .join('');
  }
}

function logFlags(facts: SessionFacts, app: string, stage: string | null): number {
  const tracker = stage === null ? 0 : (TRACKER_CODES.get(stage) ?? 0);
  const ipv6 = facts.version === 6 ? LOG_FLAG.IPV6 : 0;
  const port = isOnNonStandardPort(app, facts.dport) ? LOG_FLAG.NON_STANDARD_PORT : 0;
  return tracker | ipv6 | port;
}
