import { createClient, type FeedState, type Hookline } from '@hookline/client';
import type { Account } from '../config/choose-account.ts';
import type { FollowOptions, FollowState, Gateway } from './gateway.ts';
import { toCliError } from './to-cli-error.ts';

/**
 * A gateway as one account sees it.
 * @param send in place of the platform's `fetch`; a call is then tried once
 */
export function createGateway(account: Account, send?: typeof fetch): Gateway {
  const { url, key, keyFrom, profile } = account;
  const client = createClient({ url, key, ...(send === undefined ? {} : { fetch: send, retries: 0 }) });
  return {
    url,
    keyFrom,
    profile,
    async call(name, request, options) {
      try {
        // The request fits the name, which the compiler cannot see where the name is not known.
        return await (client.call as (...args: unknown[]) => Promise<never>)(name, request, options);
      } catch (error) {
        throw toCliError(error, account);
      }
    },
    follow: (options) => followFeed(client, options),
  };
}

function followFeed(client: Hookline, { filters, cursor, onEvent, onGap, onState }: FollowOptions) {
  const feed = client.feed({ filter: filters, ...(cursor === undefined ? {} : { cursor }) });
  feed.on('gap', ({ reason }) => onGap(reason));
  feed.on('state', (state) => {
    const followed = toFollowState(state, feed.cursor);
    if (followed !== undefined) onState(followed);
  });
  feed.on('*', ({ cursor: position, ...event }) => onEvent(event, position));
  return {
    get cursor() {
      return feed.cursor;
    },
    close: () => feed.close(),
  };
}

function toFollowState(state: FeedState, cursor: string | undefined): FollowState | undefined {
  switch (state.status) {
    case 'connecting':
    case 'waiting':
      return state;
    case 'live':
      return { status: 'live', cursor };
    case 'paused':
      // Only of a loop that is slower than the feed.
      return undefined;
    case 'closed':
      return state.error === undefined
        ? undefined
        : {
            status: 'refused',
            reason: state.reason,
            isAuthentication: state.error.code === 'unauthenticated',
          };
  }
}
