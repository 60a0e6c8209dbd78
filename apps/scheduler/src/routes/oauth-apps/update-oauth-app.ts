import { isDeepStrictEqual } from 'node:util';
import { ApiError, operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { clientSecretPlace } from '../../facts/app-facts.ts';
import { connectableOf } from '../../facts/require-connectable.ts';
import { hasRevocations } from '../../sql/grant-revocations.ts';
import { hasConnections } from '../../sql/has-connections.ts';
import { lockOAuthApp } from '../../sql/lock-oauth-app.ts';
import { updateOAuthApp } from '../../sql/oauth-app-rows.ts';
import type { RouteContext } from '../context.ts';
import { checkOrigins } from './check-origins.ts';
import { presentOAuthApp } from './present-oauth-app.ts';
import { checkChangeable, requireOAuthApp } from './require-oauth-app.ts';
import { toAppSettings } from './to-app-settings.ts';

export function mountUpdateOAuthApp(app: FastifyInstance, context: RouteContext): void {
  const { database, box } = context;
  mountOperation(
    app,
    operations.updateOAuthApp,
    context.authenticate,
    async ({ principal, params, query, body }) => {
      const scope = tenantToRead(principal, query.userId);
      const stored = await database.withScope(scope, (transaction) =>
        requireOAuthApp(transaction, params.id),
      );
      checkChangeable(stored, principal);
      const connectable = connectableOf(stored.provider);
      const settings = toAppSettings(connectable, stored.settings, body.settings);
      await checkOrigins(settings, { guard: context.guard, connectable }, stored.settings.origins);
      const movesOrigins = !isDeepStrictEqual(settings.origins ?? {}, stored.settings.origins ?? {});
      const row = await database.withSystem(async (transaction) => {
        // While it is locked, no account is connected by it.
        const locked = await lockOAuthApp(transaction, stored.id, 'to change');
        if (!isDeepStrictEqual(locked?.settings, stored.settings))
          throw new ApiError('conflict', {
            message: 'The OAuth application was changed by another call meanwhile: repeat the call',
          });
        // Whose accounts they are was asked at the origins of then, and their quotas are shared by that.
        if (movesOrigins && (await hasConnections(transaction, stored.id)))
          throw new ApiError('conflict', {
            message:
              'Accounts are connected at the present origins: disconnect them first, or create another application',
          });
        if (movesOrigins && (await hasRevocations(transaction, stored.id)))
          throw new ApiError('conflict', {
            message:
              'Grants of the present origins are still to be revoked there: try again later. That takes a day at most',
          });
        if (movesOrigins && body.clientSecret === undefined) throw secretRequired();
        const updated = await updateOAuthApp(transaction, stored.id, {
          ...(body.name === undefined ? {} : { name: body.name }),
          ...(body.settings === undefined ? {} : { settings }),
          ...(body.clientSecret === undefined
            ? {}
            : { clientSecret: box.seal(body.clientSecret, clientSecretPlace(stored.id)) }),
        });
        // A new secret may be the right one: the connections try it.
        if (body.clientSecret !== undefined) await context.tokens.appFaults.clear(transaction, stored.id);
        return updated && (await requireOAuthApp(transaction, stored.id));
      });
      if (!row) throw new ApiError('not_found', { message: 'OAuth application not found' });
      context.announcer.wake();
      return { data: presentOAuthApp(row, context.gatewayPublicUrl) };
    },
  );
}

/** Otherwise a caller could have the stored secret sent to a server of its own. */
function secretRequired(): ApiError {
  const [path, message] = ['body/clientSecret', 'must be given again'];
  return new ApiError('credentials_required', {
    message: `body/settings/origins leads to other origins than before, and the stored secret is not sent there: ${path} ${message}`,
    details: [{ path, message }],
  });
}
