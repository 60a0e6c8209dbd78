import { createHash } from 'node:crypto';
import { OAUTH_START_ROUTE, OAuthStartQuery, tenantToWrite } from '@hookline/contracts';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { chooseApp } from '../../accounts/choose-app.ts';
import { requireConnectable } from '../../facts/require-connectable.ts';
import { takeLink } from '../../sql/connection-links.ts';
import type { RouteContext } from '../context.ts';
import { checkReturnUrl } from './check-return-url.ts';
import { setCookie } from './flow-cookies.ts';
import { sendFlowPage } from './flow-page.ts';
import { type FlowWishes, toFlowStart } from './flow-wishes.ts';

/**
 * Sends a browser to a provider. The caller has a key, or the browser has a link that works once. Only such a caller can
 * name the address to which the browser returns.
 */
export function mountStartFlow(app: FastifyInstance, context: RouteContext): void {
  const { database, accounts } = context;

  async function redirect(reply: FastifyReply, wishes: FlowWishes): Promise<FastifyReply> {
    const { location, cookie } = await accounts.flows.start(await toFlowStart(context, wishes));
    return reply
      .code(302)
      .headers({ location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
      .header('set-cookie', setCookie(cookie))
      .send();
  }

  app.get<{ Params: { provider: string }; Querystring: OAuthStartQuery }>(
    OAUTH_START_ROUTE,
    { schema: { querystring: OAuthStartQuery } },
    async (request, reply) => {
      const { provider: name } = request.params;
      const { link, returnUrl, appId, connectionId, userId, install = false } = request.query;
      const connectable = requireConnectable(name, 'params/provider');
      if (link !== undefined) {
        context.requireGateway(request.headers);
        const found = await takeLink(database, createHash('sha256').update(link).digest(), connectable.id);
        if (!found) {
          return sendFlowPage(reply, 410, {
            title: 'This link no longer works',
            text: 'It was used before, or it has ended. Ask for a new one.',
          });
        }
        const { tenant, connectionId: reconnected, scopes, settings } = found;
        const chosen = await chooseApp(context, { tenant, provider: connectable.id, appId: found.appId });
        return await redirect(reply, {
          tenant,
          connectable,
          app: chosen,
          connectionId: reconnected ?? undefined,
          scopes: scopes ?? undefined,
          settings,
          returnUrl: found.returnUrl ?? undefined,
          isInstallation: install,
        });
      }
      const tenant = tenantToWrite(await context.authenticate(request), userId);
      if (returnUrl !== undefined) checkReturnUrl(returnUrl, 'querystring/returnUrl');
      const chosen = await chooseApp(context, { tenant, provider: connectable.id, appId });
      return await redirect(reply, {
        tenant,
        connectable,
        app: chosen,
        connectionId,
        scopes: undefined,
        settings: {},
        returnUrl,
        isInstallation: install,
      });
    },
  );
}
