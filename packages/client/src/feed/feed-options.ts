import type { FeedEvent, FeedFilter, FeedGapReason } from '@hookline/contracts';

export interface FeedOptions {
  /**
   * The gateway's address, such as `https://hooks.example.com`. An address with a path is the address of the feed.
   */
  url: string;
  /** An API key or a JWT. A function is called before each connection, for tokens that expire. */
  token: string | (() => string | Promise<string>);
  /** The events to follow. Default: every event that the token may see. */
  filter?: FeedFilter;
  /** Several filters instead of `filter`. An event that matches more than one arrives once. */
  filters?: readonly FeedFilter[];
  /** The cursor of an earlier feed (`feed.cursor`): the events since then arrive first. */
  cursor?: string;
  /**
   * Called once for each event, in order. The cursor advances when it returns. Errors that it throws are not caught.
   */
  onEvent: (event: FeedEvent, info: FeedEventInfo) => void;
  /** Called when events were missed and the feed cannot send them: read them from the HTTP API. */
  onGap?: (gap: FeedGap) => void;
  onStateChange?: (state: FeedState) => void;
  /**
   * Waits between connections: the first one, doubled each time up to the longest. Default: 500 ms and 30 s.
   */
  reconnect?: { firstDelayMs: number; longestDelayMs: number };
}

export interface FeedEventInfo {
  /** The cursor to resume after this event. */
  cursor: string;
}

export interface FeedGap {
  reason: FeedGapReason;
  filter: FeedFilter;
}

/**
 * `connecting` until every filter is acknowledged, then `live`. When the connection fails: `waiting`, then
 * `connecting` again. `closed` is final: `close()` was called, or the gateway refused the token or a filter.
 */
export type FeedState =
  | { status: 'connecting' }
  | { status: 'live' }
  | { status: 'waiting'; delayMs: number; reason: string }
  | { status: 'closed'; reason: string; code?: number };

export interface Feed {
  readonly state: FeedState;
  /** Store it to continue here in another process. Undefined before the first acknowledgement. */
  readonly cursor: string | undefined;
  /** Resolves when the feed is live: events published after that arrive. Rejects when the feed is closed. */
  live(): Promise<void>;
  close(): void;
}
