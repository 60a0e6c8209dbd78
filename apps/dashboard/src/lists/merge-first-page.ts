import type { Page } from './use-list.ts';

export interface Pages<P> {
  pages: P[];
  pageParams: unknown[];
}

export interface MergeOptions<Row> {
  /** Rows must not move now. */
  isHeld: boolean;
  /** A text by which rows sort as the list does, and which no two rows share: the newest row has the greatest. */
  orderOf: (row: Row) => string;
}

/** A first page that has grown beyond this is read again, so that an open list does not grow without end. */
export const LARGEST_FIRST_PAGE = 2_000;

/**
 * Puts a newly read first page into a list: known rows get their new state, new ones come first, and those that no longer
 * match go. If nothing connects the two, rows between them may be missing, and the list begins again with the new page.
 * While rows must not move, they only get their new state, and what connects comes first.
 */
export function mergeFirstPage<Row, P extends Page<Row>>(
  list: Pages<P>,
  fresh: P,
  { isHeld, orderOf }: MergeOptions<Row>,
): Pages<P> {
  const alone = { pages: [fresh], pageParams: [undefined] };
  const [first, ...rest] = list.pages;
  if (first === undefined || (!fresh.page.hasMore && !isHeld)) return alone;
  // A filter may match none of the rows that a page looked at, and have matched older ones.
  const oldest = fresh.data.at(-1);
  if (oldest === undefined) return list;
  const reach = orderOf(oldest);
  const known = new Set(list.pages.flatMap(({ data }) => data.map(orderOf)));
  const added = fresh.data.filter((row) => !known.has(orderOf(row)));
  const isConnected = added.length < fresh.data.length || !fresh.page.hasMore;
  const fits = isConnected && first.data.length + added.length <= LARGEST_FIRST_PAGE;
  if (!fits && !isHeld) return alone;
  const freshRows = new Map(fresh.data.map((row) => [orderOf(row), row]));
  const hasLeft = (row: Row) => !isHeld && orderOf(row) >= reach && !freshRows.has(orderOf(row));
  const update = (page: P): P =>
    page.data.some((row) => freshRows.has(orderOf(row)) || hasLeft(row))
      ? {
          ...page,
          data: page.data.filter((row) => !hasLeft(row)).map((row) => freshRows.get(orderOf(row)) ?? row),
        }
      : page;
  const newest = update(first);
  return {
    pages: [
      fits && added.length > 0 ? { ...newest, data: sorted([...added, ...newest.data], orderOf) } : newest,
      ...rest.map(update),
    ],
    pageParams: list.pageParams,
  };
}

/** A row can begin to match later than newer ones, such as a delivery that is retried. */
const sorted = <Row>(rows: readonly Row[], orderOf: (row: Row) => string): Row[] =>
  rows.toSorted((one, other) => {
    const [left, right] = [orderOf(one), orderOf(other)];
    return left < right ? 1 : left > right ? -1 : 0;
  });
