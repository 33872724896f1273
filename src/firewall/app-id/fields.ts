/** Numbers at fixed places of a payload, as data: the kernel reads the same rows (firewall/app-id/at-once.ts). */

/** A number in network byte order and the values it may have. */
export interface Field {
  /** offset of its first byte */
  readonly at: number;
  /** 1 to 4 */
  readonly bytes: number;
  readonly least: number;
  readonly most: number;
}

/** How far fields reach: with so many bytes none of them is open. */
export function fieldsEnd(fields: readonly Field[]): number {
  return Math.max(...fields.map(({ at, bytes }) => at + bytes));
}

/** Whether no field has a value that it may not have; one that is not all there may still have any. */
export function fitFields(fields: readonly Field[], payload: Uint8Array): boolean {
  for (const { at, bytes, least, most } of fields) {
    if (at + bytes > payload.length) continue;
    let value = 0;
    for (let i = at; i < at + bytes; i += 1) value = value * 256 + payload[i]!;
    if (value < least || value > most) return false;
  }
  return true;
}
