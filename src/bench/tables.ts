/** The tables that `endreason bench table` compares. */
import { LRUMapWithDelete } from 'mnemonist';
import { ColumnsTable } from './table-columns.ts';
import { KernelTableUnderTest } from './table-kernel.ts';
import { ReferenceTableUnderTest } from './table-reference.ts';
import { type PlainSession, StringKeyedTable } from './table-string-keyed.ts';
import type { TableKind } from './table-under-test.ts';

/** In the order in which they are measured and shown. */
export const TABLE_KINDS: readonly TableKind[] = [
  {
    name: 'kernel',
    about: "the fast engine's kernel: records and index in WebAssembly memory, the whole TCP walk",
    patience: Number.POSITIVE_INFINITY,
    make: (_capacity, timeouts) => new KernelTableUnderTest(timeouts),
  },
  {
    name: 'reference',
    about: "the reference engine's table: a Map with two string keys a session, the whole TCP walk",
    patience: 20_000,
    make: (_capacity, timeouts) => new ReferenceTableUnderTest(timeouts),
  },
  {
    name: 'map',
    about: 'a Map from one string key to an object; a sweep looks at every session',
    patience: 1_000_000,
    make: (_capacity, timeouts) => new StringKeyedTable(new Map(), timeouts, 'scan'),
  },
  {
    name: 'map-heap',
    about: "the same with mnemonist's Heap of the times at which sessions may be due",
    patience: 1_000_000,
    make: (_capacity, timeouts) => new StringKeyedTable(new Map(), timeouts, 'heap'),
  },
  {
    name: 'map-columns',
    about: "a Map from string key to a slot, sessions in typed arrays, mnemonist's FixedStack of free slots",
    patience: 1_000_000,
    make: (capacity, timeouts) => new ColumnsTable(capacity, timeouts),
  },
  {
    name: 'lru-map',
    about: "mnemonist's LRUMapWithDelete from string key to an object; a sweep looks at every session",
    patience: 1_000_000,
    make: (capacity, timeouts) =>
      new StringKeyedTable(new LRUMapWithDelete<string, PlainSession>(capacity), timeouts, 'scan'),
  },
];
