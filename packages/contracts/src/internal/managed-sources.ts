import Type, { type Static } from 'typebox';
import { message, nullable, one, Timestamp, UserId } from '../api/common.ts';
import { defineOperations } from '../operation.ts';

/** A source that the scheduler has made for an OAuth application or a connection. */
export const ManagedSource = Type.Object({
  id: Type.String(),
  /** The address that the provider calls. */
  url: Type.String(),
  provider: Type.String(),
  active: Type.Boolean(),
  secretsSetAt: Type.Array(Timestamp),
  options: Type.Record(Type.String(), Type.String()),
});
export type ManagedSource = Static<typeof ManagedSource>;

export const ManagedSourceSettings = Type.Object({
  /** What the source is for: its owner and the resource. Making it again under the same key changes it. */
  key: Type.String({ minLength: 1, maxLength: 400 }),
  /** The id of the OAuth application or of the connection. */
  managedBy: Type.String({ pattern: '^(oap|con)_', maxLength: 100 }),
  /** null: the source of an application of the whole installation. */
  userId: nullable(UserId),
  provider: Type.String({ maxLength: 64 }),
  name: Type.Optional(Type.String({ maxLength: 200 })),
  /** Absent: unchanged. The previous secret stays valid until the next change. */
  secret: Type.Optional(Type.String({ minLength: 1, maxLength: 4096 })),
  /** All of the provider's options; none: it confirms the end of its subscription. Absent: unchanged. */
  options: Type.Optional(Type.Record(Type.String(), Type.String({ minLength: 1, maxLength: 65_536 }))),
});
export type ManagedSourceSettings = Static<typeof ManagedSourceSettings>;

const MAX_AT_ONCE = 500;

const common = { owner: 'ingest', role: 'operator', tag: 'Internal' } as const;
const params = Type.Object({ id: Type.String({ maxLength: 100 }) });

/** What the scheduler asks of ingest. Not part of the public API. */
export const managedSourceOperations = defineOperations({
  putManagedSource: {
    ...common,
    method: 'PUT',
    path: '/internal/managed-sources',
    scope: null,
    summary: 'Create the source of an OAuth application or a connection, or change it',
    body: ManagedSourceSettings,
    success: { status: 200, schema: one(ManagedSource) },
  },

  withholdPushes: {
    ...common,
    method: 'POST',
    path: '/internal/managed-sources/withholding',
    scope: null,
    summary: 'Say of sources whether what they receive becomes events. Sources that do not exist are ignored',
    body: Type.Object({
      sources: Type.Array(
        Type.Object({
          id: Type.String({ maxLength: 100 }),
          /** true: requests are verified and answered, and no event is stored. */
          withholds: Type.Boolean(),
        }),
        { maxItems: MAX_AT_ONCE },
      ),
    }),
    success: { status: 200, schema: message },
  },

  deleteManagedSource: {
    ...common,
    method: 'DELETE',
    path: '/internal/managed-sources/:id',
    scope: null,
    summary: 'Delete a source that the scheduler has made. One that does not exist is a success as well',
    params,
    success: { status: 200, schema: message },
  },
});
