import { getDelivery, listDeliveries, retryDelivery, tenantToRead } from '@hookline/contracts';
import { attempts } from '@hookline/db/delivery';
import { type Authenticate, mountOperation } from '@hookline/service';
import { asc } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { listDeliveriesPage } from './list-deliveries-page.ts';
import { presentAttempt, presentDelivery } from './present-delivery.ts';
import { attemptsAt, parseDelivery, readDelivery } from './read-delivery.ts';
import { retryOneDelivery } from './retry-one-delivery.ts';

/** Deliveries: list, read with every attempt, send again. */
export function mountDeliveryRoutes(
  app: FastifyInstance,
  context: RouteContext,
  authenticate: Authenticate,
): void {
  const { database } = context;

  mountOperation(app, listDeliveries, authenticate, ({ principal, query }) =>
    listDeliveriesPage(database, { ...query, tenant: tenantToRead(principal, query.userId) }),
  );

  mountOperation(app, getDelivery, authenticate, async ({ principal, params, query }) => {
    const { eventId, endpointId } = parseDelivery(params.id);
    return database.withScope(tenantToRead(principal, query.userId), async (tx) => {
      const row = await readDelivery(tx, eventId, endpointId);
      const log = await tx.select().from(attempts).where(attemptsAt(row)).orderBy(asc(attempts.attempt));
      return { data: { ...presentDelivery(row), attemptLog: log.map(presentAttempt) } };
    });
  });

  mountOperation(app, retryDelivery, authenticate, async ({ principal, params, query }) => {
    const { eventId, endpointId } = parseDelivery(params.id);
    return database.withScope(tenantToRead(principal, query.userId), async (tx) => {
      return { data: presentDelivery(await retryOneDelivery(tx, eventId, endpointId, principal.role)) };
    });
  });
}
