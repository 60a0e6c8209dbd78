import { useEffect } from 'react';
import { useLocation, useSearch } from 'wouter';
import { useOpenLookup } from '../../shell/lookup-context.ts';

/** `/search?q=…`, to which `hookline open` leads with an id that has no page: the lookup, over the overview. */
export default function SearchPage() {
  const search = useSearch();
  const openLookup = useOpenLookup();
  const [, navigate] = useLocation();
  useEffect(() => {
    openLookup(new URLSearchParams(search).get('q') ?? '');
    navigate('/', { replace: true });
  }, [search, openLookup, navigate]);
  return null;
}
