import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import { list, nullable, PageQuery, Timestamp, withDefault } from './common.ts';

/** A message of the event stream that delivery could not read or store; no endpoint received it. */
export const UnreadableMessage = Type.Object({
  id: Type.String({ description: "The stream and the message's sequence in it" }),
  at: Timestamp,
  userId: nullable(Type.String({ description: 'null: the tenant could not be read either' })),
  reason: Type.String({ description: 'What is wrong with the message' }),
  subject: nullable(Type.String()),
  headers: Type.Record(Type.String(), Type.String(), { description: 'Headers of the message, unchanged' }),
  payloadBase64: Type.String({ description: 'First 256 KB of the payload, in base64' }),
});
export type UnreadableMessage = Static<typeof UnreadableMessage>;

export const unreadableMessageOperations = defineOperations({
  listUnreadableMessages: {
    owner: 'delivery',
    role: 'operator',
    tag: 'Events',
    method: 'GET',
    path: '/api/unreadable-messages',
    scope: 'events:read',
    summary: 'List the unreadable messages of the event stream, newest first',
    description:
      'The list is empty unless there is a defect: ingest publishes only what delivery can read. Each unreadable message counts as unaccounted in `GET /api/ledger` and in the metric `hookline_unaccounted_deliveries`. It is stored as long as events are, so that it can be repaired and published again with `POST /api/events`.',
    // Each message may have 256 KB.
    query: Type.Object({ ...PageQuery, limit: withDefault(Type.Integer({ minimum: 1, maximum: 100 }), 100) }),
    success: { status: 200, schema: list(UnreadableMessage) },
  },
});
