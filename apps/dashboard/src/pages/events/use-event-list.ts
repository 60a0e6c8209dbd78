import { useMemo } from 'react';
import { useFeed, useFeedSnapshot } from '../../feed/feed-provider.tsx';
import { useHeldRows } from '../../lists/use-held-rows.ts';
import { PAGE_SIZE, useList } from '../../lists/use-list.ts';
import type { LiveList } from '../../lists/use-live-list.ts';
import { useNewestPage } from '../../lists/use-newest-page.ts';
import type { Filters } from '../../url/filters.ts';
import type { Bounds } from '../../url/time-range.ts';
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
  bounds: Bounds;
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

  useNewestPage('listEvents', wanted, {
    list,
    isLive,
    isHeld,
    orderOf,
    needsIt: () => rows.slice(0, PAGE_SIZE).some(isUnsettled),
    received,
  });

  return { ...list, rows, waiting: all.length - rows.length };
}
