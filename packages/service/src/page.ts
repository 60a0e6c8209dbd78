import { ApiError } from '@hookline/contracts';

/** How far a list is counted: what is beyond is told as `totalExact: false`, whatever it would be. */
export const MAX_COUNTED = 10_000;

export interface PageInfo {
  limit: number;
  hasMore: boolean;
  nextCursor: string | null;
  /** Where the page begins, as it was asked for; absent on a page that a cursor led to. */
  offset?: number;
  /** How many fit, with `totalExact: false` at least so many; absent on a page that a cursor led to. */
  total?: number;
  totalExact?: boolean;
}

/** How many rows of a list fit; not exact where no more were looked at. */
export interface Total {
  total: number;
  totalExact: boolean;
}

export interface PageOptions<Row, Item> {
  limit: number;
  cursorOf: (row: Row) => string;
  toItem: (row: Row) => Item;
  /** Where the search ended without having come to the end of the list. */
  scannedTo?: string | undefined;
  offset?: number | undefined;
  /** Undefined on a page that a cursor led to. */
  total?: Total | undefined;
}

/**
 * A page of a list that is sorted by id. One row more than asked for is read, to know whether there is more
 * without counting.
 */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  { limit, cursorOf, toItem, scannedTo, offset, total }: PageOptions<Row, Item>,
): { data: Item[]; page: PageInfo } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit ? last && cursorOf(last) : scannedTo;
  return {
    data: shown.map(toItem),
    page: {
      limit,
      hasMore: next !== undefined,
      nextCursor: next === undefined ? null : encodeCursor(next),
      ...(total === undefined ? {} : { offset: offset ?? 0, ...total }),
    },
  };
}

/** @param counted up to MAX_COUNTED + 1 */
export const toTotal = (counted: number): Total => ({
  total: Math.min(counted, MAX_COUNTED),
  totalExact: counted <= MAX_COUNTED,
});

const encodeCursor = (value: string) => Buffer.from(value).toString('base64url');

/** @throws ApiError `invalid_request` when it is not a cursor of a list of ours */
export function decodeCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const value = Buffer.from(cursor, 'base64url').toString('utf8');
  if (!/^[A-Za-z]+_[0-9A-Z_ a-z]+$/.test(value)) {
    const problem = {
      path: 'querystring/cursor',
      message: 'is not a cursor of this list: take `nextCursor` of a page',
    };
    throw new ApiError('invalid_request', {
      message: `${problem.path} ${problem.message}`,
      details: [problem],
    });
  }
  return value;
}
