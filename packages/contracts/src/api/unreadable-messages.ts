import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import { list, nullable, PageQuery, Timestamp } from './common.ts';

/** A message of the event stream that delivery could not read or store, so that nobody got it. */
export const UnreadableMessage = Type.Object({
  id: Type.String({ description: 'The stream and the sequence of the message in it' }),
  at: Timestamp,
  userId: nullable(Type.String({ description: 'null: not even its tenant could be read' })),
  reason: Type.String({ description: 'What is wrong with it' }),
  subject: nullable(Type.String()),
  headers: Type.Record(Type.String(), Type.String(), { description: 'Its attributes, as they came' }),
  payloadBase64: Type.String({ description: 'The first 256 KB' }),
});
export type UnreadableMessage = Static<typeof UnreadableMessage>;

export const unreadableMessageOperations = defineOperations({
  listUnreadableMessages: {
    owner: 'delivery',
    role: 'operator',
    tag: 'Events',
    method: 'GET',
    path: '/api/unreadable-messages',
    summary: 'Messages of the event stream that nobody could read, newest first',
    description:
      'There are none unless something is broken: ingest publishes only what delivery reads. Each counts as unaccounted in `GET /api/ledger` and in `hookline_unaccounted_deliveries`, and is kept as long as events are, so that it can be mended and published again with `POST /api/events`.',
    // Each may hold 256 KB.
    query: Type.Object({ ...PageQuery, limit: Type.Integer({ minimum: 1, maximum: 100, default: 100 }) }),
    success: { status: 200, schema: list(UnreadableMessage) },
  },
});
