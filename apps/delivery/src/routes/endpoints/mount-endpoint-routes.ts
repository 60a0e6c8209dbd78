import {
  ApiError,
  createEndpoint,
  deleteEndpoint,
  deliveryId,
  type EndpointAuth,
  getEndpoint,
  ID_PREFIX,
  listEndpointDeliveries,
  listEndpoints,
  type Principal,
  regenerateSecret,
  tenantToRead,
  tenantToWrite,
  testEndpoint,
  updateEndpoint,
} from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { endpointCatalog, endpoints } from '@hookline/db/delivery';
import { type Authenticate, mountOperation } from '@hookline/service';
import { generateSecret } from '@hookline/signing';
import { and, desc, eq, isNull, lt, sql } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import { monotonicFactory } from 'ulid';
import { endpointSecretPlace } from '../../catalog/endpoint-catalog.ts';
import { openEndpointAuth, sealEndpointAuth } from '../../secrets/endpoint-auth-box.ts';
import type { RouteContext } from '../context.ts';
import { listDeliveriesPage } from '../deliveries/list-deliveries-page.ts';
import { decodeCursor, pageOf } from '../page.ts';
import { checkTransformation } from './check-shaping.ts';
import { type EndpointFields, toEndpointColumns } from './endpoint-columns.ts';
import { findEndpoint } from './find-endpoint.ts';
import { presentEndpoint } from './present-endpoint.ts';
import { rotateSecret } from './rotate-secret.ts';
import { toPublishError } from './to-publish-error.ts';

const RECENT_DELIVERIES = 10;
const nextUlid = monotonicFactory();

/** Endpoints: create, list, read, change, delete, rotate the secret, send a test. */
export function mountEndpointRoutes(
  app: FastifyInstance,
  context: RouteContext,
  authenticate: Authenticate,
): void {
  const { database, secretBox, guard } = context;
  const seal = (id: string, secret: string) => secretBox.seal(secret, endpointSecretPlace(id));
  const openAuth = (id: string, sealed: string) => openEndpointAuth(secretBox, id, sealed);
  const present = (row: typeof endpoints.$inferSelect) => presentEndpoint(row, openAuth);
  const contextOf = (id: string) => ({
    guard,
    sealAuth: (auth: EndpointAuth) => sealEndpointAuth(secretBox, id, auth),
    openAuth: (sealed: string) => openAuth(id, sealed),
  });

  mountOperation(app, createEndpoint, authenticate, async ({ principal, body }) => {
    const { userId, ...fields } = body as EndpointFields & { userId?: string };
    const tenantId = tenantToWrite(principal, userId);
    if (fields.transformation)
      await checkTransformation(context.transformer, tenantId, fields.transformation);
    const id = `${ID_PREFIX.endpoint}_${nextUlid()}`;
    const secret = generateSecret();
    const { name, url, events, ...columns } = toEndpointColumns(
      fields,
      { headers: {}, auth: null },
      contextOf(id),
    );
    // The schema requires them.
    if (name === undefined || url === undefined || events === undefined)
      throw new ApiError('invalid_request');
    const row = await database.withTenant(tenantId, async (tx) => {
      const [created] = await tx
        .insert(endpoints)
        .values({
          ...columns,
          id,
          tenantId,
          name,
          url,
          events,
          secrets: [{ sealed: seal(id, secret), expiresAt: null }],
          version: await nextCatalogVersion(tx),
        })
        .returning();
      return found(created);
    });
    return { data: { ...present(row), secret } };
  });

  mountOperation(app, listEndpoints, authenticate, async ({ principal, query }) => {
    const cursor = decodeCursor(query.cursor);
    const tenant = tenantToRead(principal, query.userId);
    const rows = await database.withScope(tenant, (tx) =>
      tx
        .select()
        .from(endpoints)
        .where(
          and(
            isNull(endpoints.deletedAt),
            tenant === undefined ? undefined : eq(endpoints.tenantId, tenant),
            query.active === undefined ? undefined : eq(endpoints.active, query.active),
            cursor === undefined ? undefined : lt(endpoints.id, cursor),
          ),
        )
        .orderBy(desc(endpoints.id))
        .limit(query.limit + 1)
        .offset(query.offset ?? 0),
    );
    return pageOf(rows, query.limit, ({ id }) => id, present);
  });

  mountOperation(app, getEndpoint, authenticate, async ({ principal, params, query }) => {
    const row = await findEndpoint(database, principal, query.userId, params.id);
    const recent = await listDeliveriesPage(database, {
      tenant: row.tenantId,
      webhookId: row.id,
      limit: RECENT_DELIVERIES,
    });
    return { data: { ...present(row), recentDeliveries: recent.data } };
  });

  mountOperation(app, updateEndpoint, authenticate, async ({ principal, params, query, body }) => {
    if (body.transformation) {
      const { tenantId } = await findEndpoint(database, principal, query.userId, params.id);
      await checkTransformation(context.transformer, tenantId, body.transformation);
    }
    const row = await changeEndpoint(principal, query.userId, params.id, (current) => ({
      ...toEndpointColumns(body as EndpointFields, current, contextOf(current.id)),
      ...(body.url === undefined ? {} : { verified: false }),
      ...(body.active === undefined ? {} : { disabledReason: null }),
    }));
    return { data: present(row) };
  });

  mountOperation(app, deleteEndpoint, authenticate, async ({ principal, params, query }) => {
    await changeEndpoint(principal, query.userId, params.id, () => ({
      active: false,
      deletedAt: new Date(),
    }));
    return { data: { message: 'The endpoint was deleted' } };
  });

  mountOperation(app, regenerateSecret, authenticate, async ({ principal, params, query }) => {
    const secret = generateSecret();
    const row = await changeEndpoint(principal, query.userId, params.id, (current) => ({
      secrets: rotateSecret(current.secrets, seal(current.id, secret), Date.now()),
    }));
    return { data: { ...present(row), secret } };
  });

  mountOperation(app, testEndpoint, authenticate, async ({ principal, params, query }) => {
    const row = await findEndpoint(database, principal, query.userId, params.id);
    if (!row.active) {
      throw new ApiError('conflict', {
        message: 'The endpoint is switched off and gets nothing: switch it on to test it',
      });
    }
    const ulid = nextUlid();
    const eventId = `${ID_PREFIX.event}_${ulid}`;
    const now = new Date().toISOString();
    const payload = { message: 'A test of this endpoint', webhookId: row.id, sentAt: now };
    // Through the front like every event, marked for this endpoint alone.
    const event = {
      attributes: {
        id: eventId,
        type: 'webhook.test',
        source: '/hookline',
        subject: row.id,
        time: now,
        tenant: row.tenantId,
        provider: 'hookline',
        receivedat: now,
        via: 'api' as const,
        dedupekey: `hookline:test:${ulid}`,
        endpoint: row.id,
      },
      payload: Buffer.from(JSON.stringify(payload)),
    };
    await context.publisher.publish(event).catch((error: unknown) => {
      throw toPublishError(error);
    });
    return { data: { eventId, deliveryId: deliveryId(eventId, row.id) } };
  });

  mountOperation(app, listEndpointDeliveries, authenticate, async ({ principal, params, query }) => {
    const row = await findEndpoint(database, principal, query.userId, params.id);
    return listDeliveriesPage(database, {
      tenant: row.tenantId,
      webhookId: row.id,
      limit: query.limit,
      cursor: query.cursor,
      offset: query.offset,
      status: query.status,
    });
  });

  async function changeEndpoint(
    principal: Principal,
    userId: string | undefined,
    id: string,
    change: (current: typeof endpoints.$inferSelect) => Partial<typeof endpoints.$inferInsert>,
  ) {
    const tenant = tenantToRead(principal, userId);
    return database.withScope(tenant, async (tx) => {
      const [current] = await tx
        .select()
        .from(endpoints)
        .where(and(eq(endpoints.id, id), isNull(endpoints.deletedAt)))
        .for('update');
      const [changed] = await tx
        .update(endpoints)
        .set({ ...change(found(current)), version: await nextCatalogVersion(tx), updatedAt: new Date() })
        .where(eq(endpoints.id, id))
        .returning();
      return found(changed);
    });
  }
}

/** Another tenant's endpoint is answered like one that does not exist. */
function found<T>(row: T | undefined): T {
  if (row === undefined) throw new ApiError('not_found', { message: 'There is no such endpoint' });
  return row;
}

/** See endpoint_catalog in the migrations: whoever sees this version sees the change. */
async function nextCatalogVersion(tx: Transaction): Promise<number> {
  const [row] = await tx
    .update(endpointCatalog)
    .set({ version: sql`${endpointCatalog.version} + 1` })
    .returning({ version: endpointCatalog.version });
  if (!row) throw new Error('the endpoint catalog has no row: the migrations are incomplete');
  return row.version;
}
