import { createContext, type ReactNode, use, useEffect, useState, useSyncExternalStore } from 'react';
import { hookline } from '../api/client.ts';
import { keyOf, queryClient } from '../api/query-client.ts';
import { useCan } from '../session/access.ts';
import { createFeedStore, type FeedSnapshot, type FeedStore } from './feed-store.ts';

const FeedContext = createContext<FeedStore | undefined>(undefined);

/** Lists whose contents an event changes. They are marked as stale, and asked for again when they are next looked at. */
const CHANGED_BY_EVENTS = [
  'getEventStats',
  'getStatistics',
  'getTimeline',
  'getLedger',
  'getActivity',
] as const;
/** Many events make one list stale once. */
const MARK_EVERY_MS = 5_000;

/** One connection to the live feed for all pages. */
export function FeedProvider({ children }: { children: ReactNode }) {
  const [store] = useState(() => createFeedStore());
  const mayFollow = useCan('events:read');
  useEffect(() => (mayFollow ? follow(store) : undefined), [store, mayFollow]);
  return <FeedContext value={store}>{children}</FeedContext>;
}

function follow(store: FeedStore): () => void {
  let markTimer: ReturnType<typeof setTimeout> | undefined;
  const feed = hookline.feed();
  const offs = [
    feed.on('*', (event) => {
      store.add(event);
      markTimer ??= setTimeout(() => {
        markTimer = undefined;
        markStale();
      }, MARK_EVERY_MS);
    }),
    feed.on('gap', () => {
      store.noteGap();
      markStale();
    }),
    feed.on('state', (state) => {
      store.setState(state);
      // Browsers do not say why a connection failed. If the session has ended, this call finds out.
      if (state.status === 'waiting') void queryClient.invalidateQueries({ queryKey: keyOf('getSession') });
    }),
  ];
  store.setState(feed.state);
  return () => {
    clearTimeout(markTimer);
    for (const off of offs) off();
    feed.close();
  };
}

function markStale(): void {
  for (const name of CHANGED_BY_EVENTS) void queryClient.invalidateQueries({ queryKey: keyOf(name) });
}

export function useFeed(): FeedStore {
  const store = use(FeedContext);
  if (!store) throw new Error('useFeed is used outside of the FeedProvider');
  return store;
}

export function useFeedSnapshot(): FeedSnapshot {
  const store = useFeed();
  return useSyncExternalStore(store.subscribe, store.getSnapshot);
}
