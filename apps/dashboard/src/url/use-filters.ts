import { useMemo } from 'react';
import { useSearchParams } from 'wouter';
import { type FilterField, type Filters, parseFilters, withFilters } from './filters.ts';
import { parseRange, type TimeRange, withRange } from './time-range.ts';

export interface UrlFilters {
  filters: Filters;
  range: TimeRange | undefined;
  setFilters(filters: Filters): void;
  setRange(range: TimeRange | undefined): void;
}

/** The filters in the address of the page. Each change is a step that the browser's Back undoes. */
export function useFilters(fields: readonly FilterField[]): UrlFilters {
  const [search, setSearch] = useSearchParams();
  const filters = useMemo(() => parseFilters(search, fields), [search, fields]);
  const range = useMemo(() => parseRange(search), [search]);
  return {
    filters,
    range,
    setFilters: (next) => setSearch((before) => withFilters(before, fields, next)),
    setRange: (next) => setSearch((before) => withRange(before, next)),
  };
}
