import type { FeedEvent, FeedFilter, FeedGapReason } from '@hookline/contracts';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import type { FollowedFeed, FollowState, Gateway } from '../gateway/gateway.ts';
import { readMissed } from './read-missed.ts';

/** Where a feed begins. Without either it begins now. */
export interface FeedStart {
  cursor?: string | undefined;
  /** The last event that was handled, for a cursor that is too old. */
  afterEventId?: string | undefined;
  afterTimeMs?: number | undefined;
  /** Events that were handled already. */
  handled?: readonly string[];
}

export type ReaderState =
  | FollowState
  /** The feed no longer goes back far enough: the events between are read from the API. */
  | { status: 'catching-up'; reason: FeedGapReason | 'start' }
  /** So many events are held that no more are taken until some are answered. */
  | { status: 'full'; held: number };

export interface FeedReaderOptions {
  gateway: Gateway;
  filters: readonly FeedFilter[];
  start: FeedStart;
  onEvent(event: FeedEvent, cursor: string | undefined): void;
  /** The feed has come this far, whether or not an event matched. */
  onPosition(cursor: string): void;
  onState(state: ReaderState): void;
  /** Events of which it is known that they are lost for this command. */
  onLost(message: string): void;
  onError(error: unknown): void;
  /** How many events wait for an answer. */
  held(): number;
}

/** Most events that wait for a local answer. Further ones stay on the server. */
export const MAX_HELD = 1_000;
/** Ids to remember, so that no event is passed on twice. */
const REMEMBERED = 25_000;

/**
 * Follows a feed so that every event arrives once: continues at a cursor, reads from the API what the feed no longer
 * has, and stops taking events while too many wait.
 */
export class FeedReader {
  readonly #options: FeedReaderOptions;
  readonly #seen = new Set<string>();
  #feed: FollowedFeed | undefined;
  #cursor: string | undefined;
  #lastEventId: string | undefined;
  /** Events that came while missed ones are read: those are older. */
  #waiting: { event: FeedEvent; cursor: string }[] | undefined;
  #isClosed = false;

  constructor(options: FeedReaderOptions) {
    this.#options = options;
    const { cursor, afterEventId, handled = [] } = options.start;
    this.#cursor = cursor;
    this.#lastEventId = afterEventId;
    for (const id of handled) this.#seen.add(id);
  }

  start(): void {
    const { afterTimeMs, afterEventId } = this.#options.start;
    if (this.#cursor === undefined && (afterTimeMs !== undefined || afterEventId !== undefined)) {
      this.#waiting = [];
      this.#follow();
      void this.#catchUp('start', afterTimeMs === undefined ? undefined : { timeMs: afterTimeMs });
    } else this.#follow();
  }

  /** Where the feed has come to, also while no event matches. Undefined while older events are read. */
  get position(): string | undefined {
    return this.#waiting === undefined ? this.#feed?.cursor : undefined;
  }

  /** Call it when events were answered: a feed that was full goes on. */
  resume(): void {
    if (this.#isClosed || this.#feed !== undefined || this.#options.held() > MAX_HELD / 2) return;
    this.#follow();
  }

  close(): void {
    this.#isClosed = true;
    this.#feed?.close();
    this.#feed = undefined;
  }

  #follow(): void {
    const { gateway, filters, onState, onPosition } = this.#options;
    onState({ status: 'connecting' });
    const feed = gateway.follow({
      filters,
      ...(this.#cursor === undefined ? {} : { cursor: this.#cursor }),
      onEvent: (event, cursor) => this.#take(event, cursor),
      onGap: (reason) => {
        this.#waiting ??= [];
        void this.#catchUp(reason, undefined);
      },
      onState: (state) => {
        if (this.#feed !== undefined && this.#feed !== feed) return;
        if (state.status === 'live' && state.cursor !== undefined && this.#waiting === undefined) {
          this.#cursor = state.cursor;
          onPosition(state.cursor);
        }
        onState(state);
      },
    });
    this.#feed = feed;
  }

  #take(event: FeedEvent, cursor: string): void {
    this.#cursor = cursor;
    if (this.#waiting !== undefined) {
      // Bounded: beyond this they are read from the API again.
      this.#waiting.push({ event, cursor });
      return;
    }
    this.#pass(event, cursor);
  }

  #pass(event: FeedEvent, cursor: string | undefined): void {
    if (this.#isClosed || this.#seen.has(event.id)) return;
    this.#seen.add(event.id);
    if (this.#seen.size > REMEMBERED)
      for (const oldest of this.#seen) {
        this.#seen.delete(oldest);
        break;
      }
    this.#lastEventId = event.id;
    this.#options.onEvent(event, cursor);
    const held = this.#options.held();
    if (held < MAX_HELD || this.#feed === undefined) return;
    this.#feed.close();
    this.#feed = undefined;
    this.#options.onState({ status: 'full', held });
  }

  async #catchUp(reason: FeedGapReason | 'start', from: { timeMs: number } | undefined): Promise<void> {
    const { gateway, filters, onState, onLost, onError } = this.#options;
    const after = from ?? (this.#lastEventId === undefined ? undefined : { eventId: this.#lastEventId });
    try {
      if (after === undefined) {
        onLost(
          `The feed no longer has the events since its position (${reason}), and none was handled before.`,
        );
      } else {
        onState({ status: 'catching-up', reason });
        const { events, isCut } = await readMissed(gateway, filters, after);
        if (isCut)
          onLost(
            `More than ${events.length} events were missed: the older ones are not sent. "hookline events" lists them.`,
          );
        // Without a cursor of their own: a `listen` that is killed now begins again at the last answered one.
        for (const event of events) this.#pass(event, undefined);
      }
    } catch (error) {
      onError(error);
    }
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const { event, cursor } of waiting) this.#pass(event, cursor);
  }
}

/** The error with which a command ends when the gateway refuses its feed. */
export function refusedError(
  gateway: Gateway,
  { reason, isAuthentication }: Extract<FollowState, { status: 'refused' }>,
) {
  return isAuthentication
    ? new CliError(
        EXIT.notAuthenticated,
        `${gateway.url} does not accept the key of ${gateway.keyFrom}: ${reason}`,
      )
    : new CliError(EXIT.error, `The gateway refuses this feed: ${reason}`);
}
