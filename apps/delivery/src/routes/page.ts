import { ApiError } from '@hookline/contracts';

/**
 * How many rows a page of a list looks through when its filters are served by no index. What takes 20 ms is bearable,
 * and a page that holds less than it could goes on at its cursor.
 */
export const SCAN_ROWS = 10_000;

/**
 * A page of a list that is sorted by id, newest first. One row more than asked for is read, to know whether there
 * is more without counting.
 * @param scannedTo where the search ended without having come to the end of the list
 */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => string,
  toItem: (row: Row) => Item,
  scannedTo?: string,
) {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit ? last && cursorOf(last) : scannedTo;
  return {
    data: shown.map(toItem),
    page: {
      limit,
      hasMore: next !== undefined,
      nextCursor: next === undefined ? null : encodeCursor(next),
    },
  };
}

const encodeCursor = (value: string) => Buffer.from(value).toString('base64url');

/** @throws ApiError `invalid_request` when it is not one of our cursors */
export function decodeCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const value = Buffer.from(cursor, 'base64url').toString('utf8');
  if (!/^[A-Za-z]+_[0-9A-Z_ a-z]+$/.test(value)) {
    throw new ApiError('invalid_request', { message: 'query/cursor is not a cursor of this list' });
  }
  return value;
}
