import { ApiError, operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { hasEndpointOfEvent } from '../../sql/has-endpoint-of-event.ts';
import { listEventDeliveries } from '../../sql/list-event-deliveries.ts';
import type { RouteContext } from '../context.ts';
import { retryDeliveries } from '../deliveries/retry-deliveries.ts';
import { describeMatching, describeRetried } from './describe-retry.ts';
import { progressOf } from './event-progress.ts';
import { statusOf } from './event-status.ts';
import { presentEvent } from './present-event.ts';
import { requireEvent } from './require-event.ts';
import { sendUnmatched } from './send-unmatched.ts';

/** Retries the deliveries of an event. An event that no endpoint got is sent to the endpoints that match it now. */
export function mountRetryEvent(app: FastifyInstance, context: RouteContext): void {
  const { database } = context;
  mountOperation(app, operations.retryEvent, context.authenticate, async ({ principal, params, query }) => {
    const tenant = tenantToRead(principal, query.userId);
    const { event, retried, hasEndpoint } = await database.withScope(tenant, async (tx) => {
      const row = await requireEvent(tx, params.id, 'share');
      const { length } = await retryDeliveries(tx, {
        eventId: row.id,
        trigger: principal.role,
        statuses: ['failed', 'retrying'],
      });
      return { event: row, retried: length, hasEndpoint: length > 0 || (await hasEndpointOfEvent(tx, row)) };
    });
    if (hasEndpoint && retried === 0) {
      throw new ApiError('conflict', {
        message: 'No delivery of this event has failed or waits for a retry',
      });
    }
    const message = hasEndpoint
      ? describeRetried(retried)
      : describeMatching(await sendUnmatched(context, event, principal.role));
    const shown = await database.withScope(tenant, async (tx) => {
      const deliveries = await listEventDeliveries(tx, event);
      return presentEvent(await requireEvent(tx, event.id), statusOf(deliveries), progressOf(deliveries));
    });
    return { data: { message, event: shown } };
  });
}
