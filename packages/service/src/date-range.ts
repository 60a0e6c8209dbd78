import { LATEST_TIME_MS, parseTimestamp } from '@hookline/contracts';
import { invalidFields } from './find-problems.ts';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;

export interface DateRange {
  /** The first moment of the range. */
  start: Date | undefined;
  /** The first moment after the range; at most the last moment that Postgres and Date both store. */
  end: Date | undefined;
}

/**
 * Reads `startDate` and `endDate`. Each is a time (RFC 3339) or a day in UTC; the last day is part of the range.
 * @param where the prefix of the field names in errors, such as `querystring/`
 * @throws ApiError `invalid_request` for a text that is neither, and for a range that is empty or reversed
 */
export function readDateRange(
  { startDate, endDate }: { startDate?: string | undefined; endDate?: string | undefined },
  where = 'querystring/',
): DateRange {
  const start = startDate === undefined ? undefined : readDate(`${where}startDate`, startDate);
  const at = endDate === undefined ? undefined : readDate(`${where}endDate`, endDate);
  const end = at && DAY.test(endDate ?? '') ? new Date(Math.min(at.getTime() + DAY_MS, LATEST_TIME_MS)) : at;
  if (start && end && end <= start) {
    throw invalidFields({
      path: `${where}endDate`,
      message: `must be later than startDate: ${endDate} is not later than ${startDate}`,
    });
  }
  return { start, end };
}

function readDate(path: string, text: string): Date {
  const timeMs = parseTimestamp(DAY.test(text) ? `${text}T00:00:00Z` : text);
  if (timeMs === undefined)
    throw invalidFields({ path, message: 'must be a day (2026-03-01) or a time (2026-03-01T12:00:00Z)' });
  return new Date(timeMs);
}
