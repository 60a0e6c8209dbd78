import { ApiError, ID_PREFIX, operations, tenantToRead } from '@hookline/contracts';
import { createIdFactory, mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { clientSecretPlace } from '../../facts/app-facts.ts';
import { requireConnectable } from '../../facts/require-connectable.ts';
import { insertOAuthApp } from '../../sql/oauth-app-rows.ts';
import type { RouteContext } from '../context.ts';
import { checkOrigins } from './check-origins.ts';
import { presentOAuthApp } from './present-oauth-app.ts';
import { toAppSettings } from './to-app-settings.ts';

const nextId = createIdFactory(ID_PREFIX.oauthApp);

export function mountCreateOAuthApp(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.createOAuthApp, context.authenticate, async ({ principal, body }) => {
    // An operator who names no tenant creates an application of the installation.
    const tenant = tenantToRead(principal, body.userId);
    const connectable = requireConnectable(body.provider);
    const { id: provider } = connectable;
    const settings = toAppSettings(connectable, {}, body.settings);
    await checkOrigins(settings, { guard: context.guard, connectable });
    const id = nextId();
    const row = await context.database.withScope(tenant, (transaction) =>
      insertOAuthApp(transaction, {
        id,
        tenantId: tenant ?? null,
        provider,
        name: body.name ?? null,
        clientId: body.clientId,
        clientSecret: context.box.seal(body.clientSecret, clientSecretPlace(id)),
        settings,
      }),
    );
    if (!row)
      throw new ApiError('conflict', {
        message: `There is an application with this client id for ${provider}`,
      });
    context.doctor.examineLater(id);
    return { data: presentOAuthApp(row, context.gatewayPublicUrl) };
  });
}
