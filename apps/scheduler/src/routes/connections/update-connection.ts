import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { factsOf } from '../../facts/connection-facts.ts';
import { connectableOf } from '../../facts/require-connectable.ts';
import { lockConnection } from '../../sql/lock-connection.ts';
import { setConnectionSettings } from '../../sql/set-connection-settings.ts';
import type { RouteContext } from '../context.ts';
import { checkResources } from './check-resources.ts';
import { toConnectionSettings } from './connection-settings.ts';
import { requireApp, requireConnection, showConnection } from './require-connection.ts';

export function mountUpdateConnection(app: FastifyInstance, context: RouteContext): void {
  const { authenticate, database } = context;
  mountOperation(
    app,
    operations.updateConnection,
    authenticate,
    async ({ principal, params, query, body }) => {
      const scope = tenantToRead(principal, query.userId);
      const before = await database.withScope(scope, (transaction) =>
        requireConnection(transaction, params.id),
      );
      const ofConnection = await requireApp(context, before.appId);
      const wanted = toConnectionSettings(connectableOf(before.provider), before.settings, body.settings);
      await checkResources(context, before, ofConnection, wanted);
      await database.withScope(scope, async (transaction) => {
        const locked = await lockConnection(transaction, params.id);
        const row = await requireConnection(transaction, params.id);
        const settings = toConnectionSettings(connectableOf(row.provider), row.settings, body.settings);
        await setConnectionSettings(transaction, row.id, settings);
        await context.accounts.settingsChanged(transaction, factsOf({ ...row, settings }), ofConnection);
        if (locked) await context.statusChanges.apply(transaction, locked, 'facts_changed');
      });
      context.announcer.wake();
      return { data: await showConnection(database, scope, params.id) };
    },
  );
}
