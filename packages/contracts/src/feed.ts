import Type, { type Static } from 'typebox';
import { EventTypePattern } from './api/common.ts';
import type { Scope } from './scope.ts';

/**
 * The live feed: the events of a tenant as they are stored, to programs and browsers. docs/live-feed.md describes it.
 *
 * - `/ws/webhooks` sends the events that match a filter, as `event`;
 * - `/ws` sends the events of repositories under their own names: `workflow-job`, `push-event`, `security-alert`;
 * - `/ws/monitoring` sends operators an `update` every second;
 * - `GET /api/feed` sends the same as `/ws/webhooks`, as server-sent events;
 * - Socket.IO has the namespaces `/`, `/webhooks` and `/monitoring`.
 *
 * On a WebSocket each text frame is one JSON message, or an array of messages (see FEED_BATCH). A client authenticates
 * with `Authorization: Bearer` on the upgrade, or (browsers) with an `authenticate` message within five seconds; the
 * answer is `ready`. Each `subscribe` is answered with `subscribed` before its first event, or with `error`.
 *
 * To resume, a client keeps for each subscription the cursor of the last message that it has handled, starting with
 * `subscribed`, and sends it with the next `subscribe`. The gateway then sends every matching event since that cursor
 * before any new event, or reports in `subscribed` with `gap` that events are missing. Delivery is at least once: an
 * event that was sent just before the connection broke may be sent again, with the same event id.
 */
export const FEED_PATHS = {
  repositories: '/ws',
  events: '/ws/webhooks',
  monitoring: '/ws/monitoring',
  serverSent: '/api/feed',
  socketIo: '/socket.io/',
} as const;

export const FEED_PATH = FEED_PATHS.events;

/** The scope that a caller needs for the feed, however it is connected. */
export const FEED_SCOPE: Scope = 'events:read';

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
  /** A larger payload is omitted from the message, and the message says so. */
  payloadBytes: 256 * 1024,
  /** Size of a client's message. A longer message ends the connection. */
  messageBytes: 16 * 1024,
} as const;
export type FeedLimits = { readonly [Name in keyof typeof FEED_LIMITS]: number };

/**
 * Events that follow each other within `windowMs` are sent together, as a JSON array of at most `events` messages and
 * about `bytes` bytes; an event after a pause is sent at once, as a single message. A client that asks for
 * `?batch=off` in the address gets one message per frame.
 */
export const FEED_BATCH = { windowMs: 20, events: 64, bytes: 64 * 1024, query: 'batch' } as const;

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
const CursorText = Type.String({ maxLength: 64 });

const exactly = { additionalProperties: false } as const;

const subscriptionFields = {
  /** The client's name for the subscription. It comes back in `subscribed` and in each event. */
  id: Type.Optional(SubscriptionId),
  filter: Type.Optional(FeedFilter),
  /** In place of `filter`: the filter's fields beside the type. */
  ...filterFields,
  /** The cursor to resume from. Missed events are sent first. */
  cursor: Type.Optional(CursorText),
  /**
   * The payload's bytes in base64 (`raw`) in place of `data`, so that a signature of the payload still verifies.
   */
  raw: Type.Optional(Type.Boolean()),
};

/** What a subscription asks for: on Socket.IO the argument of `subscribe:…`. */
export const FeedSubscription = Type.Object(subscriptionFields, exactly);
export type FeedSubscription = Static<typeof FeedSubscription>;

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
      ...subscriptionFields,
      /** A repository alone, in place of a filter. */
      data: Type.Optional(RepositoryPattern),
    },
    exactly,
  ),
  Type.Object({ type: Type.Literal('unsubscribe'), id: SubscriptionId }, exactly),
  Type.Object({ type: Type.Literal('pong') }, exactly),
]);
export type FeedClientMessage = Static<typeof FeedClientMessage>;

/** The query of `GET /api/feed`. Lists are separated by commas. */
export const FeedQuery = Type.Object(
  {
    eventType: Type.Optional(
      Type.String({ maxLength: 2_000, description: 'Type patterns, separated by commas' }),
    ),
    repository: Type.Optional(
      Type.String({
        maxLength: 2_000,
        description: 'Repositories, separated by commas: `org/repo`, `org/*`',
      }),
    ),
    provider: filterFields.provider,
    userId: filterFields.userId,
    cursor: Type.Optional(
      Type.String({ maxLength: 64, description: 'Resume here. The header `Last-Event-ID` takes precedence' }),
    ),
    raw: Type.Optional(Type.Boolean({ description: 'The payload in base64, in place of `data`' })),
    ticket: Type.Optional(
      Type.String({
        maxLength: 100,
        description: 'A ticket of `POST /api/feed/tickets`, for browsers: `EventSource` sends no header',
      }),
    ),
  },
  exactly,
);
export type FeedQuery = Static<typeof FeedQuery>;

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

/** The answer to an accepted token. */
export interface FeedReady {
  cursor: string;
  pingSeconds: number;
  /** RFC 3339: for a client whose clock is wrong. */
  serverTime: string;
  limits: FeedLimits;
  /** RFC 3339; absent for a token without an end. */
  tokenExpiresAt?: string;
}

/** `replayed`: number of missed events that follow before new ones. `cursor`: the position from which they start. */
export interface FeedSubscribed {
  id: string;
  cursor: string;
  replayed: number;
  gap?: { reason: FeedGapReason };
}

/** Sent before the connection is closed with a code from which one reconnects. */
export interface FeedBye {
  code: number;
  /** When to reconnect: spread over time, so that not all clients return at once. */
  reconnectMs: number;
}

/** A message of the gateway on any of the three WebSocket paths. */
export type FeedControlMessage =
  | ({ type: 'ready' } & FeedReady)
  /** The answer to an `authenticate` that extended the session. */
  | { type: 'authenticated'; tokenExpiresAt?: string }
  /** The token expires soon: authenticate again, or the connection is closed with 4110. */
  | { type: 'expiring'; inSeconds: number }
  | ({ type: 'subscribed' } & FeedSubscribed)
  | { type: 'unsubscribed'; id: string }
  /** Sent every `pingSeconds`; answer with `pong`. The cursor advances even when no event matched. */
  | { type: 'ping'; cursor: string }
  | ({ type: 'bye' } & FeedBye)
  | { type: 'error'; code: FeedErrorCode; message: string; id?: string };

/** A message of `/ws/webhooks`. */
export type FeedServerMessage =
  | FeedControlMessage
  /** `ids`: the matching subscriptions. */
  | { type: 'event'; cursor: string; ids: string[]; event: FeedEvent };

/** A text frame of `/ws/webhooks`. */
export type FeedServerFrame = FeedServerMessage | FeedServerMessage[];

/**
 * An event in the feed. `data` is the payload, or null with `dataOmitted` if the payload is too large for a message.
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
  /** Only for subscriptions with `raw`, whose `data` is null: the bytes of the payload in base64. */
  raw?: string;
  dataOmitted?: true;
}

/**
 * A message of `/ws` about an event. `type` is the name of the event with `-` in place of `_` (`workflow-job`), and
 * `push-event` for a push. An event of FEED_SECURITY_EVENTS is sent as `security-alert` as well, in the same frame.
 */
export interface RepositoryMessage {
  type: string;
  ids: string[];
  data: RepositoryEvent;
}

/**
 * An event of a repository: the members of the payload, and beside them what Hookline knows. If the payload was too
 * large for a message, its members are missing, and `dataOmitted` says so.
 */
export interface RepositoryEvent {
  /** The provider's name of the event, without its action: `workflow_job`. */
  eventType: string;
  action?: string;
  repository?: { full_name: string };
  /** Of a `workflow_job` event: GitHub's `workflow_job`. */
  job?: { name: string; conclusion: string | null };
  cursor: string;
  /** The event's id. */
  id: string;
  dataOmitted?: true;
  [member: string]: unknown;
}

/** GitHub's events about the security of a repository. */
export const FEED_SECURITY_EVENTS: ReadonlySet<string> = new Set([
  'code_scanning_alert',
  'dependabot_alert',
  'repository_vulnerability_alert',
  'secret_scanning_alert',
  'security_advisory',
  'vulnerability_alert',
]);

export const SECURITY_ALERT_NAME = 'security-alert';

/** Names that stand for something else in a message or on Socket.IO: an event of that name gets the ending `-event`. */
const TAKEN_NAMES: ReadonlySet<string> = new Set([
  'ready',
  'authenticated',
  'expiring',
  'subscribed',
  'unsubscribed',
  'ping',
  'pong',
  'bye',
  'error',
  'event',
  'update',
  'cursor',
  'closing',
  'connect',
  'connect_error',
  'disconnect',
  'disconnecting',
  'newListener',
  'removeListener',
  SECURITY_ALERT_NAME,
  'push',
]);

/**
 * The name under which an event is sent on `/ws`.
 * @param eventType the provider's name of the event, such as `workflow_job`
 */
export function repositoryEventName(eventType: string): string {
  const name = eventType.replaceAll('_', '-');
  return TAKEN_NAMES.has(eventType) || TAKEN_NAMES.has(name) ? `${name}-event` : name;
}

/**
 * Close codes. 4000–4099: do not reconnect with the same request. 4100–4199: reconnect after a while, with the
 * cursor. 4200–4299: reconnect at once, with the cursor.
 */
export const FEED_CLOSE = {
  unauthenticated: 4001,
  malformed: 4002,
  /**
   * The caller lacks the scope of the feed, may not use its key from this address, or is no operator and wants
   * `/ws/monitoring`.
   */
  forbidden: 4003,
  tooManyCommands: 4101,
  overloaded: 4102,
  slowConsumer: 4108,
  noPong: 4109,
  /** The token has expired; reconnect with a new one. */
  expired: 4110,
  restarting: 4200,
  behind: 4201,
} as const;

/** Whether a client may reconnect with the same request after this close code. */
export const isFinalClose = (code: number): boolean => code >= 4000 && code < 4100;

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
