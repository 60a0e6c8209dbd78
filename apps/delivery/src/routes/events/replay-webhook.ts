import { ApiError, ID_PREFIX, isId, operations, parseDeliveryId, tenantToRead } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { EventRow } from '../../sql/event-row.ts';
import { findByProviderDeliveryId } from '../../sql/find-by-provider-delivery-id.ts';
import { hasEndpointOfEvent } from '../../sql/has-endpoint-of-event.ts';
import type { RouteContext } from '../context.ts';
import { retryDeliveries, SETTLED_OR_WAITING } from '../deliveries/retry-deliveries.ts';
import { describeMatching, describeRetried } from './describe-retry.ts';
import { requireEvent } from './require-event.ts';
import { sendUnmatched } from './send-unmatched.ts';

/** The id in the path may be the id of a delivery or of an event, or a provider's delivery id. */
interface Target {
  eventIds: string[];
  /** Only for a delivery. */
  endpointId: string | undefined;
}

/** Sends one delivery or all deliveries of events again. An event that no endpoint got is sent to matching endpoints. */
export function mountReplayWebhook(app: FastifyInstance, context: RouteContext): void {
  mountOperation(
    app,
    operations.replayWebhook,
    context.authenticate,
    async ({ principal, params, query }) => {
      const tenant = tenantToRead(principal, query.userId);
      const { target, retried, unmatched } = await context.database.withScope(tenant, async (tx) => {
        const found = await findTarget(tx, tenant, params.deliveryId);
        return { target: found, ...(await retryTarget(tx, found, principal.role)) };
      });
      if (target.eventIds.length === 0)
        throw new ApiError('not_found', { message: 'There is no such delivery' });
      if (retried > 0) return { data: { message: describeRetried(retried) } };
      if (unmatched.length === 0) {
        throw new ApiError('conflict', {
          message:
            target.endpointId === undefined
              ? 'There is nothing to send again: every delivery is being sent right now'
              : 'There is nothing to send again: the endpoint was deleted, or the delivery is being sent right now',
        });
      }
      let endpoints = 0;
      for (const event of unmatched) endpoints += await sendUnmatched(context, event, principal.role);
      return { data: { message: describeMatching(endpoints) } };
    },
  );
}

async function findTarget(tx: Transaction, tenant: string | undefined, id: string): Promise<Target> {
  const delivery = parseDeliveryId(id);
  if (delivery) return { eventIds: [delivery.eventId], endpointId: delivery.endpointId };
  const eventIds = isId(ID_PREFIX.event, id) ? [id] : await findByProviderDeliveryId(tx, tenant, id);
  return { eventIds, endpointId: undefined };
}

/** @returns how many deliveries are sent again, and the events that no endpoint got */
async function retryTarget(
  tx: Transaction,
  { eventIds, endpointId }: Target,
  trigger: 'operator' | 'tenant',
): Promise<{ retried: number; unmatched: EventRow[] }> {
  let retried = 0;
  const unmatched: EventRow[] = [];
  for (const id of eventIds) {
    const event = await requireEvent(tx, id, 'share');
    const { length } = await retryDeliveries(tx, {
      eventId: event.id,
      endpointId,
      trigger,
      statuses: SETTLED_OR_WAITING,
    });
    retried += length;
    if (endpointId === undefined && length === 0 && !(await hasEndpointOfEvent(tx, event)))
      unmatched.push(event);
  }
  return { retried, unmatched };
}
