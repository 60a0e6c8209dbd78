import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { readEventTypes } from '../../event-types/read-event-types.ts';
import type { RouteContext } from '../context.ts';

/** An operator who names no tenant gets the built-in types. */
export function mountListEventTypes(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.listEventTypes, context.authenticate, async ({ principal, query }) => {
    const types = await readEventTypes(context.database, tenantToRead(principal, query.userId));
    return {
      data: types.filter(({ provider }) => query.provider === undefined || provider === query.provider),
    };
  });
}
