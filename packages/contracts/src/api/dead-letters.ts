import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import { list, nullable, one, PageQuery, Timestamp, UserId } from './common.ts';
import { Attempt, Delivery, DeliveryRow, DiscardBody } from './deliveries.ts';
import { DEAD_LETTER_FILTERS } from './replays.ts';

/** A dead letter: a delivery that gave up. Its id is the delivery's id. */
export const DeadLetter = Type.Intersect([
  Delivery,
  Type.Object({
    lastAttempt: nullable(Attempt),
    event: Type.Object({
      source: Type.String(),
      provider: Type.String(),
      providerDeliveryId: nullable(Type.String()),
      time: Timestamp,
      receivedAt: Timestamp,
    }),
    payload: Type.Unknown(),
  }),
]);
export type DeadLetter = Static<typeof DeadLetter>;

const params = Type.Object({ id: Type.String({ maxLength: 100 }) });
const forUser = Type.Object({ userId: Type.Optional(UserId) });
const common = { owner: 'delivery', role: 'tenant', tag: 'Dead letters' } as const;

export const deadLetterOperations = defineOperations({
  listDeadLetters: {
    ...common,
    method: 'GET',
    path: '/api/dead-letters',
    scope: 'events:read',
    summary: 'List dead letters, newest event first',
    query: Type.Object({
      ...PageQuery,
      ...DEAD_LETTER_FILTERS,
      userId: Type.Optional(UserId),
      discarded: Type.Optional(
        Type.Boolean({
          description:
            'true: list the discarded deliveries instead, including those that were cancelled while they were open',
        }),
      ),
    }),
    success: { status: 200, schema: list(DeliveryRow) },
  },

  getDeadLetter: {
    ...common,
    method: 'GET',
    path: '/api/dead-letters/:id',
    scope: 'events:read',
    summary: 'Get a dead letter with its last attempt and its payload',
    params,
    query: forUser,
    success: { status: 200, schema: one(DeadLetter) },
  },

  discardDeadLetter: {
    ...common,
    method: 'POST',
    path: '/api/dead-letters/:id/discard',
    scope: 'replays:write',
    summary: 'Discard a dead letter',
    description:
      'The dead letter is no longer listed, and no replay sends it again. The ledger counts it as dead and records who discarded it and why. It can still be sent again by its id. 409 unless the delivery has failed; cancel an open delivery with `POST /api/deliveries/:id/cancel`.',
    params,
    query: forUser,
    body: DiscardBody,
    success: { status: 200, schema: one(Delivery) },
  },

  replayDeadLetter: {
    ...common,
    method: 'POST',
    path: '/api/dead-letters/:id/replay',
    scope: 'replays:write',
    summary: 'Send a dead letter again',
    params,
    query: forUser,
    success: { status: 202, schema: one(Delivery) },
  },
});
