import type { OperationAnswer, OperationName, OperationQuery } from '@hookline/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { call } from '../api/use-call.ts';
import type { Filters } from '../url/filters.ts';

/** One page of a list, as every list of the API answers. */
export interface Page<Row> {
  data: readonly Row[];
  page: { nextCursor: string | null; hasMore: boolean };
}

/** The operations that read a list. */
export type ListOperation = {
  [Name in OperationName]: OperationAnswer<Name> extends Page<unknown> ? Name : never;
}[OperationName];

export type RowOf<Name extends ListOperation> =
  OperationAnswer<Name> extends { data: readonly (infer Row)[] } ? Row : never;

export interface List<Row> {
  rows: readonly Row[];
  /** Nothing has been read yet. */
  isPending: boolean;
  /** Further pages are read by themselves, because so few rows of the first ones match. */
  isSearching: boolean;
  error: unknown;
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore: () => void;
  retry: () => void;
}

export const PAGE_SIZE = 100;
/** A page of a rare filter may have no rows. Pages are read until there are this many, or so many pages had none. */
const FIRST_ROWS = 20;
const SEARCHED_PAGES = 10;

/** The filters are texts under the names of the parameters, and the gateway checks them. */
export function readPage<Name extends ListOperation>(
  name: Name,
  filters: Filters,
  cursor?: string,
  signal?: AbortSignal,
): Promise<Page<RowOf<Name>>> {
  const query: Record<string, unknown> = { ...filters, limit: PAGE_SIZE, cursor };
  const request = { query: query as OperationQuery<Name> };
  return call(name, request as never, signal) as unknown as Promise<Page<RowOf<Name>>>;
}

/** The key of a list in the cache. */
export const keyOfList = (name: ListOperation, filters: Filters) => [name, 'pages', filters];

interface ListState {
  /** The caller keeps the pages fresh: they are not read again by themselves. */
  isKeptFresh?: boolean;
}

/** A list of the API, page by page. */
export function useList<Name extends ListOperation>(
  name: Name,
  filters: Filters,
  { isKeptFresh = false }: ListState = {},
): List<RowOf<Name>> {
  const { data, error, isPending, hasNextPage, isFetching, isFetchingNextPage, fetchNextPage, refetch } =
    useInfiniteQuery({
      queryKey: keyOfList(name, filters),
      queryFn: ({ pageParam, signal }) => readPage(name, filters, pageParam, signal),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: ({ page }) => page.nextCursor ?? undefined,
      ...(isKeptFresh && { staleTime: Number.POSITIVE_INFINITY }),
    });
  const pages = data?.pages;
  const rows = useMemo(() => pages?.flatMap((page) => page.data) ?? [], [pages]);
  const emptyPages = pages ? pages.length - 1 - pages.findLastIndex((page) => page.data.length > 0) : 0;
  const isSearching =
    hasNextPage && error === null && rows.length < FIRST_ROWS && emptyPages < SEARCHED_PAGES;
  useEffect(() => {
    if (isSearching && !isFetching) void fetchNextPage();
  }, [isSearching, isFetching, fetchNextPage]);
  return {
    rows,
    isPending,
    isSearching,
    error,
    hasMore: hasNextPage,
    isLoadingMore: isFetchingNextPage,
    loadMore: () => {
      if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
    },
    retry: () => void refetch(),
  };
}
