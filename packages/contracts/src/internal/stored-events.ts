import Type, { type Static } from 'typebox';
import { UserId } from '../api/common.ts';
import { defineOperations } from '../operation.ts';

export const MAX_ASKED_KEYS = 500;

/** An event that a source received, with its payload as text. */
export const SourceEvent = Type.Object({
  id: Type.String(),
  type: Type.String(),
  /** When it happened. */
  time: Type.String(),
  payload: Type.String(),
});
export type SourceEvent = Static<typeof SourceEvent>;

const common = { owner: 'delivery', role: 'operator', tag: 'Internal' } as const;

/** What the scheduler asks of delivery, which keeps the events. Not part of the public API. */
export const storedEventOperations = defineOperations({
  findKnownKeys: {
    ...common,
    method: 'POST',
    path: '/internal/known-keys',
    scope: null,
    summary: 'Tell which of these dedupe keys belong to an event of the tenant',
    body: Type.Object({
      tenant: UserId,
      keys: Type.Array(Type.String({ minLength: 1, maxLength: 400 }), { maxItems: MAX_ASKED_KEYS }),
    }),
    success: {
      status: 200,
      schema: Type.Object({ data: Type.Object({ known: Type.Array(Type.String()) }) }),
    },
  },

  listReceivedEvents: {
    ...common,
    method: 'POST',
    path: '/internal/received-events',
    scope: null,
    summary: 'List the events of a source or a connection that were received between two times, oldest first',
    body: Type.Object({
      tenant: UserId,
      /** The source, or the connection that pushes were for: the dedupe keys of the events begin with it. */
      sender: Type.String({ pattern: '^(src|con)_[0-9A-Z]+$', maxLength: 100 }),
      since: Type.String({ format: 'date-time' }),
      until: Type.String({ format: 'date-time' }),
      /** The id of the last event of the page before. */
      after: Type.Optional(Type.String({ maxLength: 100 })),
      limit: Type.Integer({ minimum: 1, maximum: 200 }),
    }),
    success: {
      status: 200,
      schema: Type.Object({ data: Type.Array(SourceEvent) }),
    },
  },
});
