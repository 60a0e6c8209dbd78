import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import { list, nullable, one, PageQuery, Timestamp, UserId } from './common.ts';
import { Attempt, Delivery, DeliveryRow, DiscardBody } from './deliveries.ts';
import { DEAD_LETTER_FILTERS } from './replays.ts';

/** A dead letter is a delivery that gave up, and goes by the delivery's id. */
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
    summary: 'Deliveries that gave up, newest event first',
    query: Type.Object({
      ...PageQuery,
      ...DEAD_LETTER_FILTERS,
      userId: Type.Optional(UserId),
      discarded: Type.Optional(
        Type.Boolean({ description: 'true: those that were let go, also while they were open' }),
      ),
    }),
    success: { status: 200, schema: list(DeliveryRow) },
  },

  getDeadLetter: {
    ...common,
    method: 'GET',
    path: '/api/dead-letters/:id',
    summary: 'One dead letter with its last attempt and its payload',
    params,
    query: forUser,
    success: { status: 200, schema: one(DeadLetter) },
  },

  discardDeadLetter: {
    ...common,
    method: 'POST',
    path: '/api/dead-letters/:id/discard',
    summary: 'Let a dead letter go',
    description:
      'It is no longer listed and no job sends it again. It stays in the books as dead, with who let it go and why, and can still be sent again by its id. 409 unless it has failed: one that is open is cancelled (`POST /api/deliveries/:id/cancel`).',
    params,
    query: forUser,
    body: DiscardBody,
    success: { status: 200, schema: one(Delivery) },
  },

  replayDeadLetter: {
    ...common,
    method: 'POST',
    path: '/api/dead-letters/:id/replay',
    summary: 'Send one dead letter again',
    params,
    query: forUser,
    success: { status: 202, schema: one(Delivery) },
  },
});
