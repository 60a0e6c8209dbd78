import { useMemo } from 'react';
import { useSearchParams } from 'wouter';
import { type FilterField, type Filters, parseFilters, withFilters } from './filters.ts';
import { parseRange, type TimeRange, withRange } from './time-range.ts';

export interface UrlFilters {
  filters: Filters;
  range: TimeRange | undefined;
  setFilters(filters: Filters): void;
  setRange(range: TimeRange | undefined): void;
  /** Removes all filters and the range. */
  clear(): void;
}

/** The filters in the address of the page. Each change is a step that the browser's Back undoes. */
export function useFilters(fields: readonly FilterField[]): UrlFilters {
  const [search, setSearch] = useSearchParams();
  // The same objects as long as what they say is the same, whatever else changes in the address.
  const filterText = new URLSearchParams(parseFilters(search, fields)).toString();
  const rangeText = withRange(new URLSearchParams(), parseRange(search)).toString();
  const filters = useMemo(() => Object.fromEntries(new URLSearchParams(filterText)), [filterText]);
  const range = useMemo(() => parseRange(new URLSearchParams(rangeText)), [rangeText]);
  return {
    filters,
    range,
    setFilters: (next) => setSearch((before) => withFilters(before, fields, next)),
    setRange: (next) => setSearch((before) => withRange(before, next)),
    clear: () => setSearch((before) => withRange(withFilters(before, fields, {}), undefined)),
  };
}
