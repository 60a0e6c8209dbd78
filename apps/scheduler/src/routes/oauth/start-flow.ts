import { ApiError, OAUTH_START_ROUTE, OAuthStartQuery, operations, tenantToWrite } from '@hookline/contracts';
import { createTextCheck, setCookie } from '@hookline/service';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { FLOW_ERRORS } from '../../accounts/callback-error.ts';
import { chooseApp } from '../../accounts/choose-app.ts';
import { type OAuthConnectable, requireConnectable } from '../../facts/require-connectable.ts';
import { type Link, takeLink } from '../../sql/connection-links.ts';
import type { RouteContext } from '../context.ts';
import { checkReturnUrl } from './check-return-url.ts';
import { LINK_OVER, sendFlowPage } from './flow-page.ts';
import { type FlowWishes, toFlowStart } from './flow-wishes.ts';
import { hashLinkToken } from './link-token.ts';

/**
 * Sends a browser to a provider. The caller has a key, or the browser has a link that works once. Only such a caller can
 * name the address to which the browser returns.
 */
export function mountStartFlow(app: FastifyInstance, context: RouteContext): void {
  const { database, accounts } = context;
  const checkQueryText = createTextCheck('querystring', OAuthStartQuery);

  async function redirect(reply: FastifyReply, wishes: FlowWishes): Promise<FastifyReply> {
    const { location, cookie } = await accounts.flows.start(await toFlowStart(context, wishes));
    return reply
      .code(302)
      .headers({ location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
      .header('set-cookie', setCookie(cookie))
      .send();
  }

  async function redirectByLink(
    reply: FastifyReply,
    link: Link,
    connectable: OAuthConnectable,
    isInstallation: boolean,
  ): Promise<FastifyReply> {
    const { tenant, connectionId, scopes, settings, returnUrl, keyId } = link;
    try {
      return await redirect(reply, {
        tenant,
        connectable,
        app: await chooseApp(context, {
          tenant,
          provider: connectable.id,
          appId: link.appId,
          connectionId: undefined,
        }),
        connectionId: connectionId ?? undefined,
        scopes: scopes ?? undefined,
        settings,
        returnUrl: returnUrl ?? undefined,
        isInstallation,
        keyId,
      });
    } catch (error) {
      // The application or the connection has been deleted since.
      if (!(error instanceof ApiError) || error.statusCode >= 500) throw error;
      return sendFlowPage(reply, 410, {
        title: LINK_OVER,
        text: 'The application or the connection for which it was made was deleted. Ask for a new link.',
      });
    }
  }

  app.get<{ Params: { provider: string }; Querystring: OAuthStartQuery }>(
    OAUTH_START_ROUTE,
    {
      schema: { querystring: OAuthStartQuery },
      // A preview of a link asks for its headers, and must not use it up.
      exposeHeadRoute: false,
      preValidation: (request, _reply, done) => {
        checkQueryText(request.query);
        done();
      },
    },
    async (request, reply) => {
      const { provider: name } = request.params;
      const { link, returnUrl, appId, connectionId, userId, install = false } = request.query;
      const connectable = requireConnectable(name, 'params/provider');
      if (link !== undefined) {
        context.requireGateway(request.headers);
        const found = await takeLink(database, hashLinkToken(link), connectable.id);
        if (!found) {
          return sendFlowPage(reply, 410, { title: LINK_OVER, text: FLOW_ERRORS.link_ended });
        }
        return await redirectByLink(reply, found, connectable, install);
      }
      const principal = await context.authenticate(request, operations.createConnectionLink);
      const tenant = tenantToWrite(principal, userId);
      const back = returnUrl === undefined ? undefined : checkReturnUrl(returnUrl, 'querystring/returnUrl');
      const chosen = await chooseApp(context, { tenant, provider: connectable.id, appId, connectionId });
      return await redirect(reply, {
        tenant,
        connectable,
        app: chosen,
        connectionId,
        scopes: undefined,
        settings: {},
        returnUrl: back,
        isInstallation: install,
        keyId: principal.keyId,
      });
    },
  );
}
