import {
  ApiError,
  ID_PREFIX,
  isId,
  operations,
  type Principal,
  parseDeliveryId,
  tenantToRead,
  timeOfId,
} from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { attempts, deliveries, endpoints, events, skippedMessages } from '@hookline/db/delivery';
import { type Authenticate, mountOperation } from '@hookline/service';
import { and, asc, eq, getTableColumns, inArray, isNull } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import { countLedger } from '../../operations/ledger/count-ledger.ts';
import type { RouteContext } from '../context.ts';
import { presentDelivery } from '../deliveries/present-delivery.ts';
import { retryDeliveries, SETTLED_OR_WAITING } from '../deliveries/retry-deliveries.ts';
import { buildJourney } from './build-journey.ts';
import { progressOf } from './event-progress.ts';
import { findByProviderDeliveryId } from './find-by-provider-delivery-id.ts';
import { listEventsPage } from './list-events-page.ts';
import { deriveEventStatus, type EventRow, presentEvent } from './present-event.ts';
import { presentRequest } from './present-request.ts';
import { readKeptRequest } from './read-kept-request.ts';
import { removeEvent } from './remove-event.ts';
import { sendRawRequest } from './send-raw-request.ts';
import { sendToMatching } from './send-to-matching.ts';
import { whenStored } from './when-stored.ts';

/** Events received: list, read, journey, retry, delete; and the books. */
export function mountEventRoutes(
  app: FastifyInstance,
  context: RouteContext,
  authenticate: Authenticate,
): void {
  const { database } = context;

  mountOperation(app, operations.listEvents, authenticate, ({ principal, query }) =>
    listEventsPage(database, { ...query, tenant: tenantToRead(principal, query.userId) }),
  );

  mountOperation(app, operations.getEvent, authenticate, ({ principal, params, query }) =>
    whenStored(params.id, () =>
      database.withScope(tenantToRead(principal, query.userId), async (tx) => {
        const createdAt = partitionOf(params.id);
        const [row] = await tx
          .select()
          .from(events)
          .where(and(eq(events.id, params.id), eq(events.createdAt, createdAt), isNull(events.deletedAt)));
        if (!row) throw await missing(tx, params.id);
        const rows = await readDeliveries(tx, row);
        const shown = {
          ...presentEvent(row, statusOf(rows), progressOf(rows)),
          deliveries: rows.map((each) => presentDelivery(each, context.waitReason)),
        };
        // The payload's own bytes: a number beyond 2^53 must look here as it was sent.
        const head = JSON.stringify({ data: shown }).slice(0, -2);
        return Buffer.concat([Buffer.from(`${head},"payload":`), row.payload, Buffer.from('}}')]);
      }),
    ),
  );

  const readRequest = (id: string, tenant: string | undefined) =>
    whenStored(id, () => database.withScope(tenant, (tx) => readKeptRequest(tx, id, partitionOf(id))));

  mountOperation(app, operations.getEventRequest, authenticate, async ({ principal, params, query }) => ({
    data: presentRequest(await readRequest(params.id, tenantToRead(principal, query.userId))),
  }));

  mountOperation(
    app,
    operations.getRawEventRequest,
    authenticate,
    async ({ principal, params, query, reply }) =>
      sendRawRequest(reply, await readRequest(params.id, tenantToRead(principal, query.userId))),
  );

  mountOperation(app, operations.getJourney, authenticate, ({ principal, params, query }) =>
    whenStored(params.id, () =>
      database.withScope(tenantToRead(principal, query.userId), async (tx) => {
        const event = await readEvent(tx, params.id);
        const rows = await readDeliveries(tx, event);
        const log = await tx
          .select()
          .from(attempts)
          .where(and(eq(attempts.eventId, event.id), eq(attempts.createdAt, event.createdAt)))
          .orderBy(asc(attempts.endpointId), asc(attempts.attempt));
        const duplicates = await tx
          .select()
          .from(skippedMessages)
          .where(eq(skippedMessages.eventId, event.id));
        const ids = [
          ...rows.map(({ endpointId }) => endpointId),
          ...(event.unmatched ?? []).map(([id]) => id),
        ];
        const named =
          ids.length === 0
            ? []
            : await tx
                .select({ id: endpoints.id, name: endpoints.name })
                .from(endpoints)
                .where(inArray(endpoints.id, ids));
        const steps = await buildJourney({
          event,
          deliveries: rows,
          attempts: log,
          duplicates,
          endpointNames: new Map(named.map(({ id, name }) => [id, name])),
        });
        return { data: { event: presentEvent(event, statusOf(rows), progressOf(rows)), steps } };
      }),
    ),
  );

  mountOperation(app, operations.retryEvent, authenticate, async ({ principal, params, query }) => {
    const tenant = tenantToRead(principal, query.userId);
    const { event, retried, isGot } = await database.withScope(tenant, async (tx) => {
      const row = await readEvent(tx, params.id, 'share');
      const again = await retryDeliveries(tx, {
        eventId: row.id,
        trigger: principal.role,
        statuses: ['failed', 'retrying'],
      });
      return { event: row, retried: again.length, isGot: again.length > 0 || (await isGotByAny(tx, row)) };
    });
    if (isGot && retried === 0) {
      throw new ApiError('conflict', {
        message: 'No delivery of this event has failed or waits for a retry',
      });
    }
    const message = isGot ? describeRetried(retried) : describeFound(await sendUnmatched(event, principal));
    const shown = await database.withScope(tenant, async (tx) => {
      const rows = await readDeliveries(tx, event);
      return presentEvent(await readEvent(tx, event.id), statusOf(rows), progressOf(rows));
    });
    return { data: { message, event: shown } };
  });

  mountOperation(app, operations.replayWebhook, authenticate, async ({ principal, params, query }) => {
    const tenant = tenantToRead(principal, query.userId);
    const one = parseDeliveryId(params.deliveryId);
    const { sent, ungot, isKnown } = await database.withScope(tenant, async (tx) => {
      const ids = one
        ? [one.eventId]
        : isId(ID_PREFIX.event, params.deliveryId)
          ? [params.deliveryId]
          : await findByProviderDeliveryId(tx, tenant, params.deliveryId);
      let count = 0;
      const unmatched: EventRow[] = [];
      for (const id of ids) {
        const event = await readEvent(tx, id, 'share');
        const again = await retryDeliveries(tx, {
          eventId: event.id,
          endpointId: one?.endpointId,
          trigger: principal.role,
          statuses: SETTLED_OR_WAITING,
        });
        count += again.length;
        if (!one && again.length === 0 && !(await isGotByAny(tx, event))) unmatched.push(event);
      }
      return { sent: count, ungot: unmatched, isKnown: ids.length > 0 };
    });
    if (!isKnown) throw new ApiError('not_found', { message: 'There is no such delivery' });
    if (sent > 0) return { data: { message: describeRetried(sent) } };
    if (ungot.length === 0) {
      throw new ApiError('conflict', {
        message: one
          ? 'Nothing to send again: the endpoint was deleted, or the delivery is being sent right now'
          : 'Nothing to send again: it is being sent right now',
      });
    }
    let found = 0;
    for (const event of ungot) found += await sendUnmatched(event, principal);
    return { data: { message: describeFound(found) } };
  });

  /**
   * Sends an event that no endpoint got, or only some that were deleted since, to those that want it now. New rows are
   * not a tenant's to write: what it may see was looked at before.
   * @throws ApiError `conflict` when no endpoint wants it
   */
  async function sendUnmatched(event: EventRow, { role }: Principal): Promise<number> {
    const found = await sendToMatching(context, event, role);
    if (found > 0) return found;
    throw new ApiError('conflict', {
      message: `No endpoint that is switched on wants this event (${event.type}): subscribe one to its type, then send it again`,
    });
  }

  mountOperation(app, operations.deleteEvent, authenticate, async ({ principal, params, query }) => {
    await database.withScope(tenantToRead(principal, query.userId), async (tx) => {
      // Whoever sends it again holds the row as well: it is deleted before, or it is open.
      const event = await readEvent(tx, params.id, 'update');
      await removeEvent(tx, event, `${principal.role} ${principal.keyId}`);
    });
    context.onKeysReleased();
    return { data: { message: 'The event was deleted' } };
  });

  mountOperation(app, operations.getLedger, authenticate, async () => ({
    data: await countLedger(context.bus, database),
  }));
}

const describeRetried = (count: number) =>
  count === 1 ? '1 delivery is sent again' : `${count} deliveries are sent again`;
const describeFound = (count: number) =>
  count === 1
    ? 'It is sent to 1 endpoint that wants it now'
    : `It is sent to ${count} endpoints that want it now`;

const notFound = () => new ApiError('not_found', { message: 'There is no such event' });

/** An id that was given to a repeat leads to the event that it repeats. */
async function missing(tx: Transaction, eventId: string): Promise<ApiError> {
  const [repeat] = await tx
    .select({ of: skippedMessages.eventId })
    .from(skippedMessages)
    .where(eq(skippedMessages.repeatId, eventId))
    .limit(1);
  return repeat?.of
    ? new ApiError('not_found', {
        message: `${eventId} was a repeat of the event ${repeat.of}, and was not delivered again`,
        details: { repeatOf: repeat.of },
      })
    : notFound();
}

function partitionOf(eventId: string): Date {
  if (!isId(ID_PREFIX.event, eventId)) throw notFound();
  return new Date(timeOfId(eventId) as number);
}

const { payload: _payload, request: _request, ...columns } = getTableColumns(events);

/** @param lock held until the transaction ends: `share` keeps it from being deleted */
async function readEvent(tx: Transaction, eventId: string, lock?: 'share' | 'update'): Promise<EventRow> {
  const query = tx
    .select(columns)
    .from(events)
    .where(and(eq(events.id, eventId), eq(events.createdAt, partitionOf(eventId)), isNull(events.deletedAt)));
  const [row] = await (lock === undefined ? query : query.for(lock));
  if (!row) throw await missing(tx, eventId);
  return row;
}

/** Whether an endpoint that is still there got it. */
async function isGotByAny(tx: Transaction, event: EventRow): Promise<boolean> {
  const got = await tx
    .select({ id: endpoints.id })
    .from(deliveries)
    .innerJoin(endpoints, and(eq(endpoints.id, deliveries.endpointId), isNull(endpoints.deletedAt)))
    .where(and(eq(deliveries.eventId, event.id), eq(deliveries.createdAt, event.createdAt)))
    .limit(1);
  return got.length > 0;
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
