import Type, { type Static } from 'typebox';
import { EventTypePattern } from './api/common.ts';

/**
 * The live feed at `/ws/webhooks`: JSON text frames, one message a frame.
 *
 * A client authenticates with `Authorization: Bearer` on the upgrade, or (browsers) with an `authenticate` message
 * within five seconds; `ready` is the answer. Each `subscribe` is answered by `subscribed` before its first event,
 * or by `error`.
 *
 * Coming back: for each subscription a client keeps the cursor of the last frame it has handled, its `subscribed`
 * being the first that counts, and sends it with the next `subscribe`. Everything that matched since is then sent
 * before anything new, or `subscribed` says with `gap` that something is missing. Delivery is at least once: an
 * event that was sent just before the connection broke may come again, under the same event id.
 */
export const FEED_PATH = '/ws/webhooks';

/** What one connection may ask for. More is answered by `error`, or, where it says so, cut off. */
export const FEED_LIMITS = {
  /** Of one connection. */
  subscriptions: 20,
  /** Of one filter: number of `eventType`s times number of `repository`s. */
  filterCombinations: 200,
  /** A client that missed more is told of a gap and is sent none of it. */
  replayedEvents: 1_000,
  replayedBytes: 16 * 1024 * 1024,
  /** A larger payload is left out of the frame, which says so. */
  payloadBytes: 256 * 1024,
  /** Of a message from the client; a longer one ends the connection. */
  messageBytes: 16 * 1024,
} as const;

const RepositoryPattern = Type.String({ minLength: 1, maxLength: 200, pattern: '^(\\*|[^*]+(/\\*)?)$' });

const filterFields = {
  /**
   * Type patterns, as endpoints have them (event-type-pattern.ts): `github.*`, `project.created`, or the name of a
   * GitHub event: `workflow_job`.
   */
  eventType: Type.Optional(
    Type.Union([EventTypePattern, Type.Array(EventTypePattern, { minItems: 1, maxItems: 50 })]),
  ),
  /** `org/repo`, or `org/*` for everything below `org/`. */
  repository: Type.Optional(
    Type.Union([RepositoryPattern, Type.Array(RepositoryPattern, { minItems: 1, maxItems: 50 })]),
  ),
  provider: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  /** Operators only: one tenant's events. Operators get all tenants without it. */
  userId: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
};

/** What a subscription wants; fields are ANDed, values in a list are ORed, an absent field matches everything. */
export const FeedFilter = Type.Object(filterFields, { additionalProperties: false });
export type FeedFilter = Static<typeof FeedFilter>;

const SubscriptionId = Type.String({ minLength: 1, maxLength: 64 });

const exactly = { additionalProperties: false } as const;

/** A field that a message does not have is an error that names the field. */
export const FeedClientMessage = Type.Union([
  /** Sent again on an authenticated connection it extends it: the same tenant or role with a fresher token. */
  Type.Object({ type: Type.Literal('authenticate'), token: Type.String({ maxLength: 8_192 }) }, exactly),
  Type.Object(
    {
      /** All three mean the same. */
      type: Type.Union([
        Type.Literal('subscribe'),
        Type.Literal('subscribe:webhook-events'),
        Type.Literal('subscribe:repository'),
      ]),
      /** The client's own name for the subscription; comes back in `subscribed` and in each event. */
      id: Type.Optional(SubscriptionId),
      filter: Type.Optional(FeedFilter),
      /** In place of `filter`: the filter's fields beside the type. */
      ...filterFields,
      /** Where the client stopped. What it missed since is sent first. */
      cursor: Type.Optional(Type.String({ maxLength: 64 })),
    },
    exactly,
  ),
  Type.Object({ type: Type.Literal('unsubscribe'), id: SubscriptionId }, exactly),
  Type.Object({ type: Type.Literal('pong') }, exactly),
]);
export type FeedClientMessage = Static<typeof FeedClientMessage>;

/**
 * Why a client was not given what it missed since its cursor:
 * - `too_old`: the stream no longer goes back that far;
 * - `too_many`: more than FEED_LIMITS allow;
 * - `other_stream`: the cursor is of a stream that has since been wiped or made anew;
 * - `ahead`: the stream has lost its end (restored from an older copy), the cursor points beyond it;
 * - `invalid_cursor`: the text is not a cursor.
 */
export type FeedGapReason = 'too_old' | 'too_many' | 'other_stream' | 'invalid_cursor' | 'ahead';

/** Why a message of the client was refused; the connection goes on. */
export type FeedErrorCode =
  | 'invalid_message'
  | 'forbidden'
  | 'filter_too_large'
  | 'too_many_subscriptions'
  | 'duplicate_subscription'
  | 'unknown_subscription';

export type FeedServerMessage =
  | { type: 'ready'; cursor: string; pingSeconds: number }
  /** `replayed`: how many events that the client missed follow, before anything new. `cursor`: from where. */
  | { type: 'subscribed'; id: string; cursor: string; replayed: number; gap?: { reason: FeedGapReason } }
  | { type: 'unsubscribed'; id: string }
  /** `ids`: the subscriptions that matched. */
  | { type: 'event'; cursor: string; ids: string[]; event: FeedEvent }
  /** Sent every `pingSeconds`; answer with `pong`. The cursor moves on even when no event matched. */
  | { type: 'ping'; cursor: string }
  | { type: 'error'; code: FeedErrorCode; message: string; id?: string };

/** An event as the feed shows it. `data` is the payload; null with `dataOmitted` when it is too large for a frame. */
export interface FeedEvent {
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
  data: unknown;
  dataOmitted?: true;
}

/**
 * Close codes. 4000–4099: do not come back as you are. 4100–4199: come back after a while, with your cursor.
 * 4200–4299: come back at once, with your cursor.
 */
export const FEED_CLOSE = {
  unauthenticated: 4001,
  malformed: 4002,
  tooManyCommands: 4101,
  overloaded: 4102,
  slowConsumer: 4108,
  noPong: 4109,
  /** The token has run out; come back with a new one. */
  expired: 4110,
  restarting: 4200,
  behind: 4201,
} as const;

/**
 * A cursor is `<stream incarnation>-<sequence>`. The incarnation tells a cursor of an earlier stream (wiped or
 * restored) from one of this stream, whose sequences mean other events.
 */
export function formatCursor(incarnation: string, sequence: number): string {
  return `${incarnation}-${sequence}`;
}

/** @returns undefined when the text is not a cursor */
export function parseCursor(cursor: string): { incarnation: string; sequence: number } | undefined {
  const match = /^([a-z0-9]{1,16})-(0|[1-9][0-9]{0,14})$/.exec(cursor);
  if (!match) return undefined;
  return { incarnation: match[1] as string, sequence: Number(match[2]) };
}
