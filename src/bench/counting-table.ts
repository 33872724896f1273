/** A table under test that takes its packets one by one and counts what it does with them. */
import type { PacketColumns, TableCounts, TableUnderTest } from './table-under-test.ts';

export abstract class CountingTable implements TableUnderTest {
  protected opened = 0;
  protected found = 0;
  protected ended = 0;

  abstract readonly live: number;

  get counts(): TableCounts {
    return { opened: this.opened, found: this.found, ended: this.ended };
  }

  offer(packets: PacketColumns): void {
    for (let i = 0; i < packets.count; i += 1) this.take(packets, i);
  }

  abstract sweep(time: number): void;

  memoryBytes(): number | null {
    return null;
  }

  /** Packet `i` of the batch. */
  protected abstract take(packets: PacketColumns, i: number): void;
}
