import { useMemo, useRef } from 'react';
import { queryClient } from '../api/query-client.ts';
import { useFeedSnapshot } from '../feed/feed-provider.tsx';
import type { Filters } from '../url/filters.ts';
import { mergeFirstPage, type Pages } from './merge-first-page.ts';
import { useHeldRows } from './use-held-rows.ts';
import {
  keyOfList,
  type List,
  type ListOperation,
  PAGE_SIZE,
  type RowOf,
  readPage,
  useList,
} from './use-list.ts';
import { useRefresh } from './use-refresh.ts';

export interface LiveList<Row> extends List<Row> {
  /** Rows that have arrived and are not shown, because rows must not move just now. */
  waiting: number;
}

interface LiveListOptions<Row> {
  filters: Filters;
  bounds: { startDate?: string; endDate?: string };
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
  // For what is done later: the list may be scrolled meanwhile.
  const held = useRef(isHeld);
  held.current = isHeld;
  useRefresh({
    isEnabled: bounds.endDate === undefined && !list.isPending && list.error === null,
    needsIt: () => rows.slice(0, PAGE_SIZE).some(isUnderWay),
    received: useFeedSnapshot().received,
    async refresh() {
      const fresh = await readPage(name, wanted);
      queryClient.setQueryData<Pages<typeof fresh>>(
        keyOfList(name, wanted),
        (before) => before && mergeFirstPage(before, fresh, { isHeld: held.current, orderOf }),
      );
    },
  });
  return { ...list, rows, waiting: list.rows.length - rows.length };
}
