const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})$/;
/** Some senders also omit the seconds. */
const ISO_TIME_OF_ANY_ZONE =
  /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?$/;
const DECIMAL = /^\d{1,16}(?:\.\d{1,9})?$/;
/** A larger number since 1970 counts milliseconds: in seconds it would be the year 5138. */
const SMALLEST_IN_MS = 100_000_000_000;
/** The end of the year 9999, the last that RFC 3339 can write. */
const LATEST_MS = 253_402_300_799_999;

/**
 * The time of a value from a payload, in ms since 1970. The value is an ISO 8601 text with a zone, or seconds or
 * milliseconds since 1970 as a number or a decimal text. Undefined for anything else: an event with an unknown form of
 * time is stored without a time.
 */
export function toTimeMs(value: unknown): number | undefined {
  if (typeof value === 'string') {
    if (ISO_TIME.test(value)) return inRange(Date.parse(value));
    return DECIMAL.test(value) ? fromEpoch(Number(value)) : undefined;
  }
  return typeof value === 'number' ? fromEpoch(value) : undefined;
}

function fromEpoch(count: number): number | undefined {
  return inRange(Math.trunc(count > SMALLEST_IN_MS ? count : count * 1000));
}

/** Milliseconds per unit. */
const EPOCH_UNITS = { s: 1000, ms: 1, '100us': 0.1 } as const;

/** The documented form of a time. `iso`: ISO 8601, in UTC if it has no zone. */
export type TimeUnit = 'iso' | keyof typeof EPOCH_UNITS;

/** As `toTimeMs`, for a value of a known unit. Undefined for a value of another form. */
export function toTimeMsOf(unit: TimeUnit, value: unknown): number | undefined {
  if (unit === 'iso') {
    const zone = typeof value === 'string' ? ISO_TIME_OF_ANY_ZONE.exec(value) : null;
    return zone === null ? undefined : inRange(Date.parse(zone[1] === undefined ? `${value}Z` : `${value}`));
  }
  if (typeof value !== 'number' && !(typeof value === 'string' && DECIMAL.test(value))) return undefined;
  return inRange(Math.trunc(Number(value) * EPOCH_UNITS[unit]));
}

/** Some providers send zero for "unknown". */
function inRange(timeMs: number): number | undefined {
  return timeMs > 0 && timeMs <= LATEST_MS ? timeMs : undefined;
}

/** The latest time in the given members of an object. */
export function latestTimeMs(
  object: { readonly [key: string]: unknown },
  keys: readonly string[],
): number | undefined {
  let latest: number | undefined;
  for (const key of keys) {
    const timeMs = toTimeMs(object[key]);
    if (timeMs !== undefined && (latest === undefined || timeMs > latest)) latest = timeMs;
  }
  return latest;
}
