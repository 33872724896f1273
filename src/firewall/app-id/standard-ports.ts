/** Ports that some application calls its own, read from the signatures. */
import { DATAGRAM_SIGNATURES, STREAM_SIGNATURES } from './signatures.ts';

const STANDARD_PORTS: Readonly<Record<'tcp' | 'udp', ReadonlySet<number>>> = {
  tcp: new Set(STREAM_SIGNATURES.flatMap((row) => row.ports)),
  udp: new Set(DATAGRAM_SIGNATURES.flatMap((row) => row.ports)),
};

const PORTS_BY_APPLICATION: ReadonlyMap<string, ReadonlySet<number>> = (() => {
  const ports = new Map<string, Set<number>>();
  for (const row of [...STREAM_SIGNATURES, ...DATAGRAM_SIGNATURES]) {
    const known = ports.get(row.app) ?? new Set();
    for (const port of row.ports) known.add(port);
    ports.set(row.app, known);
  }
  return ports;
})();

/** Whether an application is seen on a port that is none of its own; false where it has none or is not known. */
export function isOnNonStandardPort(app: string, port: number): boolean {
  const ports = PORTS_BY_APPLICATION.get(app);
  return ports !== undefined && ports.size > 0 && !ports.has(port);
}

/** Every standard port of a known application. */
export function standardPorts(transport: 'tcp' | 'udp'): ReadonlySet<number> {
  return STANDARD_PORTS[transport];
}

/** Whether a known application has this port as a standard port: that side is then taken for the server. */
export function isStandardPort(transport: 'tcp' | 'udp', port: number): boolean {
  return STANDARD_PORTS[transport].has(port);
}
