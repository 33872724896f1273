/** Log entries for tests, each its own session. */
import { addSeconds, type Time } from '../../src/capture/time.ts';
import type { LogEntry } from '../../src/trafficlog/log-entry.ts';

/** 2026-01-09T16:44:00Z */
export const NOON: Time = { sec: 1_767_977_040, nsec: 0 };

/** The `i`-th of any number of sessions: addresses, ports, counts and reasons differ. */
export function entryOf(i: number, changes: Partial<LogEntry> = {}): LogEntry {
  const start = addSeconds(NOON, i % 86_400);
  const elapsedSeconds = i % 600;
  return {
    subtype: 'end',
    generated: addSeconds(start, elapsedSeconds + 15),
    src: `10.${(i >> 16) & 0xff}.${(i >> 8) & 0xff}.${i & 0xff}`,
    dst: `198.51.100.${i % 250}`,
    version: 4,
    sport: 1024 + (i % 60_000),
    dport: [443, 80, 53, 22][i % 4]!,
    proto: i % 4 === 2 ? 'udp' : 'tcp',
    app: ['ssl', 'web-browsing', 'dns', 'ssh'][i % 4]!,
    vsys: 'vsys1',
    from: 'trust',
    to: 'untrust',
    inbound: 'ethernet1/2',
    outbound: 'ethernet1/1',
    rule: `rule-${i % 200}`,
    action: 'allow',
    actionSource: 'from-policy',
    sessionId: i + 1,
    repeatCount: 1,
    parentSessionId: 0,
    flags: 0x1c,
    bytesSent: 74 + i * 3,
    bytesReceived: 60 + i * 7,
    packetsSent: 5 + (i % 100),
    packetsReceived: 4 + (i % 90),
    start,
    elapsedSeconds,
    endReason: ['tcp-fin', 'tcp-rst-from-client', 'aged-out', 'tcp-rst-from-server'][i % 4]!,
    ...changes,
  };
}
