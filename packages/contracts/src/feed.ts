import Type, { type Static } from 'typebox';
import { EVENT_TYPE_PATTERN_SCHEMA } from './event-type-pattern.ts';

/**
 * The live feed at `/ws/webhooks`: JSON text frames, one message a frame.
 *
 * A client authenticates with `Authorization: Bearer` on the upgrade, or (browsers) with an `authenticate` message
 * within five seconds. Each `subscribe` is answered by `subscribed` before its first event, or by `error`.
 */
export const FEED_PATH = '/ws/webhooks';

/** What a subscription wants; fields are ANDed, values in a list are ORed, an absent field matches everything. */
export const FeedFilter = Type.Object(
  {
    /** Type patterns: `github.*`, `project.created`, or, as in the seeds, a GitHub event name such as `workflow_job`. */
    eventType: Type.Optional(
      Type.Union([
        Type.String({ pattern: EVENT_TYPE_PATTERN_SCHEMA, maxLength: 200 }),
        Type.Array(Type.String({ pattern: EVENT_TYPE_PATTERN_SCHEMA, maxLength: 200 }), {
          minItems: 1,
          maxItems: 50,
        }),
      ]),
    ),
    /** `org/repo`, or `org/*`. */
    repository: Type.Optional(
      Type.Union([
        Type.String({ maxLength: 200 }),
        Type.Array(Type.String({ maxLength: 200 }), { minItems: 1, maxItems: 50 }),
      ]),
    ),
    provider: Type.Optional(Type.String({ maxLength: 64 })),
    /** Operators only: one tenant's events. Operators get all tenants without it. */
    userId: Type.Optional(Type.String({ maxLength: 200 })),
  },
  { additionalProperties: false },
);
export type FeedFilter = Static<typeof FeedFilter>;

export const FeedClientMessage = Type.Union([
  Type.Object({ type: Type.Literal('authenticate'), token: Type.String() }),
  Type.Object({
    type: Type.Union([Type.Literal('subscribe'), Type.Literal('subscribe:webhook-events')]),
    /** The client's own name for the subscription; comes back in `subscribed` and in each event. */
    id: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    filter: Type.Optional(FeedFilter),
    /** Where the client stopped: the `cursor` of the last frame it handled. What it missed is sent first. */
    cursor: Type.Optional(Type.String({ maxLength: 64 })),
  }),
  Type.Object({ type: Type.Literal('unsubscribe'), id: Type.String() }),
  Type.Object({ type: Type.Literal('pong') }),
]);
export type FeedClientMessage = Static<typeof FeedClientMessage>;

/** Why a client was not given everything since its cursor. */
export type FeedGapReason = 'too_old' | 'too_many' | 'other_stream' | 'invalid_cursor' | 'ahead';

export type FeedServerMessage =
  | { type: 'ready'; cursor: string; pingSeconds: number }
  | { type: 'subscribed'; id: string; cursor: string; replayed: number; gap?: { reason: FeedGapReason } }
  | { type: 'unsubscribed'; id: string }
  /** `ids`: the subscriptions that matched. `event` is a FeedEvent. */
  | { type: 'event'; cursor: string; ids: string[]; event: FeedEvent }
  /** Sent every `pingSeconds`; answer with `pong`. The cursor moves on even when no event matched. */
  | { type: 'ping'; cursor: string }
  | { type: 'error'; code: string; message: string; id?: string };

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
  deliveryId?: string;
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
  const match = /^([a-z0-9]{1,16})-(0|[1-9][0-9]{0,15})$/.exec(cursor);
  if (!match) return undefined;
  return { incarnation: match[1] as string, sequence: Number(match[2]) };
}
