import type { ApiError } from '@hookline/contracts';
import { invalidFields } from './find-problems.ts';

/** The greatest `total` of a list. A list with more rows has `totalExact: false`. */
export const MAX_COUNTED = 10_000;

export interface PageInfo {
  limit: number;
  hasMore: boolean;
  nextCursor: string | null;
  /** The offset that the query gave. Absent on a page that a cursor led to. */
  offset?: number;
  /** How many rows the list has. With `totalExact: false` it has at least so many. Absent on a page that a cursor led to. */
  total?: number;
  totalExact?: boolean;
}

export interface Page<Item> {
  data: Item[];
  page: PageInfo;
}

/** How many rows a list has. Not exact if no more rows were counted. */
export interface Total {
  total: number;
  totalExact: boolean;
}

export interface PageOptions<Row, Item> {
  limit: number;
  cursorOf: (row: Row) => string;
  toItem: (row: Row) => Item;
  /** The cursor at which a bounded search stopped before the end of the list. */
  scannedTo?: string | undefined;
  offset?: number | undefined;
  /** Undefined on a page that a cursor led to. */
  total?: Total | undefined;
}

/** @param rows up to one row more than `limit`: that row shows that there is a next page, without counting */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  { limit, cursorOf, toItem, scannedTo, offset, total }: PageOptions<Row, Item>,
): Page<Item> {
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

/** The part of a query that every list has (`PageQuery` in the contracts). */
export interface PageQuery {
  limit: number;
  cursor?: string | undefined;
  offset?: number | undefined;
}

/** Which rows of a list to read. */
export interface RowRange {
  /** The cursor of the last row of the page before; undefined on a page that no cursor led to. */
  after: string | undefined;
  offset: number;
  limit: number;
}

export interface ListSource<Row, Item> {
  list: (range: RowRange) => PromiseLike<readonly Row[]>;
  /** Counts the rows of the whole list, but no more than `limit`. */
  count: (limit: number) => PromiseLike<number>;
  cursorOf: (row: Row) => string;
  /** The prefix of the ids with which the cursors of the list begin. */
  idPrefix: string;
  toItem: (row: Row) => Item;
}

/**
 * Reads one page of a list. A page that a cursor led to is not counted.
 * @throws ApiError `invalid_request` for a cursor of another list
 */
export async function readPage<Row, Item>(
  { limit, cursor, offset = 0 }: PageQuery,
  { list, count, cursorOf, idPrefix, toItem }: ListSource<Row, Item>,
): Promise<Page<Item>> {
  const after = decodeCursor(cursor, idPrefix);
  const rows = await list({ after, offset, limit: limit + 1 });
  const total = after === undefined ? toTotal(await count(MAX_COUNTED + 1)) : undefined;
  return pageOf(rows, { limit, offset, total, cursorOf, toItem });
}

/** @param counted up to MAX_COUNTED + 1 */
export const toTotal = (counted: number): Total => ({
  total: Math.min(counted, MAX_COUNTED),
  totalExact: counted <= MAX_COUNTED,
});

/** The inverse of `decodeCursor`. */
export const encodeCursor = (value: string): string => Buffer.from(value).toString('base64url');

/**
 * @param idPrefix of the ids with which the cursors of the list begin
 * @param parts of a cursor of the list, with spaces between them
 * @throws ApiError `invalid_request` for a text that is no cursor of such a list
 */
export function decodeCursor(cursor: string | undefined, idPrefix: string, parts = 1): string | undefined {
  if (cursor === undefined) return undefined;
  const value = Buffer.from(cursor, 'base64url').toString('utf8');
  const isOne = value.startsWith(`${idPrefix}_`) && /^[A-Za-z]+_[0-9A-Z_ a-z]+$/.test(value);
  if (!isOne || value.split(' ').length !== parts) throw invalidCursor();
  return value;
}

export const invalidCursor = (): ApiError =>
  invalidFields({
    path: 'querystring/cursor',
    message: 'must be the `nextCursor` of a page of this list',
  });
