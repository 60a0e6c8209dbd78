import { useMemo } from 'react';
import { useFeedSnapshot } from '../feed/feed-provider.tsx';
import type { Filters } from '../url/filters.ts';
import type { Bounds } from '../url/time-range.ts';
import { useHeldRows } from './use-held-rows.ts';
import { type List, type ListOperation, PAGE_SIZE, type RowOf, useList } from './use-list.ts';
import { useNewestPage } from './use-newest-page.ts';

export interface LiveList<Row> extends List<Row> {
  /** Rows that have arrived and are not shown, because rows must not move just now. */
  waiting: number;
}

interface LiveListOptions<Row> {
  filters: Filters;
  bounds: Bounds;
  /** Rows must not move. */
  isHeld: boolean;
  /** A text by which rows sort, as in `mergeFirstPage`. The same function from render to render. */
  orderOf: (row: Row) => string;
  /** Whether the row will change soon by itself. */
  isUnderWay: (row: Row) => boolean;
}

/** A list that events change. Its newest page is read again when events arrive, and while a shown row is under way. */
export function useLiveList<Name extends ListOperation>(
  name: Name,
  { filters, bounds, isHeld, orderOf, isUnderWay }: LiveListOptions<RowOf<Name>>,
): LiveList<RowOf<Name>> {
  const wanted = useMemo(() => ({ ...filters, ...bounds }), [filters, bounds]);
  const list = useList(name, wanted, { isKeptFresh: true });
  const rows = useHeldRows(list.rows, isHeld, orderOf);
  useNewestPage(name, wanted, {
    list,
    isLive: bounds.endDate === undefined,
    isHeld,
    orderOf,
    needsIt: () => rows.slice(0, PAGE_SIZE).some(isUnderWay),
    received: useFeedSnapshot().received,
  });
  return { ...list, rows, waiting: list.rows.length - rows.length };
}
