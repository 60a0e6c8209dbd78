import { useCallback } from 'react';
import { useLocation } from 'wouter';

/** Not every browser has it. */
interface Navigation {
  canGoBack: boolean;
}

/** Leads back to where one came from, with its filters; to a given page if one came from nowhere. */
export function useBack(otherwise: string): () => void {
  const [, navigate] = useLocation();
  return useCallback(() => {
    const { navigation } = globalThis as { navigation?: Navigation };
    if (navigation?.canGoBack) history.back();
    else navigate(otherwise);
  }, [navigate, otherwise]);
}
