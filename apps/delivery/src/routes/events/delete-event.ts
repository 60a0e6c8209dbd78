import { ApiError, operations, tenantToRead } from '@hookline/contracts';
import { planByKey } from '@hookline/db';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { removeEvents } from '../../operations/events/remove-events.ts';
import type { RouteContext } from '../context.ts';
import { requireEvent } from './require-event.ts';

export function mountDeleteEvent(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.deleteEvent, context.authenticate, async ({ principal, params, query }) => {
    await context.database.withScope(tenantToRead(principal, query.userId), async (tx) => {
      await planByKey(tx);
      // A retry holds the row too: either it finds the event deleted, or the deletion finds an open delivery.
      const event = await requireEvent(tx, params.id, 'update');
      const removed = await removeEvents(tx, [event], `${principal.role} ${principal.keyId}`);
      if (removed.length === 0) {
        throw new ApiError('conflict', {
          message:
            'Deliveries of this event are still open: it can be deleted when all of them have succeeded, failed or been cancelled',
        });
      }
    });
    context.onKeysReleased();
    return { data: { message: 'The event was deleted' } };
  });
}
