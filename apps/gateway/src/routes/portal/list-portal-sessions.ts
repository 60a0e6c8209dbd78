import { ID_PREFIX, operations, tenantToRead } from '@hookline/contracts';
import { mountOperation, readPage } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { countPortalSessions, listPortalSessions } from '../../sql/list-portal-sessions.ts';
import type { RouteContext } from '../context.ts';
import { presentPortalSession } from './present-portal-session.ts';

export function mountListPortalSessions(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.listPortalSessions, context.authenticate, ({ principal, query }) => {
    const filter = { tenant: tenantToRead(principal, query.userId) };
    return context.database.withScope(filter.tenant, (transaction) =>
      readPage(query, {
        list: (range) => listPortalSessions(transaction, filter, range),
        count: (limit) => countPortalSessions(transaction, filter, limit),
        cursorOf: ({ id }) => id,
        idPrefix: ID_PREFIX.portalSession,
        toItem: presentPortalSession,
      }),
    );
  });
}
