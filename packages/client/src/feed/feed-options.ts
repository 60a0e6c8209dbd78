import type { FeedEvent, FeedFilter, FeedGapReason } from '@hookline/contracts';

export interface FeedOptions {
  /** The gateway's address, e.g. `https://hooks.example.com`; with a path, the feed's own. */
  url: string;
  /** An API key or a JWT; a function is asked before each connection, for tokens that run out. */
  token: string | (() => string | Promise<string>);
  /** What to follow; without it, everything that the token may see. */
  filter?: FeedFilter;
  /** Several, in place of `filter`: an event that matches any of them comes once. */
  filters?: readonly FeedFilter[];
  /** Where an earlier feed stopped (`feed.cursor`): what was missed since comes first. */
  cursor?: string;
  /** Called once for each event, in order. The cursor moves on when it returns; what it throws is not caught. */
  onEvent: (event: FeedEvent, info: FeedEventInfo) => void;
  /** Events were missed that the feed no longer has, or too many: ask the API for them. */
  onGap?: (gap: FeedGap) => void;
  onStateChange?: (state: FeedState) => void;
  /** Waits before connecting again: the first, doubled each time up to the longest. Default 500 ms and 30 s. */
  reconnect?: { firstDelayMs: number; longestDelayMs: number };
}

export interface FeedEventInfo {
  /** Come back with it to get what follows this event. */
  cursor: string;
}

export interface FeedGap {
  reason: FeedGapReason;
  filter: FeedFilter;
}

/**
 * `connecting` until every filter is acknowledged, then `live`. When the connection breaks: `waiting`, then
 * `connecting` again. `closed` is the end: `close()` was called, or the gateway refuses the token or a filter.
 */
export type FeedState =
  | { status: 'connecting' }
  | { status: 'live' }
  | { status: 'waiting'; delayMs: number; reason: string }
  | { status: 'closed'; reason: string; code?: number };

export interface Feed {
  readonly state: FeedState;
  /** Store it to go on from here in another process; undefined before the first acknowledgement. */
  readonly cursor: string | undefined;
  /** Resolves when the feed is live: what is published from then on arrives. Rejects when it is closed. */
  live(): Promise<void>;
  close(): void;
}
