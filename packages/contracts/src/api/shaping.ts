import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import { ANY_TEXT, EventTypeName, nullable, one, oneWithWarnings, Timestamp, UserId } from './common.ts';
import { Filter, HTTP_METHODS, TEMPLATE_IDS, Transformation } from './endpoint-options.ts';

// What is made of events on their way to an endpoint, tried without sending anything.

/** An event that need not have been received. */
export const PastedEvent = Type.Object(
  {
    type: EventTypeName,
    data: Type.Unknown({ description: 'The payload', ...ANY_TEXT }),
    source: Type.Optional(Type.String({ maxLength: 500 })),
    subject: Type.Optional(Type.String({ maxLength: 500 })),
    time: Type.Optional(Timestamp),
    provider: Type.Optional(Type.String({ maxLength: 64 })),
    action: Type.Optional(Type.String({ maxLength: 100 })),
    repository: Type.Optional(Type.String({ maxLength: 200 })),
  },
  { additionalProperties: false, description: 'An event of your own making' },
);
export type PastedEvent = Static<typeof PastedEvent>;

const which = {
  eventId: Type.Optional(Type.String({ maxLength: 100, description: 'An event that was received' })),
  event: Type.Optional(PastedEvent),
};

/** A request as an endpoint gets it, without its signature. */
const ShownRequest = Type.Object({
  method: Type.Enum([...HTTP_METHODS]),
  headers: Type.Record(Type.String(), Type.String()),
  body: Type.Unknown({
    description: 'Parsed: numbers beyond 2^53 are rounded, as the transformation sees them',
  }),
});

/** What a transformation makes of an event. */
export const TransformationTrial = Type.Object({
  before: ShownRequest,
  after: nullable(ShownRequest),
  dropped: Type.Boolean({ description: 'It wants nothing sent' }),
  error: nullable(
    Type.Object({
      code: Type.String({
        description: '`transformation_failed`, `transformation_timeout` or `transformation_suspended`',
      }),
      message: Type.String(),
      line: nullable(Type.Integer({ minimum: 1 })),
      column: nullable(Type.Integer({ minimum: 1 })),
    }),
  ),
  console: Type.Array(Type.String(), { description: 'What the code wrote with `console.log`' }),
  durationMs: Type.Number(),
});
export type TransformationTrial = Static<typeof TransformationTrial>;

const ConditionResult = Type.Object({
  path: Type.String({ description: 'In the event: `data.amount`; empty for the event itself' }),
  operator: Type.String(),
  holds: Type.Boolean(),
  message: Type.String({ description: 'What is there, and what is wanted' }),
});

export const Explanation = Type.Object({
  wouldMatch: nullable(Type.Boolean({ description: 'All checks hold. Null when no event was named' })),
  checks: Type.Array(
    Type.Object({
      check: Type.Enum(['active', 'event_type', 'filter']),
      holds: Type.Boolean(),
      message: Type.String(),
      conditions: Type.Optional(Type.Array(ConditionResult)),
    }),
  ),
  transformation: nullable(TransformationTrial),
  lastEvents: nullable(
    Type.Object({
      looked: Type.Integer({ description: 'Events that were looked at' }),
      matched: Type.Integer(),
      skipped: Type.Integer({ description: 'Of those, how many were too large to be tried here' }),
      events: Type.Array(
        Type.Object({
          id: Type.String(),
          type: Type.String(),
          receivedAt: Timestamp,
          matches: nullable(Type.Boolean({ description: 'Null: too large to be tried here' })),
          reason: nullable(Type.String({ description: 'Why it does not match' })),
        }),
      ),
    }),
  ),
});
export type Explanation = Static<typeof Explanation>;

const params = Type.Object({ id: Type.String({ maxLength: 100 }) });
const forUser = Type.Object({ userId: Type.Optional(UserId) });
const common = { owner: 'delivery', role: 'tenant', tag: 'Endpoints' } as const;

export const shapingOperations = defineOperations({
  listTemplates: {
    ...common,
    method: 'GET',
    path: '/api/webhooks/templates',
    summary: 'Transformations that are ready to use',
    description:
      'Use one as `"transformation": {"template": "slack"}`, or copy its code and change it: `"transformation": {"code": "…"}`.',
    success: {
      status: 200,
      schema: one(
        Type.Array(
          Type.Object({
            id: Type.Enum([...TEMPLATE_IDS]),
            name: Type.String(),
            description: Type.String(),
            code: Type.String(),
          }),
        ),
      ),
    },
  },

  explainEndpoint: {
    ...common,
    method: 'POST',
    path: '/api/webhooks/:id/explain',
    summary: 'Whether an event would be sent to this endpoint, and why',
    description:
      'For an event that was received (`eventId`) or made up (`event`), and with `lastEvents` for the newest ones that are stored. A `filter` or `transformation` in the body is tried in place of the saved one; nothing is saved, nothing is sent.',
    params,
    query: forUser,
    body: Type.Object(
      {
        ...which,
        filter: Type.Optional(nullable(Filter)),
        transformation: Type.Optional(nullable(Transformation)),
        lastEvents: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
      },
      { additionalProperties: false },
    ),
    success: { status: 200, schema: oneWithWarnings(Explanation) },
  },

  transformEvent: {
    ...common,
    method: 'POST',
    path: '/api/webhooks/:id/transform',
    summary: "Try an endpoint's transformation",
    description:
      'Shows what would be sent without and with it, what it wrote with `console.log`, and where it failed. A `transformation` in the body is tried in place of the saved one; nothing is saved, nothing is sent.',
    params,
    query: forUser,
    body: Type.Object(
      { ...which, transformation: Type.Optional(nullable(Transformation)) },
      { additionalProperties: false },
    ),
    success: { status: 200, schema: one(TransformationTrial) },
  },
});
