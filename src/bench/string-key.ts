/** The key of the plain alternatives: one string for both directions of a session. */
import type { PacketColumns } from './table-under-test.ts';

/** Whether the sender is the end that is named first. */
export function senderFirst(packets: PacketColumns, i: number): boolean {
  const { src, dst, sport, dport } = packets;
  for (let word = 4 * i; word < 4 * i + 4; word += 1) {
    if (src[word] !== dst[word]) return src[word]! < dst[word]!;
  }
  return sport[i]! <= dport[i]!;
}

export function stringKey(packets: PacketColumns, i: number, sender: boolean): string {
  const { src, dst, sport, dport, proto } = packets;
  const a = sender ? src : dst;
  const b = sender ? dst : src;
  const ports = sender ? `${sport[i]} ${dport[i]}` : `${dport[i]} ${sport[i]}`;
  const at = 4 * i;
  if (packets.version === 4) return `${proto[i]} ${a[at + 3]} ${b[at + 3]} ${ports}`;
  return `${proto[i]} ${a[at]} ${a[at + 1]} ${a[at + 2]} ${a[at + 3]} ${b[at]} ${b[at + 1]} ${b[at + 2]} ${b[at + 3]} ${ports}`;
}
