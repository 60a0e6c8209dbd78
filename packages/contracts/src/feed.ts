import Type, { type Static } from 'typebox';
import { EventTypePattern } from './api/common.ts';

/**
 * The live feed at `/ws/webhooks`: JSON text frames, one message per frame.
 *
 * A client authenticates with `Authorization: Bearer` on the upgrade, or (browsers) with an `authenticate` message
 * within five seconds; the answer is `ready`. Each `subscribe` is answered with `subscribed` before its first event,
 * or with `error`.
 *
 * To resume, a client keeps for each subscription the cursor of the last frame that it has handled, starting with
 * `subscribed`, and sends it with the next `subscribe`. The gateway then sends every matching event since that cursor
 * before any new event, or reports in `subscribed` with `gap` that events are missing. Delivery is at least once: an
 * event that was sent just before the connection broke may be sent again, with the same event id.
 */
export const FEED_PATH = '/ws/webhooks';

/**
 * Limits of one connection. A request beyond a limit is answered with `error`, unless the limit says otherwise.
 */
export const FEED_LIMITS = {
  /** Subscriptions of one connection. */
  subscriptions: 20,
  /** Combinations in one filter: the number of `eventType`s times the number of `repository`s. */
  filterCombinations: 200,
  /** Missed events that are sent again. A client that missed more is told of a gap and gets none of them. */
  replayedEvents: 1_000,
  replayedBytes: 16 * 1024 * 1024,
  /** A larger payload is omitted from the frame, and the frame says so. */
  payloadBytes: 256 * 1024,
  /** Size of a client's message. A longer message ends the connection. */
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
  /** `org/repo`, or `org/*` for every repository below `org/`. */
  repository: Type.Optional(
    Type.Union([RepositoryPattern, Type.Array(RepositoryPattern, { minItems: 1, maxItems: 50 })]),
  ),
  provider: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  /** Operators only: the events of one tenant. Default: the events of all tenants. */
  userId: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
};

/**
 * The filter of a subscription. Fields are ANDed, values in a list are ORed, and an absent field matches everything.
 */
export const FeedFilter = Type.Object(filterFields, { additionalProperties: false });
export type FeedFilter = Static<typeof FeedFilter>;

const SubscriptionId = Type.String({ minLength: 1, maxLength: 64 });

const exactly = { additionalProperties: false } as const;

/** A message with an unknown field is refused with an error that names the field. */
export const FeedClientMessage = Type.Union([
  /** On an authenticated connection it extends the session: the token must be of the same tenant or role. */
  Type.Object({ type: Type.Literal('authenticate'), token: Type.String({ maxLength: 8_192 }) }, exactly),
  Type.Object(
    {
      /** All three mean the same. */
      type: Type.Union([
        Type.Literal('subscribe'),
        Type.Literal('subscribe:webhook-events'),
        Type.Literal('subscribe:repository'),
      ]),
      /** The client's name for the subscription. It comes back in `subscribed` and in each event. */
      id: Type.Optional(SubscriptionId),
      filter: Type.Optional(FeedFilter),
      /** In place of `filter`: the filter's fields beside the type. */
      ...filterFields,
      /** The cursor to resume from. Missed events are sent first. */
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
 * - `other_stream`: the cursor is of a stream that has since been wiped or created again;
 * - `ahead`: the stream has lost its end (restored from an older copy), the cursor points beyond it;
 * - `invalid_cursor`: the text is not a cursor.
 */
export type FeedGapReason = 'too_old' | 'too_many' | 'other_stream' | 'invalid_cursor' | 'ahead';

/** Why a client's message was refused. The connection stays open. */
export type FeedErrorCode =
  | 'invalid_message'
  | 'forbidden'
  | 'filter_too_large'
  | 'too_many_subscriptions'
  | 'duplicate_subscription'
  | 'unknown_subscription';

export type FeedServerMessage =
  | { type: 'ready'; cursor: string; pingSeconds: number }
  /**
   * `replayed`: number of missed events that follow before new ones. `cursor`: the position from which they start.
   */
  | { type: 'subscribed'; id: string; cursor: string; replayed: number; gap?: { reason: FeedGapReason } }
  | { type: 'unsubscribed'; id: string }
  /** `ids`: the matching subscriptions. */
  | { type: 'event'; cursor: string; ids: string[]; event: FeedEvent }
  /** Sent every `pingSeconds`; answer with `pong`. The cursor advances even when no event matched. */
  | { type: 'ping'; cursor: string }
  | { type: 'error'; code: FeedErrorCode; message: string; id?: string };

/**
 * An event in the feed. `data` is the payload, or null with `dataOmitted` if the payload is too large for a frame.
 */
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
 * Close codes. 4000–4099: do not reconnect with the same request. 4100–4199: reconnect after a while, with the
 * cursor. 4200–4299: reconnect at once, with the cursor.
 */
export const FEED_CLOSE = {
  unauthenticated: 4001,
  malformed: 4002,
  tooManyCommands: 4101,
  overloaded: 4102,
  slowConsumer: 4108,
  noPong: 4109,
  /** The token has expired; reconnect with a new one. */
  expired: 4110,
  restarting: 4200,
  behind: 4201,
} as const;

/**
 * A cursor is `<stream incarnation>-<sequence>`. The incarnation tells a cursor of an earlier stream (deleted or
 * restored) from a cursor of this stream, in which the sequences mean other events.
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
