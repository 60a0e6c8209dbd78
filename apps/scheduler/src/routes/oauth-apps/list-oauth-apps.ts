import { ID_PREFIX, operations, tenantToRead } from '@hookline/contracts';
import { mountOperation, readPage } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { requireConnectable } from '../../facts/require-connectable.ts';
import { countOAuthApps, listOAuthApps } from '../../sql/oauth-app-rows.ts';
import type { RouteContext } from '../context.ts';
import { presentOAuthApp } from './present-oauth-app.ts';

export function mountListOAuthApps(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.listOAuthApps, context.authenticate, ({ principal, query }) => {
    const { userId, provider, ...page } = query;
    const tenant = tenantToRead(principal, userId);
    const filter = {
      tenant,
      provider: provider === undefined ? undefined : requireConnectable(provider, 'querystring/provider').id,
    };
    return context.database.withScope(tenant, (transaction) =>
      readPage(page, {
        list: (range) => listOAuthApps(transaction, filter, range),
        count: (limit) => countOAuthApps(transaction, filter, limit),
        cursorOf: ({ id }) => id,
        idPrefix: ID_PREFIX.oauthApp,
        toItem: (row) => presentOAuthApp(row, context.gatewayPublicUrl),
      }),
    );
  });
}
