import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import { list, one, PageQuery, Timestamp, UserId } from './common.ts';

/** An ordering key whose deliveries are held back because one of them gave up. */
export const ParkedKey = Type.Object({
  key: Type.String(),
  eventId: Type.String({ description: 'Event of the delivery that gave up' }),
  deliveryId: Type.String({
    description: 'The delivery that gave up. When it is sent again, the others follow it',
  }),
  parkedAt: Timestamp,
});
export type ParkedKey = Static<typeof ParkedKey>;

const params = Type.Object({ id: Type.String({ maxLength: 100 }) });
const query = Type.Object({ userId: Type.Optional(UserId) });
const common = { owner: 'delivery', role: 'tenant', tag: 'Endpoints' } as const;

export const parkedKeyOperations = defineOperations({
  listParkedKeys: {
    ...common,
    method: 'GET',
    path: '/api/webhooks/:id/parked-keys',
    scope: 'endpoints:read',
    summary: 'List the parked keys of an endpoint, by the event that gave up, oldest first',
    params,
    query: Type.Object({ ...PageQuery, userId: Type.Optional(UserId) }),
    success: { status: 200, schema: list(ParkedKey) },
  },

  releaseParkedKeys: {
    ...common,
    method: 'POST',
    path: '/api/webhooks/:id/parked-keys/release',
    scope: 'endpoints:write',
    summary: 'Release parked keys: send the held-back deliveries without the one that gave up',
    params,
    query,
    body: Type.Object(
      {
        key: Type.Optional(
          Type.String({
            maxLength: 200,
            description: 'The key to release. Default: all parked keys of the endpoint',
          }),
        ),
      },
      { additionalProperties: false },
    ),
    success: { status: 200, schema: one(Type.Object({ released: Type.Integer() })) },
  },
});
