import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import { DATE_RANGE, list, nullable, PageQuery, patternWith, Timestamp, UserId } from './common.ts';
import { Attempt } from './deliveries.ts';

const { attempt, trigger, replayId, startedAt, durationMs, firstByteMs, outcome } = Attempt.properties;

/** An attempt as a list shows it: without the contents of the request and the answer. */
export const ListedAttempt = Type.Object({
  id: Type.String(),
  deliveryId: Type.String({ description: 'Its delivery has the whole attempt, in `attemptLog`' }),
  eventId: Type.String(),
  webhookId: Type.String({ description: "The endpoint's id" }),
  userId: Type.String(),
  attempt,
  trigger,
  replayId,
  startedAt,
  durationMs,
  firstByteMs,
  outcome,
  responseCode: nullable(Type.Integer()),
  errorCode: nullable(Type.String()),
  errorMessage: nullable(Type.String()),
  nextAttemptAt: nullable(Timestamp),
});
export type ListedAttempt = Static<typeof ListedAttempt>;

export const attemptOperations = defineOperations({
  listAttempts: {
    owner: 'delivery',
    role: 'tenant',
    tag: 'Deliveries',
    method: 'GET',
    path: '/api/attempts',
    scope: 'events:read',
    summary: 'List attempts of all endpoints, those at the newest events first',
    description:
      'The date range is that of the events. A page looks at a bounded number of attempts, so a page of a rare error may have few items, or none, and still have a `nextCursor`.',
    query: Type.Object({
      limit: PageQuery.limit,
      cursor: PageQuery.cursor,
      userId: Type.Optional(UserId),
      webhookId: Type.Optional(Type.String({ maxLength: 100 })),
      eventId: Type.Optional(Type.String({ maxLength: 100 })),
      outcome: Type.Optional(outcome),
      responseCode: Type.Optional(
        Type.String({
          ...patternWith('^[1-5]([0-9]{2}|xx)$', 'a status such as 503, or a class such as 5xx'),
          description: 'A status such as `503`, or a class such as `5xx`',
        }),
      ),
      errorCode: Type.Optional(Type.String({ maxLength: 100 })),
      ...DATE_RANGE,
    }),
    success: { status: 200, schema: list(ListedAttempt) },
  },
});
