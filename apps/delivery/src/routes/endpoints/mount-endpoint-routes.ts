import {
  ApiError,
  createEndpoint,
  deleteEndpoint,
  deliveryId,
  ENDPOINT_DEFAULTS,
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
import type { RouteContext } from '../context.ts';
import { listDeliveriesPage } from '../deliveries/list-deliveries-page.ts';
import { decodeCursor, pageOf } from '../page.ts';
import { checkEndpointUrl, checkText, resolveRetrySchedule } from './check-endpoint.ts';
import { readHeaders } from './endpoint-headers.ts';
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

  mountOperation(app, createEndpoint, authenticate, async ({ principal, body }) => {
    const tenantId = tenantToWrite(principal, body.userId);
    const id = `${ID_PREFIX.endpoint}_${nextUlid()}`;
    const secret = generateSecret();
    const url = checkEndpointUrl(body.url, guard);
    const row = await database.withTenant(tenantId, async (tx) => {
      const [created] = await tx
        .insert(endpoints)
        .values({
          id,
          tenantId,
          name: checkText('name', body.name),
          url,
          description: checkText('description', body.description ?? null),
          events: unique(body.events),
          active: body.active ?? true,
          headers: readHeaders(body.headers ?? {}, {}),
          maxRetries: body.maxRetries ?? ENDPOINT_DEFAULTS.maxRetries,
          retryDelaySeconds: body.retryDelay ?? ENDPOINT_DEFAULTS.retryDelaySeconds,
          retrySchedule: resolveRetrySchedule(body.retrySchedule ?? null),
          timeoutSeconds: body.timeoutSeconds ?? ENDPOINT_DEFAULTS.timeoutSeconds,
          secrets: [{ sealed: seal(id, secret), expiresAt: null }],
          version: await nextCatalogVersion(tx),
        })
        .returning();
      return found(created);
    });
    return { data: { ...presentEndpoint(row), secret } };
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
    return pageOf(rows, query.limit, ({ id }) => id, presentEndpoint);
  });

  mountOperation(app, getEndpoint, authenticate, async ({ principal, params, query }) => {
    const row = await readEndpoint(principal, query.userId, params.id);
    const recent = await listDeliveriesPage(database, {
      tenant: row.tenantId,
      webhookId: row.id,
      limit: RECENT_DELIVERIES,
    });
    return { data: { ...presentEndpoint(row), recentDeliveries: recent.data } };
  });

  mountOperation(app, updateEndpoint, authenticate, async ({ principal, params, query, body }) => {
    const row = await changeEndpoint(principal, query.userId, params.id, (current) => ({
      ...(body.name === undefined ? {} : { name: checkText('name', body.name) }),
      ...(body.url === undefined ? {} : { url: checkEndpointUrl(body.url, guard), verified: false }),
      ...(body.events === undefined ? {} : { events: unique(body.events) }),
      ...(body.description === undefined ? {} : { description: checkText('description', body.description) }),
      ...(body.headers === undefined ? {} : { headers: readHeaders(body.headers, current.headers) }),
      ...(body.maxRetries === undefined ? {} : { maxRetries: body.maxRetries }),
      ...(body.retryDelay === undefined ? {} : { retryDelaySeconds: body.retryDelay }),
      ...(body.retrySchedule === undefined
        ? {}
        : { retrySchedule: resolveRetrySchedule(body.retrySchedule) }),
      ...(body.timeoutSeconds === undefined ? {} : { timeoutSeconds: body.timeoutSeconds }),
      ...(body.active === undefined ? {} : { active: body.active, disabledReason: null }),
    }));
    return { data: presentEndpoint(row) };
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
    return { data: { ...presentEndpoint(row), secret } };
  });

  mountOperation(app, testEndpoint, authenticate, async ({ principal, params, query }) => {
    const row = await readEndpoint(principal, query.userId, params.id);
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
    const row = await readEndpoint(principal, query.userId, params.id);
    return listDeliveriesPage(database, {
      tenant: row.tenantId,
      webhookId: row.id,
      limit: query.limit,
      cursor: query.cursor,
      offset: query.offset,
      status: query.status,
    });
  });

  async function readEndpoint(principal: Principal, userId: string | undefined, id: string) {
    const tenant = tenantToRead(principal, userId);
    const [row] = await database.withScope(tenant, (tx) =>
      tx
        .select()
        .from(endpoints)
        .where(and(eq(endpoints.id, id), isNull(endpoints.deletedAt))),
    );
    return found(row);
  }

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

const unique = (values: readonly string[]) => [...new Set(values)];

/** See endpoint_catalog in the migrations: whoever sees this version sees the change. */
async function nextCatalogVersion(tx: Transaction): Promise<number> {
  const [row] = await tx
    .update(endpointCatalog)
    .set({ version: sql`${endpointCatalog.version} + 1` })
    .returning({ version: endpointCatalog.version });
  if (!row) throw new Error('the endpoint catalog has no row: the migrations are incomplete');
  return row.version;
}
