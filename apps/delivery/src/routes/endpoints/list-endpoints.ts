import { ID_PREFIX, operations, tenantToRead } from '@hookline/contracts';
import { mountOperation, readPage } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { countEndpoints, listEndpoints } from '../../sql/list-endpoints.ts';
import type { RouteContext } from '../context.ts';
import { presentEndpoint } from './present-endpoint.ts';

export function mountListEndpoints(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.listEndpoints, context.authenticate, ({ principal, query }) => {
    const filter = { tenant: tenantToRead(principal, query.userId), active: query.active, tag: query.tag };
    return context.database.withScope(filter.tenant, (tx) =>
      readPage(query, {
        list: (range) => listEndpoints(tx, filter, range),
        count: (limit) => countEndpoints(tx, filter, limit),
        cursorOf: ({ id }) => id,
        idPrefix: ID_PREFIX.endpoint,
        toItem: (row) => presentEndpoint(row, context.secretBox),
      }),
    );
  });
}
