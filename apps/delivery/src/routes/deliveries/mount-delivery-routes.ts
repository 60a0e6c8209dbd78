import { operations, tenantToRead } from '@hookline/contracts';
import { attempts } from '@hookline/db/delivery';
import { type Authenticate, mountOperation } from '@hookline/service';
import { asc } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { discardDeliveries } from './discard-deliveries.ts';
import { listDeliveriesPage } from './list-deliveries-page.ts';
import { presentAttempt, presentDelivery } from './present-delivery.ts';
import { attemptsAt, parseDelivery, readDelivery } from './read-delivery.ts';
import { retryOneDelivery } from './retry-one-delivery.ts';
import { readContentsOf, withContents } from './with-contents.ts';

/** Deliveries: list, read with every attempt, send again, cancel. */
export function mountDeliveryRoutes(
  app: FastifyInstance,
  context: RouteContext,
  authenticate: Authenticate,
): void {
  const { database, onKeysReleased } = context;

  mountOperation(app, operations.listDeliveries, authenticate, async ({ principal, query }) => {
    const tenant = tenantToRead(principal, query.userId);
    return withContents(database, tenant, await listDeliveriesPage(context, { ...query, tenant }));
  });

  mountOperation(app, operations.getDelivery, authenticate, async ({ principal, params, query }) => {
    const { eventId, endpointId } = parseDelivery(params.id);
    const tenant = tenantToRead(principal, query.userId);
    const { shown, attemptLog } = await database.withScope(tenant, async (tx) => {
      const row = await readDelivery(tx, eventId, endpointId);
      const log = await tx.select().from(attempts).where(attemptsAt(row)).orderBy(asc(attempts.attempt));
      return {
        shown: presentDelivery(row, context.waitReason),
        attemptLog: await Promise.all(log.map(presentAttempt)),
      };
    });
    const { payload, responseBody } = await readContentsOf(database, tenant, shown);
    const head = JSON.stringify({ data: { ...shown, responseBody, attemptLog } }).slice(0, -2);
    return Buffer.concat([Buffer.from(`${head},"payload":`), payload, Buffer.from('}}')]);
  });

  mountOperation(app, operations.retryDelivery, authenticate, async ({ principal, params, query }) => {
    const { eventId, endpointId } = parseDelivery(params.id);
    return database.withScope(tenantToRead(principal, query.userId), async (tx) => {
      return {
        data: presentDelivery(
          await retryOneDelivery(tx, eventId, endpointId, principal.role),
          context.waitReason,
        ),
      };
    });
  });

  mountOperation(app, operations.cancelDelivery, authenticate, async ({ principal, params, query, body }) => {
    const { eventId, endpointId } = parseDelivery(params.id);
    const cancelled = await database.withScope(tenantToRead(principal, query.userId), (tx) =>
      discardDeliveries(tx, {
        eventId,
        endpointId,
        statuses: ['pending', 'sending', 'retrying', 'failed'],
        refuse: () => 'The delivery has arrived: there is nothing left to cancel',
        by: `${principal.role} ${principal.keyId}`,
        reason: body?.reason,
      }),
    );
    // Others with its ordering key may have their turn.
    onKeysReleased();
    return { data: presentDelivery(cancelled, context.waitReason) };
  });
}
