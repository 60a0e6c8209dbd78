import { useEffect, useRef } from 'react';

/** How often the newest page is read again while events arrive, or while a shown row is under way. */
const REFRESH_MS = 2_000;

interface RefreshOptions {
  isEnabled: boolean;
  /** Whether the list may have changed, apart from what the live feed tells. */
  needsIt: () => boolean;
  /** How many events the live feed has brought: more of them need a refresh. */
  received: number;
  refresh: () => Promise<void>;
}

/** Refreshes at most every two seconds, one after the other, and only while the page is visible. */
export function useRefresh(options: RefreshOptions): void {
  const latest = useRef(options);
  latest.current = options;
  const { isEnabled } = options;
  useEffect(() => {
    if (!isEnabled) return;
    let isRunning = false;
    let receivedThen = latest.current.received;
    const timer = setInterval(async () => {
      const { needsIt, received, refresh } = latest.current;
      const isDue = received !== receivedThen || needsIt();
      if (isRunning || document.visibilityState === 'hidden' || !isDue) return;
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
