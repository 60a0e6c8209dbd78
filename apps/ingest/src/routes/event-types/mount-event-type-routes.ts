import {
  ApiError,
  findUnknownEventTypes,
  operations,
  tenantToRead,
  tenantToWrite,
} from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { eventTypes } from '@hookline/db/ingest';
import { type Authenticate, mountOperation } from '@hookline/service';
import { and, eq, sql } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import { findUnknownTypes } from '../../event-types/find-unknown-types.ts';
import { judgeSchema, type SchemaVerdict } from '../../event-types/judge-schema.ts';
import {
  type EventTypeRow,
  listEventTypes as listTypes,
  presentEventType,
} from '../../event-types/list-event-types.ts';
import type { SchemaThreads } from '../../event-types/schema-threads.ts';

export interface EventTypeRoutesContext {
  authenticate: Authenticate;
  database: Database;
  schemaThreads: SchemaThreads;
}

/** An operator who names no tenant gets what everybody has. */
export function mountEventTypeRoutes(
  app: FastifyInstance,
  { authenticate, database, schemaThreads }: EventTypeRoutesContext,
): void {
  mountOperation(app, operations.listEventTypes, authenticate, async ({ principal, query }) => {
    const types = await listTypes(database, tenantToRead(principal, query.userId));
    return {
      data: types.filter(({ provider }) => query.provider === undefined || provider === query.provider),
    };
  });

  mountOperation(app, operations.listEventTypeNames, authenticate, async ({ principal, query }) => {
    const names: Record<string, string[]> = {};
    for (const { provider, type } of await listTypes(database, tenantToRead(principal, query.userId))) {
      names[provider] ??= [];
      names[provider].push(type);
    }
    return { data: names };
  });

  mountOperation(app, operations.putEventType, authenticate, async ({ principal, params, query, body }) => {
    const tenant = tenantToWrite(principal, query.userId);
    if (body.schema) refuseUnusable(await judgeSchema(schemaThreads, tenant, body.schema));
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
    return { data: presentEventType(row as EventTypeRow) };
  });

  mountOperation(app, operations.deleteEventType, authenticate, async ({ principal, params, query }) => {
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

  mountOperation(app, findUnknownEventTypes, authenticate, async ({ principal, body }) => ({
    data: await findUnknownTypes(database, tenantToRead(principal, body.userId), body.patterns),
  }));
}

function refuseUnusable(verdict: SchemaVerdict): void {
  if (verdict.kind === 'busy') throw new ApiError('overloaded', { retryAfterSeconds: 1 });
  if (verdict.kind === 'refused') {
    throw new ApiError('invalid_schema', { message: `body/schema${verdict.at}: ${verdict.problem}` });
  }
}
