import { ApiError, OAUTH_CALLBACK_ROUTE, OAUTH_START_ROUTE, operations } from '@hookline/contracts';
import { createRateWindow, networkOf, rateLimited } from '@hookline/service';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { abortOnClose } from '../../forward/abort-on-close.ts';
import { forwardBrowser } from '../../forward/forward-browser.ts';
import { sendAnswer } from '../../forward/send-answer.ts';
import type { RouteContext } from '../context.ts';
import { endWithKey } from './end-with-key.ts';

/** Answers with an error for one client address in a window; then 429. Guessing a state or a link gains nothing. */
const MAX_MISSES = 100;
const WINDOW_MS = 900_000;
const SECRET = /^[A-Za-z0-9_-]{1,100}$/;

/**
 * Forwards the two routes of browsers that connect accounts. A start needs a key, or a link that works once. A callback
 * needs neither: it is bound to the browser by a cookie.
 */
export function mountOAuth(app: FastifyInstance, context: RouteContext): void {
  const { upstreams, internalToken, authenticate } = context;
  const missed = createRateWindow({ limit: MAX_MISSES, windowMs: WINDOW_MS });

  // To start is what a link allows: a caller who may make one may start.
  const forward = async (
    request: FastifyRequest,
    reply: FastifyReply,
    hasKey: boolean,
    opened?: Parameters<typeof endWithKey>[1],
  ) => {
    const address = networkOf(request.ip);
    const state = missed.look(address);
    if (!hasKey && state.exceeded) throw rateLimited(state);
    // A link from any page opens this address, with the cookie of a session: that is not a wish of the person.
    if (hasKey && request.headers.authorization === undefined) {
      throw new ApiError('unauthenticated', {
        message:
          'This address needs an API key as "Authorization: Bearer hl_…". For the browser of a person, create a link by POST /api/connections/links, with connectionId to connect an account again',
      });
    }
    if (opened !== undefined) await endWithKey(context, opened, request, abortOnClose(reply));
    const principal = hasKey ? await authenticate(request, operations.createConnectionLink) : undefined;
    const answer = await forwardBrowser(
      { upstream: upstreams.scheduler, internalToken },
      request,
      reply,
      principal,
    );
    if (!answer) return reply.hijack();
    if (answer.statusCode >= 400) missed.take(address);
    return sendAnswer(reply, answer);
  };

  // A preview of a link asks for its headers, and must not use it up.
  const options = { exposeHeadRoute: false };
  for (const route of [OAUTH_START_ROUTE, OAUTH_CALLBACK_ROUTE])
    app.head(route, (_, reply) => {
      reply.header('allow', 'GET');
      throw new ApiError('method_not_allowed');
    });
  app.get<{ Querystring: Record<string, unknown> }>(OAUTH_START_ROUTE, options, (request, reply) => {
    const { link } = request.query;
    return forward(request, reply, link === undefined, isSecret(link) ? { link } : undefined);
  });
  app.get<{ Querystring: Record<string, unknown> }>(OAUTH_CALLBACK_ROUTE, options, (request, reply) => {
    const { state } = request.query;
    return forward(request, reply, false, isSecret(state) ? { state } : undefined);
  });
}

/** The scheduler knows no other link, and no other state. */
const isSecret = (value: unknown): value is string => typeof value === 'string' && SECRET.test(value);
