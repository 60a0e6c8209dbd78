import { useMemo, useRef } from 'react';
import { queryClient } from '../../api/query-client.ts';
import { useFeed, useFeedSnapshot } from '../../feed/feed-provider.tsx';
import { mergeFirstPage, type Pages } from '../../lists/merge-first-page.ts';
import { useHeldRows } from '../../lists/use-held-rows.ts';
import { keyOfList, PAGE_SIZE, readPage, useList } from '../../lists/use-list.ts';
import type { LiveList } from '../../lists/use-live-list.ts';
import { useRefresh } from '../../lists/use-refresh.ts';
import type { Filters } from '../../url/filters.ts';
import { type EventRow, isUnsettled, toEventRow } from './event-row.ts';
import { canMatchLive, matchesFilters } from './matches-filters.ts';
import { prependLive } from './prepend-live.ts';

/** The newest rows of the feed that are held against the list at each change. */
const LIVE_ROWS = 1_000;
const NONE: readonly EventRow[] = [];

/** The ids sort by time. */
const orderOf = ({ id }: { id: string }) => id;

interface EventListOptions {
  filters: Filters;
  bounds: { startDate?: string; endDate?: string };
  /** Rows must not move: the list is scrolled, paused, or the pointer is on it. */
  isHeld: boolean;
}

/** The events that match, newest first, with those of the live feed before they are in an answer of the API. */
export function useEventList({ filters, bounds, isHeld }: EventListOptions): LiveList<EventRow> {
  const wanted = useMemo(() => ({ ...filters, ...bounds }), [filters, bounds]);
  const list = useList('listEvents', wanted, { isKeptFresh: true });
  const listed: readonly EventRow[] = list.rows;
  const hasRead = !list.isPending && list.error === null;

  const isLive = bounds.endDate === undefined;
  // For what is done later: the list may be scrolled meanwhile.
  const held = useRef(isHeld);
  held.current = isHeld;
  const feed = useFeed();
  const { received } = useFeedSnapshot();
  const live = useMemo(
    () =>
      isLive && hasRead && canMatchLive(filters)
        ? feed
            .newest(Math.min(received, LIVE_ROWS))
            .map(toEventRow)
            .filter((row) => matchesFilters(row, filters))
        : NONE,
    [isLive, hasRead, filters, feed, received],
  );
  const all = useMemo(() => prependLive(live, listed), [live, listed]);

  const rows = useHeldRows(all, isHeld, orderOf);

  useRefresh({
    isEnabled: isLive && hasRead,
    needsIt: () => rows.slice(0, PAGE_SIZE).some(isUnsettled),
    received,
    async refresh() {
      const fresh = await readPage('listEvents', wanted);
      queryClient.setQueryData<Pages<typeof fresh>>(
        keyOfList('listEvents', wanted),
        (before) => before && mergeFirstPage(before, fresh, { isHeld: held.current, orderOf }),
      );
    },
  });

  return { ...list, rows, waiting: all.length - rows.length };
}
