import Format from 'typebox/format';

const RFC_3339 = /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}):(\d{2})(\.\d+)?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
/** The years that RFC 3339 can write and that Postgres and Date both store unchanged. */
export const EARLIEST_TIME_MS = Date.parse('0001-01-01T00:00:00Z');
export const LATEST_TIME_MS = Date.parse('9999-12-31T23:59:59.999Z');

const UPPERCASE_T = 0x54;
const UPPERCASE_Z = 0x5a;
let lastText: string | undefined;
let lastMs = 0;

/**
 * The moment that an RFC 3339 timestamp names, in ms since 1970. A leap second (`23:59:60`) is the second after it,
 * as in POSIX and Postgres.
 * @returns undefined for any other text, for a day that does not exist, and for a moment outside the years 1 to 9999
 *   in UTC
 */
export function parseTimestamp(text: string): number | undefined {
  // Hookline's own format: most timestamps have it, and many are from the same millisecond.
  if (text === lastText) return lastMs;
  if (text.length === 24 && text.charCodeAt(23) === UPPERCASE_Z && text.charCodeAt(10) === UPPERCASE_T) {
    const timeMs = Date.parse(text);
    if (timeMs >= EARLIEST_TIME_MS && new Date(timeMs).toISOString() === text) {
      lastText = text;
      lastMs = timeMs;
      return timeMs;
    }
  }
  const parts = RFC_3339.exec(text);
  if (!parts) return undefined;
  const [, date = '', minute = '', second = '', fraction = '', zone = ''] = parts;
  // Date.parse takes the 31st of any month.
  const day = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(day.getTime()) || day.getUTCDate() !== Number(date.slice(8))) return undefined;
  if (minute > '23:59') return undefined;
  const isLeapSecond = second === '60';
  const wellKnown = `${date}T${minute}:${isLeapSecond ? '59' : second}${fraction.slice(0, 4)}${zone.toUpperCase()}`;
  const timeMs = Date.parse(wellKnown) + (isLeapSecond ? 1_000 : 0);
  // NaN, too
  return timeMs >= EARLIEST_TIME_MS && timeMs <= LATEST_TIME_MS ? timeMs : undefined;
}

/** The moment of a text that a schema has already checked to be a timestamp. */
export const timestampMs = (text: string) => parseTimestamp(text) as number;

/** The same moment in Hookline's own form: RFC 3339 in UTC with milliseconds. */
export function normalizeTimestamp(text: string): string {
  const timeMs = timestampMs(text);
  // Only a text that is in this form already is remembered.
  return text === lastText ? text : new Date(timeMs).toISOString();
}

// In schemas a date-time is what every consumer can read; typebox's own check does not limit the years.
Format.Set('date-time', (text) => parseTimestamp(text) !== undefined);
