import {
  ApiError,
  getEvent,
  getJourney,
  getLedger,
  ID_PREFIX,
  isId,
  listEvents,
  retryEvent,
  tenantToRead,
  timeOfId,
} from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { attempts, deliveries, endpoints, events, skippedMessages } from '@hookline/db/delivery';
import { type Authenticate, mountOperation } from '@hookline/service';
import { and, asc, eq, getTableColumns, inArray } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import { countLedger } from '../../ledger/count-ledger.ts';
import type { RouteContext } from '../context.ts';
import { presentDelivery } from '../deliveries/present-delivery.ts';
import { retryDeliveries } from '../deliveries/retry-deliveries.ts';
import { buildJourney } from './build-journey.ts';
import { listEventsPage } from './list-events-page.ts';
import { deriveEventStatus, type EventRow, presentEvent } from './present-event.ts';

/** Events received: list, read, journey, retry; and the books. */
export function mountEventRoutes(
  app: FastifyInstance,
  context: RouteContext,
  authenticate: Authenticate,
): void {
  const { database } = context;

  mountOperation(app, listEvents, authenticate, ({ principal, query }) =>
    listEventsPage(database, { ...query, tenant: tenantToRead(principal, query.userId) }),
  );

  mountOperation(app, getEvent, authenticate, ({ principal, params, query }) =>
    database.withScope(tenantToRead(principal, query.userId), async (tx) => {
      const createdAt = partitionOf(params.id);
      const [row] = await tx
        .select()
        .from(events)
        .where(and(eq(events.id, params.id), eq(events.createdAt, createdAt)));
      if (!row) throw notFound();
      const rows = await readDeliveries(tx, row);
      const shown = { ...presentEvent(row, statusOf(rows)), deliveries: rows.map(presentDelivery) };
      // The payload's own bytes: a number beyond 2^53 must look here as it was sent.
      const head = JSON.stringify({ data: shown }).slice(0, -2);
      return Buffer.concat([Buffer.from(`${head},"payload":`), row.payload, Buffer.from('}}')]);
    }),
  );

  mountOperation(app, getJourney, authenticate, ({ principal, params, query }) =>
    database.withScope(tenantToRead(principal, query.userId), async (tx) => {
      const event = await readEvent(tx, params.id);
      const rows = await readDeliveries(tx, event);
      const log = await tx
        .select()
        .from(attempts)
        .where(and(eq(attempts.eventId, event.id), eq(attempts.createdAt, event.createdAt)))
        .orderBy(asc(attempts.endpointId), asc(attempts.attempt));
      const duplicates = await tx.select().from(skippedMessages).where(eq(skippedMessages.eventId, event.id));
      const ids = [...rows.map(({ endpointId }) => endpointId), ...(event.unmatched ?? []).map(([id]) => id)];
      const named =
        ids.length === 0
          ? []
          : await tx
              .select({ id: endpoints.id, name: endpoints.name })
              .from(endpoints)
              .where(inArray(endpoints.id, ids));
      const steps = buildJourney({
        event,
        deliveries: rows,
        attempts: log,
        duplicates,
        endpointNames: new Map(named.map(({ id, name }) => [id, name])),
      });
      return { data: { event: presentEvent(event, statusOf(rows)), steps } };
    }),
  );

  mountOperation(app, retryEvent, authenticate, ({ principal, params, query }) =>
    database.withScope(tenantToRead(principal, query.userId), async (tx) => {
      const event = await readEvent(tx, params.id);
      const retried = await retryDeliveries(tx, event.id, undefined, principal.role);
      if (retried.length === 0) {
        throw new ApiError('conflict', {
          message: 'No delivery of this event has failed or waits for a retry',
        });
      }
      const rows = await readDeliveries(tx, event);
      const message =
        retried.length === 1 ? '1 delivery is sent again' : `${retried.length} deliveries are sent again`;
      return { data: { message, event: presentEvent(event, statusOf(rows)) } };
    }),
  );

  mountOperation(app, getLedger, authenticate, async () => ({
    data: await countLedger(context.bus, database),
  }));
}

const notFound = () => new ApiError('not_found', { message: 'There is no such event' });

function partitionOf(eventId: string): Date {
  if (!isId(ID_PREFIX.event, eventId)) throw notFound();
  return new Date(timeOfId(eventId) as number);
}

const { payload: _payload, ...columns } = getTableColumns(events);

async function readEvent(tx: Transaction, eventId: string): Promise<EventRow> {
  const [row] = await tx
    .select(columns)
    .from(events)
    .where(and(eq(events.id, eventId), eq(events.createdAt, partitionOf(eventId))));
  if (!row) throw notFound();
  return row;
}

function readDeliveries(tx: Transaction, event: Pick<EventRow, 'id' | 'createdAt'>) {
  return tx
    .select()
    .from(deliveries)
    .where(and(eq(deliveries.eventId, event.id), eq(deliveries.createdAt, event.createdAt)))
    .orderBy(asc(deliveries.endpointId));
}

function statusOf(rows: (typeof deliveries.$inferSelect)[]) {
  const count = (status: string) => rows.filter((row) => row.status === status).length;
  return deriveEventStatus({
    pending: count('pending'),
    sending: count('sending'),
    retrying: count('retrying'),
    failed: count('failed'),
  });
}
