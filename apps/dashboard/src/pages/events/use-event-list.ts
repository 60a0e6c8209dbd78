import type { OperationQuery } from '@hookline/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { queryClient } from '../../api/query-client.ts';
import { call } from '../../api/use-call.ts';
import { useFeed, useFeedSnapshot } from '../../feed/feed-provider.tsx';
import type { Filters } from '../../url/filters.ts';
import { type EventRow, isUnsettled, toEventRow } from './event-row.ts';
import { canMatchLive, matchesFilters } from './matches-filters.ts';
import { mergeFirstPage, prependLive } from './merge-events.ts';

const PAGE_SIZE = 100;
/** How often the newest page is read again while events arrive, or while a shown event is under way. */
const REFRESH_MS = 2_000;
/** The newest rows of the feed that are held against the list at each change. */
const LIVE_ROWS = 1_000;
const NONE: readonly EventRow[] = [];
/** A page of a rare filter may have no events. Pages are read until there are this many, or so many pages had none. */
const FIRST_ROWS = 20;
const SEARCHED_PAGES = 10;

export interface EventList {
  rows: readonly EventRow[];
  /** Events that have arrived and are not shown, because rows must not move just now. */
  waiting: number;
  isPending: boolean;
  /** Older events are looked at, because so few of the newer ones match. */
  isSearching: boolean;
  error: unknown;
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore: () => void;
  retry: () => void;
}

interface EventListOptions {
  filters: Filters;
  bounds: { startDate?: string; endDate?: string };
  /** Rows must not move: the list is scrolled, paused, or the pointer is on it. */
  isHeld: boolean;
}

/** The events that match, newest first, with those of the live feed before they are in an answer of the API. */
export function useEventList({ filters, bounds, isHeld }: EventListOptions): EventList {
  const queryKey = ['listEvents', { ...filters, ...bounds }];
  const list = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => readPage({ ...filters, ...bounds }, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ page }) => page.nextCursor ?? undefined,
    // It is kept up to date page by page, below. Reading every page again would move rows.
    staleTime: Number.POSITIVE_INFINITY,
  });

  const pages = list.data?.pages ?? [];
  const emptyPages = pages.length - 1 - pages.findLastIndex(({ data }) => data.length > 0);
  const rowCount = pages.reduce((sum, { data }) => sum + data.length, 0);
  const isSearching =
    list.hasNextPage && list.error === null && rowCount < FIRST_ROWS && emptyPages < SEARCHED_PAGES;
  const { fetchNextPage, isFetching } = list;
  useEffect(() => {
    if (isSearching && !isFetching) void fetchNextPage();
  }, [isSearching, isFetching, fetchNextPage]);

  const isLive = bounds.endDate === undefined;
  // For what is done later: the list may be scrolled meanwhile.
  const held = useRef(isHeld);
  held.current = isHeld;
  const feed = useFeed();
  const { received } = useFeedSnapshot();
  const listed = useMemo<readonly EventRow[]>(
    () => list.data?.pages.flatMap(({ data }) => data) ?? NONE,
    [list.data],
  );
  const live = useMemo(
    () =>
      isLive && list.data && canMatchLive(filters)
        ? feed
            .newest(Math.min(received, LIVE_ROWS))
            .map(toEventRow)
            .filter((row) => matchesFilters(row, filters))
        : NONE,
    [isLive, list.data, filters, feed, received],
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
    isEnabled: isLive && list.data !== undefined,
    needsIt: (receivedThen) => received !== receivedThen || rows.slice(0, PAGE_SIZE).some(isUnsettled),
    received,
    async refresh() {
      const fresh = await readPage({ ...filters, ...bounds });
      queryClient.setQueryData<typeof list.data>(
        queryKey,
        (before) => before && mergeFirstPage(before, fresh, held.current),
      );
    },
  });

  return {
    rows,
    waiting: all.length - rows.length,
    isPending: list.isPending,
    isSearching,
    error: list.error,
    hasMore: list.hasNextPage,
    isLoadingMore: list.isFetchingNextPage,
    loadMore: () => {
      if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage();
    },
    retry: () => void list.refetch(),
  };
}

/** The filters are texts under the names of the parameters, and the gateway checks them. */
function readPage(filters: Filters, cursor?: string, signal?: AbortSignal) {
  const query: Record<string, unknown> = { ...filters, limit: PAGE_SIZE, cursor };
  return call('listEvents', { query: query as OperationQuery<'listEvents'> }, signal);
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
