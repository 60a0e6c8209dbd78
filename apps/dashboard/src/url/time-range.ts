/** A range that ends now, or one between two times. */
export type TimeRange = { last: LastRange } | { startDate: string; endDate: string };

export const LAST_RANGES = ['15m', '1h', '6h', '24h', '7d', '30d'] as const;
export type LastRange = (typeof LAST_RANGES)[number];

export const LAST_LABELS: Readonly<Record<LastRange, string>> = {
  '15m': 'Last 15 minutes',
  '1h': 'Last hour',
  '6h': 'Last 6 hours',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
};

const MINUTE_MS = 60_000;
const LENGTH_MS: Readonly<Record<LastRange, number>> = {
  '15m': 15 * MINUTE_MS,
  '1h': 60 * MINUTE_MS,
  '6h': 6 * 60 * MINUTE_MS,
  '24h': 24 * 60 * MINUTE_MS,
  '7d': 7 * 24 * 60 * MINUTE_MS,
  '30d': 30 * 24 * 60 * MINUTE_MS,
};

const isLast = (text: string | null): text is LastRange => LAST_RANGES.some((each) => each === text);
const isTime = (text: string | null): text is string => text !== null && !Number.isNaN(Date.parse(text));

/** `?range=1h` or `?startDate=…&endDate=…`. @returns undefined: all of the time */
export function parseRange(search: URLSearchParams): TimeRange | undefined {
  const [last, startDate, endDate] = [search.get('range'), search.get('startDate'), search.get('endDate')];
  if (isTime(startDate) && isTime(endDate) && Date.parse(startDate) < Date.parse(endDate))
    return { startDate, endDate };
  return isLast(last) ? { last } : undefined;
}

export function withRange(search: URLSearchParams, range: TimeRange | undefined): URLSearchParams {
  const next = new URLSearchParams(search);
  for (const name of ['range', 'startDate', 'endDate']) next.delete(name);
  for (const [name, value] of Object.entries(
    range === undefined ? {} : 'last' in range ? { range: range.last } : range,
  ))
    next.set(name, value);
  return next;
}

/** The bounds of a range as a call takes them. */
export interface Bounds {
  startDate?: string;
  endDate?: string;
}

/**
 * The bounds of a range as a call takes them. The start of a range that ends now is rounded down to a minute, so that the
 * cache knows the same question again; its end is left open.
 */
export function boundsOf(range: TimeRange | undefined, nowMs: number): Bounds {
  if (range === undefined) return {};
  if (!('last' in range)) return range;
  const startMs = Math.floor((nowMs - LENGTH_MS[range.last]) / MINUTE_MS) * MINUTE_MS;
  return { startDate: new Date(startMs).toISOString() };
}
