import Type, { type Static, type TSchema } from 'typebox';
import { nullable, UserId } from '../api/common.ts';
import { defineOperations, type ServiceName } from '../operation.ts';

/** The most tenants that one question about facts names, and the most facts of one page. */
export const MAX_FACT_TENANTS = 500;
export const MAX_FACTS = 1_000;

/** null: all tenants. */
const Tenants = nullable(Type.Array(UserId, { maxItems: MAX_FACT_TENANTS }));
const page = {
  userIds: Tenants,
  /** `next` of the page before. */
  after: Type.Optional(Type.String({ maxLength: 1_000 })),
};

/** An endpoint that has had nothing but failures since a time. */
export const FailingEndpoint = Type.Object({
  id: Type.String(),
  userId: Type.String(),
  name: Type.String(),
  tags: Type.Array(Type.String()),
  failures: Type.Integer(),
  failingSince: Type.String(),
  failingSeconds: Type.Number(),
});
export type FailingEndpoint = Static<typeof FailingEndpoint>;

/**
 * Whether an endpoint, a source or a connection is still there and switched on. `disabled`: Hookline switched an endpoint
 * off because it failed. `off`: a caller switched it off, or the connection is paused. `gone`: it was deleted.
 */
export const SubjectPresence = Type.Object({
  id: Type.String(),
  state: Type.Enum(['active', 'disabled', 'off', 'gone']),
});
export type SubjectPresence = Static<typeof SubjectPresence>;

/** Deliveries that gave up, in each of `DEAD_LETTER_WINDOWS`. */
export const DeadLetterCount = Type.Object({
  /** null: all tenants together. */
  userId: nullable(Type.String()),
  counts: Type.Array(Type.Integer()),
});
export type DeadLetterCount = Static<typeof DeadLetterCount>;

export const OpenDeliveries = Type.Object({
  /** null: all tenants together. */
  userId: nullable(Type.String()),
  open: Type.Integer(),
  oldestSeconds: Type.Number(),
});
export type OpenDeliveries = Static<typeof OpenDeliveries>;

/** What the ledger misses, of all tenants together. */
export const UnaccountedWork = Type.Object({ userId: Type.Null(), unaccounted: Type.Integer() });
export type UnaccountedWork = Static<typeof UnaccountedWork>;

export const SilentSource = Type.Object({
  id: Type.String(),
  userId: Type.String(),
  name: nullable(Type.String()),
  provider: Type.String(),
  lastReceivedAt: nullable(Type.String()),
  silentSeconds: Type.Number(),
});
export type SilentSource = Static<typeof SilentSource>;

export const LostConnection = Type.Object({
  id: Type.String(),
  userId: Type.String(),
  name: nullable(Type.String()),
  provider: Type.String(),
  status: Type.String(),
});
export type LostConnection = Static<typeof LostConnection>;

/** A quota of a provider that calls for a tenant take from. */
export const UsedQuota = Type.Object({
  key: Type.String(),
  userId: Type.String(),
  used: Type.Integer(),
  capacity: Type.Integer(),
});
export type UsedQuota = Static<typeof UsedQuota>;

const question = <Owner extends ServiceName, Path extends string>(owner: Owner, path: Path) =>
  ({
    owner,
    role: 'operator',
    scope: null,
    tag: 'Internal',
    method: 'POST',
    path: `/internal/alert-facts/${path}`,
  }) as const;

const facts = <T extends TSchema>(schema: T) =>
  ({
    status: 200,
    schema: Type.Object({ data: Type.Array(schema), next: nullable(Type.String()) }),
  }) as const;

const presence = {
  body: Type.Object({
    ids: Type.Array(Type.String({ maxLength: 100 }), { maxItems: MAX_FACTS }),
  }),
  success: { status: 200, schema: Type.Object({ data: Type.Array(SubjectPresence) }) },
} as const;

/** What the gateway asks the services to check alert rules: a page of what may concern a rule. Not part of the public API. */
export const alertFactOperations = defineOperations({
  listFailingEndpoints: {
    ...question('delivery', 'failing-endpoints'),
    summary: 'List active endpoints that have had nothing but failures',
    body: Type.Object(page),
    success: facts(FailingEndpoint),
  },

  listEndpointPresence: {
    ...question('delivery', 'endpoint-presence'),
    summary: 'Tell which of these endpoints are switched on',
    ...presence,
  },

  countRecentDeadLetters: {
    ...question('delivery', 'dead-letters'),
    summary: 'Count the deliveries that gave up, by tenant, or of all tenants together',
    body: Type.Object({
      ...page,
      /** The largest window that is asked for, in minutes. */
      withinMinutes: Type.Integer({ minimum: 1, maximum: 1_440 }),
    }),
    success: facts(DeadLetterCount),
  },

  countOpenDeliveries: {
    ...question('delivery', 'open-deliveries'),
    summary: 'Count the open deliveries, by tenant, or of all tenants together',
    body: Type.Object(page),
    success: facts(OpenDeliveries),
  },

  countUnaccounted: {
    ...question('delivery', 'unaccounted'),
    summary: 'Tell how many events and deliveries are missing in the ledger',
    body: Type.Object(page),
    success: facts(UnaccountedWork),
  },

  listSilentSources: {
    ...question('ingest', 'silent-sources'),
    summary: 'List active sources that have received nothing for so many hours',
    body: Type.Object({ ...page, hours: Type.Integer({ minimum: 1, maximum: 720 }) }),
    success: facts(SilentSource),
  },

  listSourcePresence: {
    ...question('ingest', 'source-presence'),
    summary: 'Tell which of these sources are switched on',
    ...presence,
  },

  listLostConnections: {
    ...question('scheduler', 'lost-connections'),
    summary: 'List connections that a person has to connect again',
    body: Type.Object(page),
    success: facts(LostConnection),
  },

  listConnectionPresence: {
    ...question('scheduler', 'connection-presence'),
    summary: 'Tell which of these connections are there and not paused',
    ...presence,
  },

  listUsedQuotas: {
    ...question('scheduler', 'used-quotas'),
    summary: 'List quotas of which so many percent are used',
    body: Type.Object({ ...page, percent: Type.Integer({ minimum: 1, maximum: 100 }) }),
    success: facts(UsedQuota),
  },
});
