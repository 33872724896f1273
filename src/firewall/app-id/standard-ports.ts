/** Ports that some application calls its own, read from the signatures. */
import { DATAGRAM_SIGNATURES, STREAM_SIGNATURES } from './signatures.ts';

const SIGNATURES = { tcp: STREAM_SIGNATURES, udp: DATAGRAM_SIGNATURES } as const;

/** Both tables are made when they are first asked for. */
const standard: { tcp?: ReadonlySet<number>; udp?: ReadonlySet<number> } = {};
let byApplication: ReadonlyMap<string, ReadonlySet<number>> | null = null;

function portsByApplication(): ReadonlyMap<string, ReadonlySet<number>> {
  const ports = new Map<string, Set<number>>();
  for (const row of [...STREAM_SIGNATURES, ...DATAGRAM_SIGNATURES]) {
    const known = ports.get(row.app) ?? new Set();
    for (const port of row.ports) known.add(port);
    ports.set(row.app, known);
  }
  return ports;
}

/** Whether an application is seen on a port that is none of its own; false where it has none or is not known. */
export function isOnNonStandardPort(app: string, port: number): boolean {
  byApplication ??= portsByApplication();
  const ports = byApplication.get(app);
  return ports !== undefined && ports.size > 0 && !ports.has(port);
}

/** Every standard port of a known application. */
export function standardPorts(transport: 'tcp' | 'udp'): ReadonlySet<number> {
  standard[transport] ??= new Set(SIGNATURES[transport].flatMap((row) => row.ports));
  return standard[transport];
}

/** Whether a known application has this port as a standard port: that side is then taken for the server. */
export function isStandardPort(transport: 'tcp' | 'udp', port: number): boolean {
  return standardPorts(transport).has(port);
}
