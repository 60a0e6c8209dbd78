import { ApiError, ID_PREFIX, OIDC_CALLBACK_PATH, OIDC_START_PATH } from '@hookline/contracts';
import {
  clearCookie,
  cookieName,
  createIdFactory,
  invalidFields,
  readCookie,
  setCookie,
} from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { accessOfClaims } from '../../auth/oidc/access-of-claims.ts';
import { isLocalPath, readFlow, writeFlow } from '../../auth/oidc/sign-in-flow.ts';
import { hashSessionSecret, makeSessionSecret } from '../../auth/sessions/session-secret.ts';
import { insertSession } from '../../sql/insert-session.ts';
import type { RouteContext } from '../context.ts';
import { beginSession } from './begin-session.ts';
import { signInFacts } from './sign-in-facts.ts';

const nextSessionId = createIdFactory(ID_PREFIX.session);
const FLOW_COOKIE = 'hl-sign-in';
const FLOW_SECONDS = 600;

/** The two routes of browsers that sign in at the identity provider. Without one they do not exist. */
export function mountOidc(app: FastifyInstance, context: RouteContext): void {
  const { oidc, sessions, signIns, database, operatorKey } = context;
  if (!oidc) return;
  const { provider, options, origin } = oidc;
  const flowCookie = cookieName(FLOW_COOKIE, origin);
  const quiet = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };
  // A preview of a link asks for its headers, and must not use it up.
  const route = { exposeHeadRoute: false };

  app.get<{ Querystring: Record<string, unknown> }>(OIDC_START_PATH, route, async (request, reply) => {
    signIns.take(request.ip);
    const { returnTo = '/' } = request.query;
    if (typeof returnTo !== 'string' || returnTo.length > 500 || !isLocalPath(returnTo)) {
      throw invalidFields({ path: 'querystring/returnTo', message: 'must be a path, such as /dashboard' });
    }
    const { flow, location } = await provider.start(returnTo);
    const cookie = setCookie({ name: flowCookie, value: writeFlow(flow), maxAgeSeconds: FLOW_SECONDS });
    return reply
      .code(302)
      .headers({ ...quiet, location, 'set-cookie': cookie })
      .send();
  });

  app.get(OIDC_CALLBACK_PATH, route, async (request, reply) => {
    signIns.take(request.ip);
    reply.headers(quiet);
    const flow = readFlow(readCookie(request.headers, flowCookie) ?? '');
    // Whatever comes of it, a flow is used once.
    reply.header('set-cookie', clearCookie(flowCookie));
    if (!flow) {
      throw new ApiError('sign_in_failed', {
        message: 'This sign-in was not begun in this browser, or more than ten minutes ago: begin again',
      });
    }
    const claims = await provider.finish(new URL(request.raw.url as string, origin), flow);
    const access = accessOfClaims(claims, options);
    if ('denied' in access) throw new ApiError('forbidden', { message: access.denied });
    const secret = makeSessionSecret(false);
    const secretHash = hashSessionSecret(secret, operatorKey) as Buffer;
    const id = nextSessionId();
    await insertSession(database, { id, secretHash, ...access });
    await context.auditLog.store(signInFacts(request, id, access));
    beginSession(sessions, request.raw, reply, secret);
    return reply.code(302).header('location', flow.returnTo).send();
  });
}
