import { ApiError, operations, tenantToRead } from '@hookline/contracts';
import { attempts, events } from '@hookline/db/delivery';
import { type Authenticate, mountOperation } from '@hookline/service';
import { and, desc, eq } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { discardDeliveries } from '../deliveries/discard-deliveries.ts';
import { listDeliveriesPage } from '../deliveries/list-deliveries-page.ts';
import { presentAttempt, presentDelivery } from '../deliveries/present-delivery.ts';
import { attemptsAt, parseDelivery, readDelivery } from '../deliveries/read-delivery.ts';
import { retryOneDelivery } from '../deliveries/retry-one-delivery.ts';
import { withContents } from '../deliveries/with-contents.ts';

/** Dead letters: list, look at one, send one again, let one go. Sending many again is a replay. */
export function mountDeadLetterRoutes(
  app: FastifyInstance,
  context: RouteContext,
  authenticate: Authenticate,
): void {
  const { database, onKeysReleased } = context;

  mountOperation(app, operations.listDeadLetters, authenticate, async ({ principal, query }) => {
    const { discarded, userId, ...filter } = query;
    const status = discarded === true ? 'discarded' : 'failed';
    const tenant = tenantToRead(principal, userId);
    return withContents(database, tenant, await listDeliveriesPage(context, { ...filter, status, tenant }));
  });

  mountOperation(app, operations.listFailedWebhooks, authenticate, async ({ principal, query }) => {
    const { userId, ...page } = query;
    const tenant = tenantToRead(principal, userId);
    return withContents(
      database,
      tenant,
      await listDeliveriesPage(context, { ...page, status: 'failed', tenant }),
    );
  });

  mountOperation(app, operations.getDeadLetter, authenticate, async ({ principal, params, query }) => {
    const { eventId, endpointId } = parseDelivery(params.id);
    return database.withScope(tenantToRead(principal, query.userId), async (tx) => {
      const row = await readDelivery(tx, eventId, endpointId);
      if (row.status !== 'failed' && row.status !== 'discarded')
        throw new ApiError('not_found', { message: `The delivery is ${row.status}: it is no dead letter` });
      const [event] = await tx
        .select()
        .from(events)
        .where(and(eq(events.id, eventId), eq(events.createdAt, row.createdAt)));
      if (!event) throw new ApiError('not_found', { message: 'The event is past retention' });
      const [last] = await tx
        .select()
        .from(attempts)
        .where(attemptsAt(row))
        .orderBy(desc(attempts.attempt))
        .limit(1);
      const shown = {
        ...presentDelivery(row, context.waitReason),
        lastAttempt: last === undefined ? null : await presentAttempt(last),
        event: {
          source: event.source,
          provider: event.provider,
          providerDeliveryId: event.providerDeliveryId,
          time: event.eventTime.toISOString(),
          receivedAt: event.receivedAt.toISOString(),
        },
      };
      // The payload's own bytes; of an event that was deleted there are none.
      const head = JSON.stringify({ data: shown }).slice(0, -2);
      const payload = event.deletedAt === null ? event.payload : Buffer.from('null');
      return Buffer.concat([Buffer.from(`${head},"payload":`), payload, Buffer.from('}}')]);
    });
  });

  mountOperation(app, operations.replayDeadLetter, authenticate, async ({ principal, params, query }) => {
    const { eventId, endpointId } = parseDelivery(params.id);
    return database.withScope(tenantToRead(principal, query.userId), async (tx) => ({
      data: presentDelivery(
        await retryOneDelivery(tx, eventId, endpointId, principal.role),
        context.waitReason,
      ),
    }));
  });

  mountOperation(
    app,
    operations.discardDeadLetter,
    authenticate,
    async ({ principal, params, query, body }) => {
      const { eventId, endpointId } = parseDelivery(params.id);
      const discarded = await database.withScope(tenantToRead(principal, query.userId), (tx) =>
        discardDeliveries(tx, {
          eventId,
          endpointId,
          statuses: ['failed'],
          refuse: (status) =>
            `The delivery is ${status}: only one that has failed can be discarded; one that is open can be cancelled`,
          by: `${principal.role} ${principal.keyId}`,
          reason: body?.reason,
        }),
      );
      onKeysReleased();
      return { data: presentDelivery(discarded, context.waitReason) };
    },
  );
}
