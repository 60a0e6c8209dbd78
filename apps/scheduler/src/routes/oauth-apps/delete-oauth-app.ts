import { ApiError, operations, tenantToRead } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { hasRevocations } from '../../sql/grant-revocations.ts';
import { hasConnections } from '../../sql/has-connections.ts';
import { lockOAuthApp } from '../../sql/lock-oauth-app.ts';
import { updateOAuthApp } from '../../sql/oauth-app-rows.ts';
import type { RouteContext } from '../context.ts';
import { checkChangeable, requireOAuthApp } from './require-oauth-app.ts';

export function mountDeleteOAuthApp(app: FastifyInstance, context: RouteContext): void {
  const { database, pushing } = context;
  mountOperation(
    app,
    operations.deleteOAuthApp,
    context.authenticate,
    async ({ principal, params, query }) => {
      const scope = tenantToRead(principal, query.userId);
      const row = await database.withScope(scope, (transaction) => requireOAuthApp(transaction, params.id));
      checkChangeable(row, principal);
      const checkUnused = async (transaction: Transaction) => {
        if (await hasConnections(transaction, row.id))
          throw new ApiError('conflict', {
            message: 'Accounts are connected by this application: disconnect them first',
          });
        // They are revoked with its secret.
        if (await hasRevocations(transaction, row.id))
          throw new ApiError('conflict', {
            message:
              'Grants that were given to this application are still to be revoked at the provider: try again later. That takes a day at most',
          });
      };
      await database.withSystem(checkUnused);
      // First, so that a call that fails here can be repeated.
      await pushing.appPushSources.remove(row.id);
      await database.withSystem(async (transaction) => {
        // While it is locked, no account is connected by it.
        await lockOAuthApp(transaction, row.id, 'to change');
        await checkUnused(transaction);
        // The row stays; its secret is removed.
        await updateOAuthApp(transaction, row.id, { clientSecret: '', deleted: true });
      });
      return { data: { message: 'OAuth application deleted' } };
    },
  );
}
