import {
  APPLICATION_EVENT_TYPES,
  ApiError,
  deleteEventType,
  type EventType,
  HOOKLINE_EVENT_TYPES,
  HOOKLINE_PROVIDER,
  listEventTypeNames,
  listEventTypes,
  putEventType,
  tenantToRead,
  tenantToWrite,
} from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { eventTypes } from '@hookline/db/ingest';
import { listProviders } from '@hookline/providers';
import { type Authenticate, mountOperation } from '@hookline/service';
import { and, asc, eq, sql } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import { findSchemaProblem } from '../../event-types/data-schema.ts';

export interface EventTypeRoutesContext {
  authenticate: Authenticate;
  database: Database;
}

const APP = 'app';
const MAX_OWN_TYPES = 10_000;

/** An operator who names no tenant gets what everybody has. */
export function mountEventTypeRoutes(
  app: FastifyInstance,
  { authenticate, database }: EventTypeRoutesContext,
): void {
  mountOperation(app, listEventTypes, authenticate, async ({ principal, query }) => {
    const types = await listTypes(tenantToRead(principal, query.userId));
    return {
      data: types.filter(({ provider }) => query.provider === undefined || provider === query.provider),
    };
  });

  mountOperation(app, listEventTypeNames, authenticate, async ({ principal, query }) => {
    const names: Record<string, string[]> = {};
    for (const { provider, type } of await listTypes(tenantToRead(principal, query.userId))) {
      names[provider] ??= [];
      names[provider].push(type);
    }
    return { data: names };
  });

  mountOperation(app, putEventType, authenticate, async ({ principal, params, query, body }) => {
    const tenant = tenantToWrite(principal, query.userId);
    const problem = body.schema ? findSchemaProblem(body.schema) : undefined;
    if (problem !== undefined) throw new ApiError('invalid_request', { message: `body/schema: ${problem}` });
    const changes = {
      ...(body.description === undefined ? {} : { description: body.description }),
      ...(body.schema === undefined ? {} : { schema: body.schema }),
    };
    const [row] = await database.withTenant(tenant, (transaction) =>
      transaction
        .insert(eventTypes)
        .values({ tenantId: tenant, type: params.type, registered: true, ...changes })
        .onConflictDoUpdate({
          target: [eventTypes.tenantId, eventTypes.type],
          set: { registered: true, updatedAt: sql`now()`, ...changes },
        })
        .returning(),
    );
    return { data: present(row as Row) };
  });

  mountOperation(app, deleteEventType, authenticate, async ({ principal, params, query }) => {
    const tenant = tenantToWrite(principal, query.userId);
    const deleted = await database.withTenant(tenant, (transaction) =>
      transaction
        .delete(eventTypes)
        .where(and(eq(eventTypes.tenantId, tenant), eq(eventTypes.type, params.type)))
        .returning({ type: eventTypes.type }),
    );
    if (deleted.length === 0) throw new ApiError('not_found');
    return { data: { message: 'Event type deleted' } };
  });

  async function listTypes(tenant: string | undefined): Promise<EventType[]> {
    const rows =
      tenant === undefined
        ? []
        : await database.withTenant(tenant, (transaction) =>
            transaction.select().from(eventTypes).orderBy(asc(eventTypes.type)).limit(MAX_OWN_TYPES),
          );
    const own = new Map(rows.map((row) => [row.type, present(row)]));
    const builtIn = APPLICATION_EVENT_TYPES.map(({ type, description }): EventType => {
      const changed = own.get(type);
      own.delete(type);
      if (changed?.origin === 'own') return { ...changed, description: changed.description ?? description };
      return { type, provider: APP, description, origin: 'built_in' };
    });
    return [...builtIn, ...own.values(), ...ANNOUNCEMENT_TYPES, ...PROVIDER_TYPES];
  }
}

const ANNOUNCEMENT_TYPES: readonly EventType[] = HOOKLINE_EVENT_TYPES.map(
  ({ type, description }): EventType => ({
    type,
    provider: HOOKLINE_PROVIDER,
    description,
    origin: 'built_in',
  }),
);

const PROVIDER_TYPES: readonly EventType[] = listProviders().flatMap((provider) =>
  provider.eventTypes.map(
    (type): EventType => ({ type, provider: provider.id, description: null, origin: 'built_in' }),
  ),
);

type Row = typeof eventTypes.$inferSelect;

function present({ type, description, schema, registered }: Row): EventType {
  return {
    type,
    provider: APP,
    description,
    origin: registered ? 'own' : 'seen',
    ...(schema === null ? {} : { schema }),
  };
}
