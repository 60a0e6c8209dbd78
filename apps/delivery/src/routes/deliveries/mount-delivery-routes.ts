import {
  ApiError,
  getDelivery,
  listDeliveries,
  parseDeliveryId,
  retryDelivery,
  tenantToRead,
  timeOfId,
} from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { attempts, deliveries } from '@hookline/db/delivery';
import { type Authenticate, mountOperation } from '@hookline/service';
import { and, asc, eq } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { listDeliveriesPage } from './list-deliveries-page.ts';
import { presentAttempt, presentDelivery } from './present-delivery.ts';
import { retryDeliveries } from './retry-deliveries.ts';

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
    const { eventId, endpointId } = parse(params.id);
    return database.withScope(tenantToRead(principal, query.userId), async (tx) => {
      const row = await readDelivery(tx, eventId, endpointId);
      const log = await tx
        .select()
        .from(attempts)
        .where(
          and(
            eq(attempts.eventId, eventId),
            eq(attempts.endpointId, endpointId),
            eq(attempts.createdAt, row.createdAt),
          ),
        )
        .orderBy(asc(attempts.attempt));
      return { data: { ...presentDelivery(row), attemptLog: log.map(presentAttempt) } };
    });
  });

  mountOperation(app, retryDelivery, authenticate, async ({ principal, params, query }) => {
    const { eventId, endpointId } = parse(params.id);
    return database.withScope(tenantToRead(principal, query.userId), async (tx) => {
      const [changed] = await retryDeliveries(tx, eventId, endpointId, principal.role);
      if (changed) return { data: presentDelivery(changed) };
      const row = await readDelivery(tx, eventId, endpointId);
      throw new ApiError('conflict', {
        message: `The delivery is ${row.status}: only one that has failed or waits for a retry can be sent again`,
      });
    });
  });
}

function parse(id: string) {
  const parsed = parseDeliveryId(id);
  if (!parsed) throw notFound();
  return parsed;
}

async function readDelivery(tx: Transaction, eventId: string, endpointId: string) {
  const [row] = await tx
    .select()
    .from(deliveries)
    .where(
      and(
        eq(deliveries.eventId, eventId),
        eq(deliveries.endpointId, endpointId),
        eq(deliveries.createdAt, new Date(timeOfId(eventId) ?? 0)),
      ),
    );
  if (!row) throw notFound();
  return row;
}

const notFound = () => new ApiError('not_found', { message: 'There is no such delivery' });
