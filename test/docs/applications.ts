/** The signatures as the tables of a manual: pure functions from rows to markdown. */

import { PROTOCOL_APPS } from '../../src/firewall/app-id/protocols.ts';
import type { DatagramSignature, StreamSignature } from '../../src/firewall/app-id/signature.ts';
import { DATAGRAM_SIGNATURES, STREAM_SIGNATURES } from '../../src/firewall/app-id/signatures.ts';
import { markdownTable } from './markdown.ts';

/** One application over one transport, and all its signatures. */
export interface ApplicationText {
  readonly app: string;
  readonly over: 'tcp' | 'udp';
  /** standard ports in order, runs of them as `first-last`; `dynamic` where there are none */
  readonly ports: string;
  /** sources of signatures that are enough by themselves, on any port */
  readonly anyPort: readonly string[];
  /** sources of signatures that one of the ports must confirm */
  readonly onPort: readonly string[];
  /** what is to be said of the name */
  readonly note: string;
}

/** `80 443 5900-5906`; `dynamic` for none. */
export function portsText(ports: readonly number[]): string {
  const sorted = [...new Set(ports)].sort((a, b) => a - b);
  const runs: [first: number, last: number][] = [];
  for (const port of sorted) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] === port - 1) run[1] = port;
    else runs.push([port, port]);
  }
  const texts = runs.flatMap(([first, last]) =>
    last - first > 1 ? [`${first}-${last}`] : first === last ? [`${first}`] : [`${first}`, `${last}`],
  );
  return texts.length === 0 ? 'dynamic' : texts.join(' ');
}

function grouped(
  over: 'tcp' | 'udp',
  rows: readonly (StreamSignature | DatagramSignature)[],
): readonly ApplicationText[] {
  const apps = [...new Set(rows.map((row) => row.app))];
  return apps.map((app) => {
    const own = rows.filter((row) => row.app === app);
    const sources = (strength: 'content' | 'plausible'): readonly string[] => [
      ...new Set(own.filter((row) => row.strength === strength).map((row) => row.source)),
    ];
    return {
      app,
      over,
      ports: portsText(own.flatMap((row) => row.ports)),
      anyPort: sources('content'),
      onPort: sources('plausible'),
      note: own.find((row) => row.nameNote !== undefined)?.nameNote ?? '',
    };
  });
}

/** Applications over TCP and UDP by name, TCP first. */
export function applicationTexts(): readonly ApplicationText[] {
  const all = [...grouped('tcp', STREAM_SIGNATURES), ...grouped('udp', DATAGRAM_SIGNATURES)];
  return all.sort((a, b) => compare(a.app, b.app) || compare(a.over, b.over));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Markdown table of the applications over TCP and UDP. */
export function applicationsTable(): string {
  return markdownTable(
    ['application', 'over', 'standard ports', 'known by', 'on a standard port also by', 'name'],
    applicationTexts().map((row) => [
      `\`${row.app}\``,
      row.over,
      row.ports,
      row.anyPort.join('; '),
      row.onPort.join('; '),
      row.note,
    ]),
  );
}

/** Markdown table of the applications that an IP protocol number is. */
export function protocolsTable(): string {
  return markdownTable(
    ['IP protocol', 'application'],
    [...PROTOCOL_APPS].sort(([a], [b]) => a - b).map(([protocol, app]) => [String(protocol), `\`${app}\``]),
  );
}
