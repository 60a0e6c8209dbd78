import { ID_PREFIX, operations, tenantToRead } from '@hookline/contracts';
import { mountOperation, readPage } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { countApiKeys, listApiKeys } from '../../sql/list-api-keys.ts';
import type { RouteContext } from '../context.ts';
import { presentApiKey } from './present-api-key.ts';

export function mountListApiKeys(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.listApiKeys, context.authenticate, ({ principal, query }) => {
    const filter = { tenant: tenantToRead(principal, query.userId) };
    return context.database.withScope(filter.tenant, (transaction) =>
      readPage(query, {
        list: (range) => listApiKeys(transaction, filter, range),
        count: (limit) => countApiKeys(transaction, filter, limit),
        cursorOf: ({ id }) => id,
        idPrefix: ID_PREFIX.apiKey,
        toItem: presentApiKey,
      }),
    );
  });
}
