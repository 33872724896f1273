/** tshark as the judge: one row of fields a packet. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FIELDS = [
  'frame.protocols',
  'vlan.id',
  'ieee8021ad.id',
  'ip.src',
  'ip.dst',
  'ip.proto',
  'ip.ttl',
  'ip.id',
  'ip.flags.mf',
  'ip.frag_offset',
  'ip.fragment.count',
  'ipv6.fragment.count',
  'ipv6.src',
  'ipv6.dst',
  'ipv6.hlim',
  'tcp.srcport',
  'tcp.dstport',
  'tcp.flags',
  'tcp.seq_raw',
  'tcp.ack_raw',
  'tcp.window_size_value',
  'tcp.options.wscale.shift',
  'tcp.len',
  'udp.srcport',
  'udp.dstport',
  'udp.length',
  'sctp.srcport',
  'sctp.dstport',
  'icmp.type',
  'icmp.code',
  'icmp.ident',
  'icmp.seq',
  'icmpv6.type',
  'icmpv6.code',
  'icmpv6.echo.identifier',
  'icmpv6.echo.sequence_number',
] as const;

/** All occurrences of a field in a packet, outermost first. */
export type TsharkRow = Readonly<Record<(typeof FIELDS)[number], readonly string[]>>;

/** Each packet by itself: no stream analysis, sequence numbers as on the wire. */
const PREFERENCES = [
  'tcp.desegment_tcp_streams:FALSE',
  'tcp.relative_sequence_numbers:FALSE',
  'tcp.analyze_sequence_numbers:FALSE',
];

/** @param reassemble whether the last fragment of a datagram shows all of it; else each shows itself */
export function readTshark(file: string, reassemble = false): TsharkRow[] {
  const defragment = ['ip', 'ipv6'].map(
    (protocol) => `${protocol}.defragment:${reassemble ? 'TRUE' : 'FALSE'}`,
  );
  const preferences = [...PREFERENCES, ...defragment].flatMap((preference) => ['-o', preference]);
  const fields = FIELDS.flatMap((field) => ['-e', field]);
  const layout = ['-T', 'fields', '-E', 'occurrence=a', '-E', 'aggregator=;'];
  const out = execFileSync('tshark', ['-n', '-r', file, ...preferences, ...layout, ...fields], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return out.split('\n').slice(0, -1).map(readRow);
}

function readRow(line: string): TsharkRow {
  const cells = line.split('\t');
  return Object.fromEntries(
    FIELDS.map((field, i) => [field, cells[i] ? cells[i].split(';') : []]),
  ) as unknown as TsharkRow;
}

const SHARED_CAPTURES = fileURLToPath(new URL('../../../shared/captures/', import.meta.url));

export const sharedCapture = (name: string): string => `${SHARED_CAPTURES}${name}`;

/** Why a comparison with the public captures cannot run here, or null. */
export function reasonToSkip(): string | null {
  if (!existsSync(SHARED_CAPTURES)) return 'the public captures are not at ../shared/captures';
  return reasonToSkipTshark();
}

/** Why a comparison of any capture cannot run here, or null. */
export function reasonToSkipTshark(): string | null {
  try {
    execFileSync('tshark', ['--version'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'tshark is not installed';
  }
}
