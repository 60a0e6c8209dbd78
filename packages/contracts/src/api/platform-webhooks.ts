import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import { list, nullable, one, PageQuery, Timestamp, UserId, withDefault } from './common.ts';

/** A webhook that Hookline registered at a provider for a connection. */
export const RegisteredWebhook = Type.Object({
  id: Type.String(),
  userId: Type.String(),
  platform: Type.String({ description: 'The provider' }),
  webhookId: nullable(Type.String({ description: "The provider's id of it" })),
  webhookUrl: Type.String({ description: 'The address that the provider calls' }),
  events: nullable(
    Type.Array(Type.String(), {
      description: "The provider's names of the events. null: all that it pushes",
    }),
  ),
  metadata: Type.Record(Type.String(), Type.Unknown()),
  active: Type.Boolean({ description: 'Whether it is registered at the provider, as far as Hookline knows' }),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  connectionId: Type.String({ description: 'The connection whose token maintains it' }),
  resource: Type.Object(
    { id: Type.String(), name: nullable(Type.String()) },
    { description: 'What it is for, such as a repository or a mailbox' },
  ),
  status: Type.Enum(['pending', 'verified', 'unverified', 'failing', 'stopping', 'off'], {
    description:
      '`pending`: not confirmed yet. `verified`: pushes arrive. `unverified`: nothing arrived within a minute; it is checked or asked for again at `nextCheckAt`. `failing`: it cannot be made or renewed, see `reason`; polls find the events meanwhile. `stopping`: it ends. `off`: `WEBHOOK_REGISTRATION` is off',
  }),
  reason: nullable(Type.String({ description: 'What is in the way, as a stable code such as hook_limit' })),
  message: nullable(Type.String({ description: 'What is in the way, in words, and what to do' })),
  verifiedAt: nullable(Timestamp),
  expiresAt: nullable(Type.String({ format: 'date-time', description: 'When it ends unless it is renewed' })),
  lastCheckedAt: nullable(Timestamp),
  nextCheckAt: nullable(
    Type.String({
      format: 'date-time',
      description: 'When it is registered, renewed or checked next. null: its connection rests',
    }),
  ),
  nextComparisonAt: nullable(
    Type.String({
      format: 'date-time',
      description:
        "When the provider's log of its deliveries is compared next with what arrived. null: the provider shows no log, or the connection rests",
    }),
  ),
});
export type RegisteredWebhook = Static<typeof RegisteredWebhook>;

/** What was compared on one day, for one watch or poll. */
export const ReconciliationDay = Type.Object({
  day: Type.String({ description: 'In UTC, such as 2026-12-01' }),
  stream: Type.String({ description: 'The watch with its resource, or the poll' }),
  received: Type.Integer({ description: 'Arrived by themselves' }),
  missed: Type.Integer({ description: 'Did not arrive by themselves' }),
  recovered: Type.Integer({ description: 'Missed ones that were fetched and published' }),
  duplicate: Type.Integer({ description: 'Found although they had arrived, and dropped' }),
  reasons: Type.Record(Type.String(), Type.Integer(), {
    description: 'Why the missed ones did not arrive, with their number',
  }),
});
export type ReconciliationDay = Static<typeof ReconciliationDay>;

/** What an account could have watched. */
export const ConnectionResource = Type.Object({
  id: Type.String(),
  name: Type.String(),
  activeAt: nullable(Timestamp),
  allowed: Type.Boolean({ description: 'Whether the account may have it watched' }),
  watched: Type.Boolean(),
});
export type ConnectionResource = Static<typeof ConnectionResource>;

/** How the pushes of an OAuth application arrive. */
export const AppPushes = Type.Object({
  url: nullable(Type.String({ description: 'The address to enter at the provider. null: not set up yet' })),
  setup: Type.Array(Type.String(), { description: 'What a person has to do at the provider' }),
  unrouted: Type.Array(
    Type.Object({
      accountKey: Type.String(),
      pushes: Type.Integer(),
      lastType: Type.String(),
      firstAt: Timestamp,
      lastAt: Timestamp,
    }),
    { description: 'Pushes for accounts that are not connected, the newest 100 of them' },
  ),
});
export type AppPushes = Static<typeof AppPushes>;

const params = Type.Object({ id: Type.String({ maxLength: 100 }) });
const forUser = Type.Object({ userId: Type.Optional(UserId) });
const common = { owner: 'scheduler', role: 'tenant', tag: 'Connections' } as const;
const SLOW_MS = 30_000;

export const platformWebhookOperations = defineOperations({
  listRegisteredWebhooks: {
    ...common,
    method: 'GET',
    path: '/api/webhooks/list',
    scope: 'connections:read',
    summary: 'List the webhooks that Hookline registered at providers',
    query: Type.Object({
      ...PageQuery,
      userId: Type.Optional(UserId),
      connectionId: Type.Optional(Type.String({ maxLength: 100 })),
    }),
    success: { status: 200, schema: list(RegisteredWebhook) },
  },

  getConnectionReconciliation: {
    ...common,
    method: 'GET',
    path: '/api/connections/:id/reconciliation',
    scope: 'connections:read',
    summary: 'Show what a connection received, missed and recovered, by day',
    params,
    query: Type.Object({
      days: withDefault(Type.Integer({ minimum: 1, maximum: 90 }), 7),
      userId: Type.Optional(UserId),
    }),
    success: { status: 200, schema: Type.Object({ data: Type.Array(ReconciliationDay) }) },
  },

  listConnectionResources: {
    ...common,
    method: 'GET',
    path: '/api/connections/:id/resources',
    scope: 'connections:read',
    summary: 'List what a connection could have watched, such as repositories, the last active first',
    params,
    query: forUser,
    answersWithinMs: SLOW_MS,
    success: { status: 200, schema: Type.Object({ data: Type.Array(ConnectionResource) }) },
  },

  getAppPushes: {
    ...common,
    method: 'GET',
    path: '/api/oauth-apps/:id/pushes',
    scope: 'connections:read',
    summary: 'Show how the pushes of an OAuth application arrive',
    params,
    query: forUser,
    success: { status: 200, schema: one(AppPushes) },
  },

  setAppPushes: {
    ...common,
    method: 'PUT',
    path: '/api/oauth-apps/:id/pushes',
    scope: 'connections:write',
    summary: "Create the address for an OAuth application's pushes, or change its secret",
    description:
      'For providers that push the events of all accounts to one address: Slack, Gmail, GitHub Apps, Discord. `secret` is the signing secret or public key of the application, `options` are those of a source of the provider. Only operators may do it for an application of the installation.',
    params,
    query: forUser,
    body: Type.Object(
      {
        secret: Type.Optional(Type.String({ minLength: 1, maxLength: 4096 })),
        options: Type.Optional(
          Type.Record(Type.String({ maxLength: 64 }), Type.String({ minLength: 1, maxLength: 4096 })),
        ),
      },
      { additionalProperties: false },
    ),
    success: { status: 200, schema: one(AppPushes) },
  },
});
