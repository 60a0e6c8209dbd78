import { connectFeed, createApiClient, type OperationName } from '@hookline/client';
import type { Account } from '../config/choose-account.ts';
import type { FollowOptions, FollowState, Gateway } from './gateway.ts';
import { toCliError } from './to-cli-error.ts';

/** Close codes of the feed that say that the key is not accepted. */
const UNAUTHENTICATED = 4001;

/**
 * A gateway as one account sees it.
 * @param send in place of the platform's `fetch`
 */
export function createGateway(account: Account, send?: typeof fetch): Gateway {
  const { url, key, keyFrom, profile } = account;
  const client = createApiClient({
    baseUrl: url,
    apiKey: key,
    ...(send === undefined ? {} : { fetch: send }),
  });
  return {
    url,
    keyFrom,
    profile,
    async call(name, request) {
      try {
        const send = client[name as OperationName] as (request?: unknown) => Promise<never>;
        return await send(request);
      } catch (error) {
        throw toCliError(error, account);
      }
    },
    follow(options) {
      return followFeed(account, options);
    },
  };
}

function followFeed({ url, key }: Account, options: FollowOptions) {
  const { filters, cursor, onEvent, onGap, onState } = options;
  const feed = connectFeed({
    url,
    token: key,
    filters,
    ...(cursor === undefined ? {} : { cursor }),
    onEvent: (event, info) => onEvent(event, info.cursor),
    onGap: ({ reason }) => onGap(reason),
    onStateChange(state) {
      if (state.status === 'closed') {
        if (state.reason === CLOSED_BY_US) return;
        onState({
          status: 'refused',
          reason: state.reason,
          isAuthentication: state.code === UNAUTHENTICATED,
        });
      } else if (state.status === 'live') onState({ status: 'live', cursor: feed.cursor });
      else onState(state satisfies FollowState);
    },
  });
  return {
    get cursor() {
      return feed.cursor;
    },
    close: () => feed.close(),
  };
}

const CLOSED_BY_US = 'close() was called';
