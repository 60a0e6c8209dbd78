import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import {
  DATE_RANGE,
  EXPORT_TEXT,
  ExportQuery,
  list,
  nullable,
  PageQuery,
  Timestamp,
  UserId,
} from './common.ts';

/** What a call led to. `failed`: it was answered 5xx, and may have been done. `replayed`: it repeated a done call. */
export const AuditOutcome = Type.Enum(['done', 'refused', 'failed', 'replayed']);
export type AuditOutcome = Static<typeof AuditOutcome>;

export const AuditActorKind = Type.Enum(['key', 'session', 'portal_session', 'jwt', 'environment']);
export type AuditActorKind = Static<typeof AuditActorKind>;

/** A call that changed something, or that was refused. Entries are never changed. */
export const AuditEntry = Type.Object({
  id: Type.String(),
  at: Timestamp,
  userId: nullable(
    Type.String({ description: 'The tenant whose thing it was about. null: of no tenant, or not known' }),
  ),
  actor: Type.Object({
    kind: AuditActorKind,
    id: Type.String({ description: 'Id of the API key, session or portal session, or the `sub` of the JWT' }),
    role: Type.Enum(['tenant', 'operator']),
  }),
  operation: Type.String({
    description: '`operationId` of the call in the OpenAPI document, or `signIn` at the identity provider',
  }),
  targetId: nullable(Type.String({ description: 'Id of the thing: from the path, or of the new thing' })),
  outcome: AuditOutcome,
  status: Type.Integer({ description: 'Status of the answer' }),
  code: nullable(Type.String({ description: 'Code of the error' })),
  changes: nullable(
    Type.Record(
      Type.String(),
      Type.Object({ before: Type.Optional(Type.Unknown()), after: Type.Optional(Type.Unknown()) }),
      {
        description:
          'Changed fields of the thing. Secrets are left out or `[redacted]`; a value with more than 2,000 characters is `[too long]`',
      },
    ),
  ),
  requestId: Type.String({ description: '`X-Request-Id` of the call' }),
  address: nullable(Type.String({ description: "Client address. Tenants do not see an operator's" })),
});
export type AuditEntry = Static<typeof AuditEntry>;

const filters = {
  userId: Type.Optional(UserId),
  actor: Type.Optional(Type.String({ maxLength: 250, description: 'Id of the actor' })),
  operation: Type.Optional(Type.String({ maxLength: 100 })),
  targetId: Type.Optional(Type.String({ maxLength: 200 })),
  outcome: Type.Optional(AuditOutcome),
  requestId: Type.Optional(Type.String({ maxLength: 100 })),
  ...DATE_RANGE,
};
const { limit, cursor } = PageQuery;
const common = { owner: 'gateway', role: 'tenant', tag: 'Audit', scope: 'admin', method: 'GET' } as const;

export const auditOperations = defineOperations({
  listAuditEntries: {
    ...common,
    path: '/api/audit',
    summary: 'List who changed what, and what was refused, newest first',
    description:
      'Has an entry for every call that changes something, and for every call that was answered 403, 409 or 422, or 401 with a known key. Publishing events is not audited. Of refused calls of one key, 60 a minute are recorded.',
    query: Type.Object({ limit, cursor, ...filters }),
    success: { status: 200, schema: list(AuditEntry) },
  },

  exportAuditEntries: {
    ...common,
    path: '/api/audit/export',
    summary: 'Export the audit as lines of JSON, newest first',
    description: EXPORT_TEXT,
    query: Type.Object({ ...ExportQuery, ...filters }),
    isStream: true,
    success: { status: 200 },
  },
});
