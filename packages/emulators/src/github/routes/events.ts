import type { FastifyInstance } from 'fastify';
import { queryParameters } from '../../core/parameters.ts';
import { failure } from '../failure.ts';
import { toEvent, toNotification } from '../timeline.ts';
import { type ApiContext, REPOSITORY_PATHS, repositoryOf } from './api-context.ts';
import { pageOf, sendWithEtag } from './lists.ts';

/** Seconds that a client has to wait between two polls. */
const POLL_INTERVAL = '60';

/** The Events API and the notifications: with X-Poll-Interval, and 304 for what the caller has. */
export function mountEvents(api: FastifyInstance, context: ApiContext): void {
  const { timeline, callerOf } = context;
  for (const path of REPOSITORY_PATHS) {
    api.get(`${path}/events`, async (request, reply) => {
      const repository = repositoryOf(context, request);
      const events = timeline.list(({ repositoryId }) => repositoryId === repository.id);
      reply.header('x-poll-interval', POLL_INTERVAL);
      const page = pageOf(request, reply, events).map(toEvent);
      return sendWithEtag(request, reply, callerOf(request), page);
    });
  }
  for (const path of ['/users/:login/events', '/users/:login/events/public']) {
    api.get(path, async (request, reply) => {
      const caller = callerOf(request);
      const { login } = request.params as { login: string };
      const own = caller.account.name === login && !path.endsWith('/public');
      const events = timeline.list(({ actor, isPublic }) => actor.login === login && (isPublic || own));
      reply.header('x-poll-interval', POLL_INTERVAL);
      return sendWithEtag(request, reply, caller, pageOf(request, reply, events).map(toEvent));
    });
  }
  api.get('/notifications', async (request, reply) => {
    const caller = callerOf(request);
    const { scopes } = caller.token;
    if (!scopes.includes('notifications') && !scopes.includes('repo')) {
      throw failure(403, "Missing the 'notifications' scope.");
    }
    const sinceMs = Date.parse(queryParameters(request)['since'] ?? '') || 0;
    const all = timeline
      .notificationsOf(caller.account.id)
      .filter(({ updatedAtMs }) => updatedAtMs >= sinceMs);
    reply.header('x-poll-interval', POLL_INTERVAL);
    const newestMs = all[0]?.updatedAtMs;
    if (newestMs !== undefined) {
      reply.header('last-modified', new Date(newestMs).toUTCString());
      const known = Date.parse(request.headers['if-modified-since'] ?? '');
      // The header counts whole seconds.
      if (known >= Math.floor(newestMs / 1000) * 1000) {
        caller.uncounted = true;
        return reply.code(304).send();
      }
    }
    return pageOf(request, reply, all, 50, 50).map(toNotification);
  });
}
