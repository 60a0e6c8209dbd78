import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { readEventTypes } from '../../event-types/read-event-types.ts';
import type { RouteContext } from '../context.ts';

/** Lists the names of event types by provider. */
export function mountListEventTypeNames(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.listEventTypeNames, context.authenticate, async ({ principal, query }) => {
    const types = await readEventTypes(context.database, tenantToRead(principal, query.userId));
    const names: Record<string, string[]> = {};
    for (const { provider, type } of types) {
      names[provider] ??= [];
      names[provider].push(type);
    }
    return { data: names };
  });
}
