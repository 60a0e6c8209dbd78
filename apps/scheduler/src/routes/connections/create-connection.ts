import { operations, tenantToWrite } from '@hookline/contracts';
import { invalidFields, mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { chooseApp } from '../../accounts/choose-app.ts';
import { requireConnectable } from '../../facts/require-connectable.ts';
import type { RouteContext } from '../context.ts';
import { toConnectionSettings } from './connection-settings.ts';
import { showConnection } from './require-connection.ts';

export function mountCreateConnection(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.createConnection, context.authenticate, async ({ principal, body }) => {
    const tenant = tenantToWrite(principal, body.userId);
    const connectable = requireConnectable(body.provider);
    const { refreshToken, accessToken } = body;
    if ((refreshToken === undefined) === (accessToken === undefined))
      throw invalidFields({ path: 'body', message: 'must have either refreshToken or accessToken' });
    const kinds = connectable.oauth.credentials?.map(({ kind }) => kind) ?? ['access'];
    if (body.kind !== undefined && !kinds.includes(body.kind))
      throw invalidFields({
        path: 'body/kind',
        message: `must be a kind of token that ${connectable.name} has: ${kinds.join(' or ')}`,
      });
    const chosen = await chooseApp(context, {
      tenant,
      provider: connectable.id,
      appId: body.appId,
      connectionId: undefined,
    });
    const { id } = await context.accounts.importAccount({
      tenant,
      app: chosen,
      connectable,
      kind: body.kind,
      token: refreshToken === undefined ? { accessToken: accessToken ?? '' } : { refreshToken },
      scopes: body.scopes ?? [],
      settings: toConnectionSettings(connectable, {}, body.settings),
    });
    return { data: await showConnection(context.database, tenant, id) };
  });
}
