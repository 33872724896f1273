/** The arrow of a packet in a ladder diagram, and what is written on it. */
import type { PacketRow } from './explain-packets.ts';

/**
 * `-- SYN seq 0 ------->`, exactly `width` characters.
 * @param lost it ends at the firewall: an X in place of the head
 * @param dotted it is about the session, and no packet of it
 */
export function arrow(
  label: string,
  fromClient: boolean,
  lost: boolean,
  dotted: boolean,
  width: number,
): string {
  const shaft = dotted ? '.' : '-';
  const rest = shaft.repeat(Math.max(0, width - label.length - 5));
  const head = lost ? 'X' : fromClient ? '>' : '<';
  return fromClient ? `${shaft}${shaft} ${label} ${rest}${head}` : `${head}${shaft} ${label} ${rest}${shaft}`;
}

/** The longest of the labels that leaves an arrow to be seen. */
export function fitLabel(row: PacketRow, repeated: boolean, width: number): string {
  const labels = labelsOf(row, repeated);
  return labels.find((label) => label.length <= width - 6) ?? labels.at(-1)!;
}

const ECHO: ReadonlyMap<number, string> = new Map([
  [0, 'echo reply'],
  [8, 'echo request'],
  [128, 'echo request'],
  [129, 'echo reply'],
]);

/** From the one with everything to the one that always fits. */
function labelsOf(row: PacketRow, repeated: boolean): readonly string[] {
  if (row.event === 'icmp-error') return ['ICMP error'];
  if (row.icmp !== null) {
    const name = ECHO.get(row.icmp.type) ?? `ICMP type ${row.icmp.type} code ${row.icmp.code}`;
    return [`${name}, ${row.bytes} bytes`, name];
  }
  if (row.flags === null) return [`${row.length} bytes`];
  const flags = row.flags === '' ? 'no flags' : row.flags;
  const mark = row.keepalive === true ? ' keepalive' : repeated ? ' (again)' : '';
  const seq = ` seq ${row.seq}`;
  const ack = row.ack === null ? '' : ` ack ${row.ack}`;
  const length = row.length === 0 ? '' : ` len ${row.length}`;
  // of a bare ACK the number that it acknowledges says more
  const one = length === '' && row.flags === 'ACK' ? ack : seq;
  return [
    `${flags}${seq}${ack}${length}${mark}`,
    `${flags}${one}${length}${mark}`,
    `${flags}${length}${mark}`,
    `${flags}${mark}`,
    flags,
  ];
}
