import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { removeEvent } from './remove-event.ts';
import { requireEvent } from './require-event.ts';

export function mountDeleteEvent(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.deleteEvent, context.authenticate, async ({ principal, params, query }) => {
    await context.database.withScope(tenantToRead(principal, query.userId), async (tx) => {
      // A retry holds the row too: either it finds the event deleted, or the deletion finds an open delivery.
      const event = await requireEvent(tx, params.id, 'update');
      await removeEvent(tx, event, `${principal.role} ${principal.keyId}`);
    });
    context.onKeysReleased();
    return { data: { message: 'The event was deleted' } };
  });
}
