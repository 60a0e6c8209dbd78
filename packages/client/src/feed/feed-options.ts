import type { KeySource } from '../client-options.ts';
import type { FeedFilter } from '../contracts.ts';
import type { HooklineError } from '../errors.ts';
import type { EventData, EventPattern } from '../event-map.ts';

/**
 * An event in the feed. `data` is the payload: JSON, parsed. It is null, and `dataOmitted` is true, if the payload is
 * larger than 256 KB; `events.get(id)` has it.
 */
export interface FeedEvent<Type extends string = string> {
  id: string;
  type: string;
  source: string;
  subject?: string;
  time: string;
  userId: string;
  provider: string;
  action?: string;
  repository?: string;
  providerDeliveryId?: string;
  receivedAt: string;
  via: string;
  data: EventData<Type>;
  /** Only of a feed with `raw`: the bytes of the payload in base64. `data` is null then. */
  raw?: string;
  dataOmitted?: true;
  /** The position after this event. Pass it to `feed` to continue there. */
  cursor: string;
}

/**
 * Why events are missing:
 * - `too_old`: the gateway no longer has them;
 * - `too_many`: more than 1,000 were missed, and the gateway sends none of them;
 * - `other_stream`: the events were deleted, or restored from another installation;
 * - `ahead`: the gateway has lost its newest events;
 * - `invalid_cursor`: the text is not a cursor.
 */
export type FeedGapReason = 'too_old' | 'too_many' | 'other_stream' | 'invalid_cursor' | 'ahead';

/** Events were missed and the feed cannot send them: read them with `events.list`. */
export interface FeedGap {
  reason: FeedGapReason;
  filter: FeedFilter;
}

/**
 * - `connecting`: until the gateway has acknowledged every filter;
 * - `live`: events that are published now arrive;
 * - `waiting`: the connection failed, the next one follows after `delayMs`;
 * - `paused`: 1,000 events are held for a slow consumer; the feed continues when they are taken;
 * - `closed`: for good. `error` is undefined after `close()`.
 */
export type FeedState =
  | { status: 'connecting' }
  | { status: 'live' }
  | { status: 'waiting'; delayMs: number; reason: string }
  | { status: 'paused' }
  | { status: 'closed'; reason: string; error: HooklineError | undefined };

export interface FeedOptions {
  /** The events to follow; several filters are ORed. Default: every event that the key may see. */
  filter?: FeedFilter | readonly FeedFilter[];
  /** The cursor of an earlier feed (`feed.cursor`): the events since then arrive first. */
  cursor?: string;
  /**
   * Whether events have the payload's bytes (`raw`) in place of `data`, so that a signature of the payload still
   * verifies.
   */
  raw?: boolean;
  /**
   * The key of the feed. Default: the client's. A function is called before each connection and before the key expires.
   * It throws a `FeedUnauthorizedError` to end the feed; after any other error the feed tries again.
   */
  token?: KeySource;
  /** Waits between connections: the first one, doubled each time up to the longest. Default: 500 ms and 30 s. */
  reconnect?: { firstDelayMs: number; longestDelayMs: number };
}

/** Ends a subscription of `on`. */
export type Off = () => void;

/**
 * The live feed. Take its events with `for await`, with `on`, or with both: then each event reaches the listeners first.
 *
 * Each event arrives once and in order; after a failure the feed continues where it was. Up to 1,000 events are held for
 * a consumer that is slower than the feed. When they are taken, the feed continues at its position, and reports a gap if
 * the gateway no longer sends what was published in between.
 */
export interface Feed extends AsyncIterable<FeedEvent> {
  readonly state: FeedState;
  /**
   * The position after the last event that was handled: the loop has asked for the next one, or the listeners have
   * returned. Store it to continue here in another process. Undefined before the first acknowledgement.
   */
  readonly cursor: string | undefined;
  on(name: 'gap', listener: (gap: FeedGap) => void): Off;
  on(name: 'state', listener: (state: FeedState) => void): Off;
  /**
   * Calls the listener for each event of a type and of every type below it: `github.push`, `github.*`, `*`. A name of one
   * part also names an event of GitHub: `push`.
   */
  on<Pattern extends EventPattern>(pattern: Pattern, listener: (event: FeedEvent<Pattern>) => void): Off;
  /** Resolves when the feed is live: events published after that arrive. Rejects when the feed is closed. */
  live(): Promise<void>;
  /** Ends the feed. A loop ends after the events that are held. */
  close(): void;
}
