import { useCallback, useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';
import { useMediaQuery } from '../ui/use-media-query.ts';

/** The detail is beside the list in windows that are at least this wide. */
const WIDE = '(min-width: 80rem)';
/** The parameter of the address that says which row is open beside the list. */
const OPEN = 'open';

export interface OpenRow {
  /** The row whose detail is beside the list. Undefined in narrow windows, where a row has a page of its own. */
  id: string | undefined;
  /** Where a row leads: beside the list, or to its page. */
  hrefOf: (id: string) => string;
  /** Its page in full width. */
  pageOf: (id: string) => string;
  /** Opens a row beside the list without a step for the browser's Back. Undefined: closes. */
  show: (id: string | undefined) => void;
}

/** @param path of the list: `/events` */
export function useOpenRow(path: string): OpenRow {
  const isWide = useMediaQuery(WIDE);
  const search = useSearch();
  const [, navigate] = useLocation();
  const id = (isWide && new URLSearchParams(search).get(OPEN)) || undefined;
  const besideOf = useCallback(
    (row: string | undefined) => {
      const next = new URLSearchParams(search);
      if (row === undefined) next.delete(OPEN);
      else next.set(OPEN, row);
      return next.size === 0 ? path : `${path}?${next}`;
    },
    [path, search],
  );
  return useMemo(() => {
    const pageOf = (row: string) => `${path}/${encodeURIComponent(row)}`;
    return {
      id,
      pageOf,
      hrefOf: (row) => (isWide ? besideOf(row) : pageOf(row)),
      show: (row) => navigate(besideOf(row), { replace: true }),
    };
  }, [id, path, isWide, besideOf, navigate]);
}
