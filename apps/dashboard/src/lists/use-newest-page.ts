import { useRef } from 'react';
import { queryClient } from '../api/query-client.ts';
import { type MergeOptions, mergeFirstPage, type Pages } from './merge-first-page.ts';
import { keyOfList, type ListOperation, type RowOf, readPage, type useList } from './use-list.ts';
import { useRefresh } from './use-refresh.ts';

interface NewestPageOptions<Row> extends MergeOptions<Row> {
  /** The list as it is read page by page. */
  list: Pick<ReturnType<typeof useList>, 'isPending' | 'error'>;
  /** The range of the list has no end. */
  isLive: boolean;
  /** Whether a row that is shown will change soon by itself. */
  needsIt: () => boolean;
  /** How many events the live feed has brought. */
  received: number;
}

/** Reads the newest page of a list again when events arrive, and while a shown row is under way. */
export function useNewestPage<Name extends ListOperation>(
  name: Name,
  wanted: Parameters<typeof keyOfList>[1],
  { list, isLive, isHeld, orderOf, needsIt, received }: NewestPageOptions<RowOf<Name>>,
): void {
  // For what is done later: the list may be scrolled meanwhile.
  const held = useRef(isHeld);
  held.current = isHeld;
  useRefresh({
    isEnabled: isLive && !list.isPending && list.error === null,
    needsIt,
    received,
    async refresh() {
      const fresh = await readPage(name, wanted);
      queryClient.setQueryData<Pages<typeof fresh>>(
        keyOfList(name, wanted),
        (before) => before && mergeFirstPage(before, fresh, { isHeld: held.current, orderOf }),
      );
    },
  });
}
