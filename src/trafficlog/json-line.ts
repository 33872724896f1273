/**
 * Traffic logs as JSON (firewall-model 7.8): the names of Strata Logging Service, of its queries
 * (`session_end_reason.value`), or the variables of the firewall and its XML API.
 */
import { isObject, type JsonObject } from './json-records.ts';
import { NamedCells, type NamedLine } from './named-line.ts';
import { fieldNamed } from './row-fields.ts';

/** Keys under which log shippers keep the line as they got it. */
const RAW_LINE: readonly string[] = ['message', '_raw', 'raw', 'log', 'original', 'msg'];

/** A type between commas, or the start of another form. */
const LOG_LINE = /,"?[A-Z][A-Z0-9_-]*"?,|LEEF:\d|CEF:\d/;

/** Replies wrap their entries in a few objects. */
const DEEPEST = 8;

/** Other JSON has types, too, but not in capitals. */
const LOG_TYPE = /^[A-Z][A-Z0-9_-]+$/;

/** An object is a log line, holds one as text, wraps others, or is none of these. */
export type JsonContent =
  | { readonly kind: 'line'; readonly line: NamedLine }
  | { readonly kind: 'raw'; readonly text: string }
  | { readonly kind: 'wrapped'; readonly objects: readonly JsonObject[] }
  | { readonly kind: 'none' };

export function readJson(object: JsonObject): JsonContent {
  const raw = rawLine(object);
  if (raw !== null) return { kind: 'raw', text: raw };
  const line = namedLine(object);
  if (line !== null) return { kind: 'line', line };
  const objects = wrappedObjects(object);
  return objects.length > 0 ? { kind: 'wrapped', objects } : { kind: 'none' };
}

/** Null where the object has neither a session's source nor a log type. */
function namedLine(object: JsonObject): NamedLine | null {
  const cells = new NamedCells();
  for (const [key, value] of Object.entries(object)) {
    const nested = isObject(value) && 'value' in value;
    const field = nested ? (fieldNamed(`${key}.value`) ?? fieldNamed(key)) : fieldNamed(key);
    const plain = nested ? value['value'] : value;
    if (field !== null && !isObject(plain) && !Array.isArray(plain)) cells.set(field, textOf(plain));
  }
  const isLog = cells.get('src') !== undefined || LOG_TYPE.test(cells.get('type') ?? '');
  return isLog ? cells.line(undefined) : null;
}

function textOf(value: unknown): string {
  return value === null || value === undefined ? '' : String(value);
}

function rawLine(object: JsonObject): string | null {
  const { event } = object;
  const values = [...RAW_LINE.map((key) => object[key]), isObject(event) ? event['original'] : null];
  return values.find((value): value is string => typeof value === 'string' && LOG_LINE.test(value)) ?? null;
}

/** The members of the first list of objects, or the one object, that a reply wraps its entries in. */
function wrappedObjects(object: JsonObject, depth: number = 0): readonly JsonObject[] {
  if (depth > DEEPEST) return [];
  for (const value of Object.values(object)) {
    if (Array.isArray(value)) {
      const objects = value.filter(isObject);
      if (objects.length > 0) return objects;
    } else if (isObject(value)) {
      if (rawLine(value) !== null || namedLine(value) !== null) return [value];
      const inner = wrappedObjects(value, depth + 1);
      if (inner.length > 0) return inner;
    }
  }
  return [];
}
