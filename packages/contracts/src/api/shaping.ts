import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import { ANY_TEXT, EventTypeName, nullable, one, oneWithWarnings, Timestamp, UserId } from './common.ts';
import { Filter, HTTP_METHODS, TEMPLATE_IDS, Transformation } from './endpoint-options.ts';

// Dry runs of filters and transformations: nothing is sent.

/** An event that was not received: the caller describes it. */
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
  { additionalProperties: false, description: 'An event that you describe' },
);
export type PastedEvent = Static<typeof PastedEvent>;

const which = {
  eventId: Type.Optional(Type.String({ maxLength: 100, description: 'Id of a received event' })),
  event: Type.Optional(PastedEvent),
};

/** A request as the endpoint gets it, without its signature. */
const ShownRequest = Type.Object({
  method: Type.Enum([...HTTP_METHODS]),
  headers: Type.Record(Type.String(), Type.String()),
  body: Type.Unknown({
    description: 'The body, parsed: numbers beyond 2^53 are rounded, as in the transformation',
  }),
});

/** The result of running a transformation on an event. */
export const TransformationTrial = Type.Object({
  before: ShownRequest,
  after: nullable(ShownRequest),
  dropped: Type.Boolean({ description: 'true: the transformation chose to send nothing' }),
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
  console: Type.Array(Type.String(), { description: 'Output of `console.log`' }),
  durationMs: Type.Number(),
});
export type TransformationTrial = Static<typeof TransformationTrial>;

const ConditionResult = Type.Object({
  path: Type.String({ description: 'Path in the event, such as `data.amount`. Empty for the event itself' }),
  operator: Type.String(),
  holds: Type.Boolean(),
  message: Type.String({ description: 'The value in the event and the condition on it' }),
});

export const Explanation = Type.Object({
  wouldMatch: nullable(Type.Boolean({ description: 'Whether all checks hold. null: no event was given' })),
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
      looked: Type.Integer({ description: 'Number of events that were tested' }),
      matched: Type.Integer(),
      skipped: Type.Integer({ description: 'Number of these events that were too large to be tested here' }),
      events: Type.Array(
        Type.Object({
          id: Type.String(),
          type: Type.String(),
          receivedAt: Timestamp,
          matches: nullable(Type.Boolean({ description: 'null: the event was too large to be tested here' })),
          reason: nullable(Type.String({ description: 'Why the event does not match' })),
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
    scope: 'endpoints:read',
    summary: 'List ready-made transformations',
    description:
      'Use a template as `"transformation": {"template": "slack"}`, or copy its code and change it: `"transformation": {"code": "…"}`.',
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
    scope: 'events:read',
    summary: 'Explain whether an event would be sent to an endpoint',
    description:
      'Takes a received event (`eventId`) or a described one (`event`); with `lastEvents` it also tests the newest stored events. A `filter` or `transformation` in the body is used instead of the saved one. Nothing is saved or sent.',
    params,
    query: forUser,
    body: Type.Object(
      {
        ...which,
        filter: Type.Optional(nullable(Filter)),
        transformation: Type.Optional(nullable(Transformation)),
        lastEvents: Type.Optional(
          Type.Integer({ minimum: 1, maximum: 100, description: 'How many of the newest events to test' }),
        ),
      },
      { additionalProperties: false },
    ),
    success: { status: 200, schema: oneWithWarnings(Explanation) },
  },

  transformEvent: {
    ...common,
    method: 'POST',
    path: '/api/webhooks/:id/transform',
    scope: 'endpoints:write',
    summary: "Run an endpoint's transformation on an event",
    description:
      'Returns the request without and with the transformation, its output of `console.log`, and its error. A `transformation` in the body is used instead of the saved one. Nothing is saved or sent.',
    params,
    query: forUser,
    body: Type.Object(
      { ...which, transformation: Type.Optional(nullable(Transformation)) },
      { additionalProperties: false },
    ),
    success: { status: 200, schema: one(TransformationTrial) },
  },
});
