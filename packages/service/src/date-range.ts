import { ApiError, parseTimestamp } from '@hookline/contracts';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;

export interface DateRange {
  /** From then on. */
  start: Date | undefined;
  /** Up to then, and not at it. */
  end: Date | undefined;
}

/**
 * What `startDate` and `endDate` mean: times as RFC 3339 has them, or days in UTC, of which the last one is part of it.
 * @param where what the field names are told with, such as `querystring/`
 * @throws ApiError `invalid_request` for what is no date, and for a range that is reversed
 */
export function readDateRange(
  { startDate, endDate }: { startDate?: string | undefined; endDate?: string | undefined },
  where = 'querystring/',
): DateRange {
  const start = startDate === undefined ? undefined : readDate(`${where}startDate`, startDate);
  const at = endDate === undefined ? undefined : readDate(`${where}endDate`, endDate);
  const end = at && DAY.test(endDate ?? '') ? new Date(at.getTime() + DAY_MS) : at;
  if (start && end && end <= start) {
    throw refuse(
      `${where}endDate`,
      `must be later than startDate: ${endDate} is not later than ${startDate}`,
    );
  }
  return { start, end };
}

function readDate(path: string, text: string): Date {
  const timeMs = parseTimestamp(DAY.test(text) ? `${text}T00:00:00Z` : text);
  if (timeMs === undefined) throw refuse(path, 'must be a day (2026-03-01) or a time (2026-03-01T12:00:00Z)');
  return new Date(timeMs);
}

function refuse(path: string, message: string): ApiError {
  return new ApiError('invalid_request', { message: `${path} ${message}`, details: [{ path, message }] });
}
