import { OAUTH_CALLBACK_ROUTE } from '@hookline/contracts';
import { clearCookie, createTextCheck, readCookie } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { FlowError, FlowErrorCode } from '../../accounts/callback-error.ts';
import { FlowFailure } from '../../accounts/oauth-flows.ts';
import { withFacts } from '../../accounts/return-url.ts';
import { requireConnectable } from '../../facts/require-connectable.ts';
import type { RouteContext } from '../context.ts';
import { LINK_OVER, PAGE_HEADERS, sendFlowPage } from './flow-page.ts';

const COOKIE_VALUE = /^[A-Za-z0-9_-]{1,100}$/;

const factsOf = ({ code, missing }: FlowError): { error: string; missing?: string } =>
  missing.length === 0 ? { error: code } : { error: code, missing: missing.join(' ') };

/** Errors of the caller; all others are of the provider or ours. */
const STATUSES: Readonly<Partial<Record<FlowErrorCode, number>>> = {
  account_mismatch: 409,
  internal: 500,
  link_ended: 410,
  provider_unavailable: 503,
};

/** After these errors the flow can still end at the right address, in the right browser. */
const GOES_ON: ReadonlySet<FlowErrorCode> = new Set(['browser_mismatch', 'wrong_callback']);

/** Receives a browser that comes back from a provider. The caller is a stranger until its state and cookie fit. */
export function mountFinishFlow(app: FastifyInstance, context: RouteContext): void {
  const { flows } = context.accounts;
  const checkQueryText = createTextCheck('querystring', undefined);
  // A preview of the address asks for its headers, and must not end the flow.
  const options = { exposeHeadRoute: false };
  app.get<{ Params: { provider: string } }>(OAUTH_CALLBACK_ROUTE, options, async (request, reply) => {
    checkQueryText(request.query);
    context.requireGateway(request.headers);
    const { id: provider } = requireConnectable(request.params.provider, 'params/provider');
    const parameters = new URL(request.raw.url ?? '/', 'http://scheduler').searchParams;
    const cookieName = flows.cookieNameOf(parameters.get('state') ?? '');
    const cookie = readCookie(request.headers, cookieName);
    try {
      const { connection, returnUrl } = await flows.finish({
        provider,
        parameters,
        cookie: cookie !== undefined && COOKIE_VALUE.test(cookie) ? cookie : undefined,
      });
      reply.header('set-cookie', clearCookie(cookieName));
      if (returnUrl === undefined) {
        return sendFlowPage(reply, 200, {
          title: 'Connected',
          text: 'The account is connected. You can close this window.',
        });
      }
      const { id, status } = connection;
      return reply
        .code(302)
        .headers({ ...PAGE_HEADERS, location: withFacts(returnUrl, { connection: id, status }) })
        .send();
    } catch (error) {
      if (!(error instanceof FlowFailure)) throw error;
      const { reason, returnUrl } = error;
      if (!GOES_ON.has(reason.code)) reply.header('set-cookie', clearCookie(cookieName));
      if (returnUrl === undefined) {
        return sendFlowPage(reply, STATUSES[reason.code] ?? 400, {
          title: reason.code === 'link_ended' ? LINK_OVER : 'Not connected',
          text: reason.message,
        });
      }
      return reply
        .code(302)
        .headers({ ...PAGE_HEADERS, location: withFacts(returnUrl, factsOf(reason)) })
        .send();
    }
  });
}
