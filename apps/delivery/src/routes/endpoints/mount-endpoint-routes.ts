import { toPublishError } from '@hookline/bus';
import {
  ApiError,
  deliveryId,
  type EndpointAuth,
  HOOKLINE_PROVIDER,
  ID_PREFIX,
  operations,
  type Principal,
  publicKeysPath,
  type Signing,
  type Transformation,
  tenantToRead,
  tenantToWrite,
} from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { announcements, endpointCatalog, endpoints, type StoredSigningKey } from '@hookline/db/delivery';
import {
  type Authenticate,
  createIdFactory,
  decodeCursor,
  mountOperation,
  type OperationHandler,
  pageOf,
} from '@hookline/service';
import { and, desc, eq, isNull, lt, sql } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';
import type { FastifyInstance } from 'fastify';
import { openEndpointAuth, sealEndpointAuth } from '../../endpoints/secrets/endpoint-auth-box.ts';
import { sealHeaderValue } from '../../endpoints/secrets/endpoint-header-box.ts';
import { openEndpointSecret, sealEndpointSecret } from '../../endpoints/secrets/endpoint-secret-box.ts';
import { createSigningKey } from '../../endpoints/secrets/signing-key-box.ts';
import { createVerificationLimit } from '../../operations/verification/limit-verifications.ts';
import { verifyEndpoint as runVerification } from '../../operations/verification/verify-endpoint.ts';
import { releaseOrdering } from '../../pipeline/ordering/release-ordering.ts';
import type { RouteContext } from '../context.ts';
import { countUpTo } from '../count-up-to.ts';
import { listDeliveriesPage } from '../deliveries/list-deliveries-page.ts';
import { withContents } from '../deliveries/with-contents.ts';
import { presentPublicKeys } from '../keys/present-public-keys.ts';
import { type MissedSince, missedSince } from '../replays/missed-since.ts';
import { startReplay } from '../replays/start-replay.ts';
import { warnOfFilter, withWarnings } from '../warnings.ts';
import { checkEndpointAnswers } from './check-endpoint.ts';
import { checkTransformation } from './check-shaping.ts';
import { NO_COLUMNS, toEndpointColumns } from './endpoint-columns.ts';
import { findEndpoint } from './find-endpoint.ts';
import { markVerified } from './mark-verified.ts';
import { presentEndpoint } from './present-endpoint.ts';
import { readHealth } from './read-health.ts';
import type { EndpointChanges } from './read-settings.ts';
import { rotateSecret } from './rotate-secret.ts';
import { secretFrom } from './secret-from.ts';
import { warnOfTwins } from './warn-of-twins.ts';

const RECENT_DELIVERIES = 10;
const nextEndpointId = createIdFactory(ID_PREFIX.endpoint);
const nextEventId = createIdFactory(ID_PREFIX.event);

/** Endpoints: create, list, read, change, delete, rotate the secret, send a test. */
export function mountEndpointRoutes(
  app: FastifyInstance,
  context: RouteContext,
  authenticate: Authenticate,
): void {
  const { database, secretBox, guard } = context;
  const seal = (id: string, secret: string) => sealEndpointSecret(secretBox, id, secret);
  /** A key pair from the moment that one is asked for; it stays, for receivers that are yet to change over. */
  const signingKeysFor = (id: string, signing: Signing | undefined, known: StoredSigningKey[]) =>
    signing === undefined || signing.algorithm === 'hmac' || known.length > 0
      ? {}
      : { signingKeys: [createSigningKey(secretBox, id)] };
  const openAuth = (id: string, sealed: string) => openEndpointAuth(secretBox, id, sealed);
  const present = (row: typeof endpoints.$inferSelect) => presentEndpoint(row, openAuth);
  const contextOf = (id: string) => ({
    guard,
    ownOrigins: context.ownOrigins,
    defaultMaxRetries: context.defaultMaxRetries,
    sealHeader: (name: string, value: string) => sealHeaderValue(secretBox, id, name, value),
    sealAuth: (auth: EndpointAuth) => sealEndpointAuth(secretBox, id, auth),
    openAuth: (sealed: string) => openAuth(id, sealed),
  });

  /** Before the transaction, which must not wait for name servers. */
  const checkAnswers = async ({ url, auth }: EndpointChanges) => {
    await checkEndpointAnswers(url ?? undefined, guard);
    if (auth?.type === 'oauth2_client_credentials')
      await checkEndpointAnswers(auth.tokenUrl ?? undefined, guard, 'auth/tokenUrl');
  };

  mountOperation(app, operations.createEndpoint, authenticate, async ({ principal, body }) => {
    const { userId, secret: own, ...fields } = body;
    const tenantId = tenantToWrite(principal, userId);
    const secret = secretFrom(own ?? undefined);
    await checkAnswers(fields);
    if (fields.transformation)
      await checkTransformation(context.transformer, tenantId, fields.transformation);
    const id = nextEndpointId();
    const { name, url, events, ...columns } = toEndpointColumns(fields, NO_COLUMNS, contextOf(id));
    // The schema requires them.
    if (name === undefined || url === undefined || events === undefined)
      throw new ApiError('invalid_request');
    const row = await database.withTenant(tenantId, async (tx) => {
      const [created] = await tx
        .insert(endpoints)
        .values({
          maxRetries: context.defaultMaxRetries,
          ...columns,
          ...signingKeysFor(id, columns.signing, []),
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
    const warnings = [...warnOfFilter(row.filter), ...(await warnOfTwins(database, row))];
    return { data: { ...present(row), secret }, ...withWarnings(warnings) };
  });

  mountOperation(app, operations.listEndpoints, authenticate, async ({ principal, query }) => {
    const cursor = decodeCursor(query.cursor);
    const tenant = tenantToRead(principal, query.userId);
    const { limit, offset = 0 } = query;
    return database.withScope(tenant, async (tx) => {
      const where = and(
        isNull(endpoints.deletedAt),
        tenant === undefined ? undefined : eq(endpoints.tenantId, tenant),
        query.active === undefined ? undefined : eq(endpoints.active, query.active),
        cursor === undefined ? undefined : lt(endpoints.id, cursor),
      );
      const rows = await tx
        .select()
        .from(endpoints)
        .where(where)
        .orderBy(desc(endpoints.id))
        .limit(limit + 1)
        .offset(offset);
      const total = cursor === undefined ? await countUpTo(tx, endpoints, where) : undefined;
      return pageOf(rows, { limit, offset, total, cursorOf: ({ id }) => id, toItem: present });
    });
  });

  mountOperation(app, operations.getEndpoint, authenticate, async ({ principal, params, query }) => {
    const row = await findEndpoint(database, principal, query.userId, params.id);
    const recent = await listDeliveriesPage(context, {
      tenant: row.tenantId,
      webhookId: row.id,
      limit: RECENT_DELIVERIES,
      counts: false,
    });
    return {
      data: { ...present(row), recentDeliveries: recent.data, health: await readHealth(context, row) },
    };
  });

  const update: OperationHandler<
    typeof operations.updateEndpoint | typeof operations.patchEndpoint
  > = async ({ principal, params, query, body }) => {
    await checkAnswers(body);
    if (body.transformation) {
      const { tenantId } = await findEndpoint(database, principal, query.userId, params.id);
      await checkTransformation(context.transformer, tenantId, body.transformation as Transformation);
    }
    const row = await changeEndpoint(principal, query.userId, params.id, (current) => {
      const columns = toEndpointColumns(body, current, contextOf(current.id));
      return {
        ...columns,
        ...signingKeysFor(current.id, columns.signing, current.signingKeys),
        ...(columns.url === undefined || columns.url === current.url ? {} : { verified: false }),
        // What is off stays off for the reason that it has.
        ...(columns.active ? { disabledAt: null, disabledReason: null } : {}),
        ...(columns.active && !current.active ? { resumedAt: sql`now()` } : {}),
      };
    });
    if (body.ordering !== undefined) context.onKeysReleased();
    const isElsewhere = body.url !== undefined || body.events !== undefined || body.active !== undefined;
    const warnings = [
      ...(body.filter ? warnOfFilter(row.filter) : []),
      ...(isElsewhere ? await warnOfTwins(database, row) : []),
    ];
    return { data: present(row), ...withWarnings(warnings) };
  };
  mountOperation(app, operations.updateEndpoint, authenticate, update);
  mountOperation(app, operations.patchEndpoint, authenticate, update);

  mountOperation(app, operations.deleteEndpoint, authenticate, async ({ principal, params, query }) => {
    await changeEndpoint(principal, query.userId, params.id, () => ({
      active: false,
      deletedAt: sql`now()`,
    }));
    return { data: { message: 'The endpoint was deleted' } };
  });

  mountOperation(
    app,
    operations.regenerateSecret,
    authenticate,
    async ({ principal, params, query, body }) => {
      const { secret: own, gracePeriodSeconds } = body ?? {};
      const secret = secretFrom(own);
      const row = await changeEndpoint(principal, query.userId, params.id, (current) => ({
        secrets: rotateSecret(
          refuseCurrent(current, secret),
          { sealed: seal(current.id, secret), expiresAt: null },
          Date.now(),
          gracePeriodSeconds,
        ),
        ...(current.signingKeys.length === 0
          ? {}
          : {
              signingKeys: rotateSecret(
                current.signingKeys,
                createSigningKey(secretBox, current.id),
                Date.now(),
                gracePeriodSeconds,
              ),
            }),
      }));
      return { data: { ...present(row), secret } };
    },
  );

  mountOperation(app, operations.resumeEndpoint, authenticate, async ({ principal, params, query, body }) => {
    let missed: MissedSince | undefined;
    const row = await changeEndpoint(principal, query.userId, params.id, (current) => {
      if (!current.active) missed = missedSince(current);
      return { active: true, disabledAt: null, disabledReason: null, resumedAt: sql`now()` };
    });
    const replay =
      body?.catchUp === true && missed !== undefined
        ? await startReplay(context, principal, query.userId, {
            selection: { kind: 'missed', webhookId: row.id, startDate: missed.startDate },
            lateSince: missed.lateSince,
          })
        : null;
    return { data: { ...present(row), missedSince: missed?.startDate ?? null, replay } };
  });

  mountOperation(app, operations.getPublicKeys, authenticate, async ({ principal, params, query }) => {
    const row = await findEndpoint(database, principal, query.userId, params.id);
    const known = row.signingKeys.map(({ publicKey, expiresAt }) => ({
      publicKey,
      expiresAtMs: expiresAt === null ? undefined : Date.parse(expiresAt),
    }));
    return { data: { path: publicKeysPath(row.id), keys: presentPublicKeys(known, Date.now()) } };
  });

  mountOperation(app, operations.testEndpoint, authenticate, async ({ principal, params, query }) => {
    const row = await findEndpoint(database, principal, query.userId, params.id);
    if (!row.active) {
      throw new ApiError('conflict', {
        message: 'The endpoint is switched off and gets nothing: switch it on to test it',
      });
    }
    const eventId = nextEventId();
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
        provider: HOOKLINE_PROVIDER,
        receivedat: now,
        via: 'api' as const,
        dedupekey: `hookline:test:${eventId}`,
        endpoint: row.id,
      },
      payload: Buffer.from(JSON.stringify(payload)),
    };
    await context.publisher.publish(event).catch((error: unknown) => {
      throw toPublishError(error);
    });
    return { data: { eventId, deliveryId: deliveryId(eventId, row.id) } };
  });

  const limit = createVerificationLimit();
  mountOperation(app, operations.verifyEndpoint, authenticate, async ({ principal, params, query, body }) => {
    const { id, tenantId } = await findEndpoint(database, principal, query.userId, params.id);
    await context.catalog.refresh();
    const endpoint = found(context.catalog.get(id));
    const verification = await limit.run(id, () =>
      runVerification(context, endpoint, { requireChallenge: body.requireChallenge ?? false }),
    );
    const isNoted = await database.withTenant(tenantId, (tx) =>
      markVerified(tx, endpoint, verification.verified),
    );
    if (!isNoted) {
      throw new ApiError('conflict', {
        message: 'The endpoint was changed while it was being verified: verify it again',
      });
    }
    return { data: verification };
  });

  mountOperation(
    app,
    operations.listEndpointDeliveries,
    authenticate,
    async ({ principal, params, query }) => {
      const row = await findEndpoint(database, principal, query.userId, params.id);
      const page = await listDeliveriesPage(context, {
        tenant: row.tenantId,
        webhookId: row.id,
        limit: query.limit,
        cursor: query.cursor,
        offset: query.offset,
        status: query.status,
      });
      return withContents(database, row.tenantId, page);
    },
  );

  /** A rotation to what is there would end the grace of the others, and change nothing else. */
  function refuseCurrent({ id, secrets }: typeof endpoints.$inferSelect, next: string) {
    const [current] = secrets;
    if (current && openEndpointSecret(secretBox, id, current.sealed) === next)
      throw new ApiError('conflict', {
        message: 'body/secret is the current secret: choose another one, or leave it out',
      });
    return secrets;
  }

  async function changeEndpoint(
    principal: Principal,
    userId: string | undefined,
    id: string,
    change: (current: typeof endpoints.$inferSelect) => PgUpdateSetSource<typeof endpoints>,
  ) {
    const tenant = tenantToRead(principal, userId);
    return database.withScope(tenant, async (tx) => {
      const [current] = await tx
        .select()
        .from(endpoints)
        .where(and(eq(endpoints.id, id), isNull(endpoints.deletedAt)))
        .for('update');
      const [updated] = await tx
        .update(endpoints)
        .set({ ...change(found(current)), version: await nextCatalogVersion(tx), updatedAt: sql`now()` })
        .where(eq(endpoints.id, id))
        .returning();
      const changed = found(updated);
      const before = current?.ordering ?? null;
      const after = changed.deletedAt === null ? changed.ordering : null;
      if (JSON.stringify(after) !== JSON.stringify(before)) await releaseOrdering(tx, id, before, after);
      if (current?.disabledAt && changed.active)
        await tx.insert(announcements).values(announceEnabled(changed));
      return changed;
    });
  }
}

/** What its tenant is told, since it was told that the endpoint was switched off. */
function announceEnabled(row: typeof endpoints.$inferSelect): typeof announcements.$inferInsert {
  return {
    id: `endpoint.enabled:${row.id}:${row.version}`,
    tenantId: row.tenantId,
    endpointId: row.id,
    type: 'endpoint.enabled',
    data: { webhookId: row.id, name: row.name, url: row.url, enabledAt: row.updatedAt.toISOString() },
  };
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
