/** Where in a YAML file a path stands, so that an error can name its line. */
import { type Document, isAlias, isMap, isNode, isScalar, isSeq } from 'yaml';

/** Offset of the deepest part of `path` that the file holds: of its key in a mapping, of its item in a list. */
export function findPosition(document: Document.Parsed, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const segment of path) {
    const holder: unknown = isAlias(node) ? node.resolve(document) : node;
    let next: unknown;
    if (isMap(holder)) {
      const pair = holder.items.find(
        (item) => isScalar(item.key) && String(item.key.value) === String(segment),
      );
      if (pair === undefined) return offset;
      offset = startOf(pair.key) ?? offset;
      next = pair.value;
    } else if (isSeq(holder)) {
      next = holder.items[Number(segment)];
      offset = startOf(next) ?? offset;
    } else {
      return offset;
    }
    node = next;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
