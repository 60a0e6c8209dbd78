import type { TimestampSelection } from './scheme-definition.ts';

/** How to read the text of a signed timestamp. */
export interface TimestampUnit {
  /** In ms since 1970; undefined if the text does not have exactly the expected form, NaN if it is not a time. */
  toMs(text: string): number | undefined;
  /** For messages, such as `one number of seconds since 1970`. */
  readonly form: string;
}

/** Seconds may have as many digits as milliseconds, so that a confusion of the units is reported as such. */
const WHOLE = /^(?:0|[1-9][0-9]{0,14})$/;
/** A larger number since 1970 counts milliseconds: in seconds it would be the year 5138. */
const SMALLEST_IN_MS = 100_000_000_000;
const ISO = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})?$/;
const HTTP_DATE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const NONCE = /^[\x21-\x2d\x2f-\x7e]{1,256}$/;

export const TIMESTAMP_UNITS: Readonly<Record<NonNullable<TimestampSelection['unit']>, TimestampUnit>> = {
  s: {
    toMs: (text) => (WHOLE.test(text) ? Number(text) * 1000 : undefined),
    form: 'one number of seconds since 1970',
  },
  ms: {
    toMs: (text) => (WHOLE.test(text) ? Number(text) : undefined),
    form: 'one number of milliseconds since 1970',
  },
  auto: {
    toMs(text) {
      if (!WHOLE.test(text)) return undefined;
      const count = Number(text);
      return count > SMALLEST_IN_MS ? count : count * 1000;
    },
    form: 'one number of seconds or milliseconds since 1970',
  },
  iso: {
    toMs(text) {
      const zone = ISO.exec(text);
      if (zone === null) return undefined;
      const timeMs = Date.parse(zone[1] === undefined ? `${text}Z` : text);
      return Number.isNaN(timeMs) ? undefined : timeMs;
    },
    form: 'one time in ISO 8601',
  },
  'http-date': {
    toMs(text) {
      const timeMs = HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN;
      return Number.isNaN(timeMs) ? undefined : timeMs;
    },
    form: 'one date of HTTP, such as "Tue, 14 Nov 2023 22:13:20 GMT"',
  },
  nonce: {
    toMs: (text) => (NONCE.test(text) ? Number.NaN : undefined),
    form: '1 to 256 visible ASCII characters other than "."',
  },
};
