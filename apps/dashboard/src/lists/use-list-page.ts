import { type RefObject, useMemo, useRef, useState } from 'react';
import type { BulkChange } from '../changes/bulk-change.ts';
import { useShortcut } from '../keys/use-shortcut.ts';
import { readTimeMs } from '../time/clock.ts';
import type { DataListHandle } from '../ui/data-list.tsx';
import type { FilterField, Filters } from '../url/filters.ts';
import { type Bounds, boundsOf } from '../url/time-range.ts';
import { type UrlFilters, useFilters } from '../url/use-filters.ts';
import { type Hold, useHold } from './use-hold.ts';
import { type OpenRow, useOpenRow } from './use-open-row.ts';

/** What a page with a live list knows before the list is read. */
export interface ListPageState extends UrlFilters {
  fields: readonly FilterField[];
  /** Of the range. */
  bounds: Bounds;
  hold: Hold;
  open: OpenRow;
  listRef: RefObject<DataListHandle | null>;
  /** The change of many rows that is being asked about. */
  change: BulkChange | undefined;
  setChange: (change: BulkChange | undefined) => void;
}

/**
 * @param path of the page
 * @param failures the filters of the shortcut that shows only failures. Undefined: the list has nothing else
 */
export function useListPage(path: string, fields: readonly FilterField[], failures?: Filters): ListPageState {
  const url = useFilters(fields);
  const { filters, range, setFilters } = url;
  // The list begins where it began when the range was chosen: a moving start would read it again and again.
  const bounds = useMemo(() => boundsOf(range, readTimeMs()), [range]);
  const hold = useHold();
  const listRef = useRef<DataListHandle>(null);
  const open = useOpenRow(path);
  const [change, setChange] = useState<BulkChange>();
  useShortcut(
    'failures',
    () => setFilters(filters['status'] === failures?.['status'] ? {} : (failures ?? {})),
    failures !== undefined,
  );
  return { ...url, fields, bounds, hold, open, listRef, change, setChange };
}
