import { oauthStartPath, operations, tenantToWrite } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { chooseApp } from '../../accounts/choose-app.ts';
import { requireConnectable } from '../../facts/require-connectable.ts';
import { insertLink } from '../../sql/connection-links.ts';
import type { RouteContext } from '../context.ts';
import { checkReturnUrl } from '../oauth/check-return-url.ts';
import { toFlowStart } from '../oauth/flow-wishes.ts';
import { hashLinkToken, makeLinkToken } from '../oauth/link-token.ts';
import { toConnectionSettings } from './connection-settings.ts';

export function mountCreateConnectionLink(app: FastifyInstance, context: RouteContext): void {
  const { database, gatewayPublicUrl } = context;
  mountOperation(app, operations.createConnectionLink, context.authenticate, async ({ principal, body }) => {
    const tenant = tenantToWrite(principal, body.userId);
    const connectable = requireConnectable(body.provider);
    const { connectionId, scopes } = body;
    const returnUrl =
      body.returnUrl === undefined ? undefined : checkReturnUrl(body.returnUrl, 'body/returnUrl');
    const chosen = await chooseApp(context, {
      tenant,
      provider: connectable.id,
      appId: body.appId,
      connectionId,
    });
    const settings = toConnectionSettings(connectable, {}, body.settings);
    // Whether the flow could start: a person should not be the first to find out.
    await toFlowStart(context, {
      tenant,
      connectable,
      app: chosen,
      connectionId,
      scopes,
      settings,
      returnUrl,
      isInstallation: false,
      keyId: principal.keyId,
    });
    const token = makeLinkToken();
    const expiresAt = await database.withTenant(tenant, (transaction) =>
      insertLink(transaction, {
        tokenHash: hashLinkToken(token),
        tenant,
        provider: connectable.id,
        appId: chosen.id,
        connectionId: connectionId ?? null,
        scopes: scopes ?? null,
        settings,
        returnUrl: returnUrl ?? null,
        keyId: principal.keyId,
        lifeSeconds: body.expiresInSeconds,
      }),
    );
    return {
      data: {
        url: `${gatewayPublicUrl}${oauthStartPath(connectable.id)}?link=${token}`,
        expiresAt: expiresAt.toISOString(),
      },
    };
  });
}
