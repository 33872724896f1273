/** The calendar of a time zone, from the tables that the runtime carries. */

/** A format whose parts are the wall clock of the zone with this IANA name, or null where there is none. */
export function zoneFormat(name: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat('en-GB', {
      timeZone: name,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

export type ZoneParts = ReadonlyMap<Intl.DateTimeFormatPartTypes, string>;

export function zoneParts(format: Intl.DateTimeFormat, date: Date): ZoneParts {
  return new Map(format.formatToParts(date).map(({ type, value }) => [type, value] as const));
}
