/**
 * The structures of mnemonist that the program uses, each from its own file: the package's door loads a dozen
 * more, which takes longer than reading a small capture.
 */

export { default as FixedDeque } from '../node_modules/mnemonist/fixed-deque.js';
export { default as Heap } from '../node_modules/mnemonist/heap.js';
export { default as LRUMap } from '../node_modules/mnemonist/lru-map.js';
export { default as Queue } from '../node_modules/mnemonist/queue.js';
