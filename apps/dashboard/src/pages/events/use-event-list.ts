import { useEffect, useMemo, useRef, useState } from 'react';
import { queryClient } from '../../api/query-client.ts';
import { useFeed, useFeedSnapshot } from '../../feed/feed-provider.tsx';
import { keyOfList, type List, PAGE_SIZE, readPage, useList } from '../../lists/use-list.ts';
import type { Filters } from '../../url/filters.ts';
import { type EventRow, isUnsettled, toEventRow } from './event-row.ts';
import { canMatchLive, matchesFilters } from './matches-filters.ts';
import { mergeFirstPage, type Pages, prependLive } from './merge-events.ts';

/** How often the newest page is read again while events arrive, or while a shown event is under way. */
const REFRESH_MS = 2_000;
/** The newest rows of the feed that are held against the list at each change. */
const LIVE_ROWS = 1_000;
const NONE: readonly EventRow[] = [];

export interface EventList extends List<EventRow> {
  /** Events that have arrived and are not shown, because rows must not move just now. */
  waiting: number;
}

interface EventListOptions {
  filters: Filters;
  bounds: { startDate?: string; endDate?: string };
  /** Rows must not move: the list is scrolled, paused, or the pointer is on it. */
  isHeld: boolean;
}

/** The events that match, newest first, with those of the live feed before they are in an answer of the API. */
export function useEventList({ filters, bounds, isHeld }: EventListOptions): EventList {
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

  // The ids sort by time, so whatever came after the newest shown event waits.
  const [heldAt, setHeldAt] = useState<string>();
  const newest = all[0]?.id;
  useEffect(() => {
    setHeldAt((before) => (isHeld ? (before ?? newest) : undefined));
  }, [isHeld, newest]);
  const rows = useMemo(
    () => (isHeld && heldAt !== undefined ? all.filter(({ id }) => id <= heldAt) : all),
    [all, isHeld, heldAt],
  );

  useRefresh({
    isEnabled: isLive && hasRead,
    needsIt: (receivedThen) => received !== receivedThen || rows.slice(0, PAGE_SIZE).some(isUnsettled),
    received,
    async refresh() {
      const fresh = await readPage('listEvents', wanted);
      queryClient.setQueryData<Pages<typeof fresh>>(
        keyOfList('listEvents', wanted),
        (before) => before && mergeFirstPage(before, fresh, held.current),
      );
    },
  });

  return { ...list, rows, waiting: all.length - rows.length };
}

interface RefreshOptions {
  isEnabled: boolean;
  /** @param received the count at the refresh before */
  needsIt: (received: number) => boolean;
  received: number;
  refresh: () => Promise<void>;
}

/** Refreshes at most every two seconds, one after the other, and only while the page is visible. */
function useRefresh(options: RefreshOptions): void {
  const latest = useRef(options);
  latest.current = options;
  const { isEnabled } = options;
  useEffect(() => {
    if (!isEnabled) return;
    let isRunning = false;
    let receivedThen = latest.current.received;
    const timer = setInterval(async () => {
      const { needsIt, received, refresh } = latest.current;
      if (isRunning || document.visibilityState === 'hidden' || !needsIt(receivedThen)) return;
      isRunning = true;
      receivedThen = received;
      try {
        await refresh();
      } catch {
        // The next one comes in two seconds, and the feed says when there is no connection.
      } finally {
        isRunning = false;
      }
    }, REFRESH_MS);
    return () => clearInterval(timer);
  }, [isEnabled]);
}
