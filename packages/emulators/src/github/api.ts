import type { FastifyInstance, FastifyRequest } from 'fastify';
import { authenticate } from './authenticate.ts';
import { failure } from './failure.ts';
import type { ApiContext } from './routes/api-context.ts';
import { mountApplications } from './routes/applications.ts';
import { mountEvents } from './routes/events.ts';
import { mountHooks } from './routes/hooks.ts';
import { sendWithEtag } from './routes/lists.ts';
import { mountRepositories } from './routes/repositories.ts';
import type { Caller } from './state.ts';
import type { GitHubWorld } from './world.ts';

/** The REST API. Called once for each of its prefixes. */
export function mountApi(api: FastifyInstance, world: GitHubWorld): void {
  const { server, limits } = world;
  const callers = new WeakMap<FastifyRequest, Caller>();
  const context: ApiContext = {
    ...world,
    callerOf(request) {
      const known = callers.get(request);
      if (known !== undefined) return known;
      const caller = authenticate(server, limits, request);
      if (request.method !== 'GET' && limits.writes.take(caller.account.id).refused) throw secondaryLimit(60);
      callers.set(request, caller);
      return caller;
    },
  };
  api.addHook('onSend', async (request, reply, payload) => {
    const caller = callers.get(request);
    if (caller === undefined) return payload;
    limits.count(caller);
    reply.headers(limits.headersOf(caller));
    if (caller.application?.kind !== 'github-app') {
      reply.header('x-oauth-scopes', caller.token.scopes.join(', '));
    }
    return payload;
  });

  api.get('/user', async (request, reply) => {
    const caller = context.callerOf(request);
    const { name, numericId, email } = caller.account;
    const body = { login: name, id: numericId, node_id: `U_${numericId}`, type: 'User', name, email };
    return sendWithEtag(request, reply, caller, body);
  });
  api.get('/rate_limit', async (request) => {
    const caller = context.callerOf(request);
    caller.uncounted = true;
    return limits.describe(caller);
  });
  mountApplications(api, server);
  mountRepositories(api, context);
  mountHooks(api, context);
  mountEvents(api, context);
}

/** Too many requests in a short time, whatever remains of the hour. */
export function secondaryLimit(retryAfterSeconds: number) {
  return failure(
    403,
    'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
    { headers: { 'retry-after': String(retryAfterSeconds) } },
  );
}
