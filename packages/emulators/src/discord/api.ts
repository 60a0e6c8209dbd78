import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Answer } from '../core/answer.ts';
import { bearerToken, numberOf, queryParameters } from '../core/parameters.ts';
import type { DiscordLimits } from './limits.ts';
import type { DiscordAuthorization } from './state.ts';
import { toUser } from './webhook-events.ts';

const MAX_GUILDS = 200;

/** The person with guilds and connections. Called once for each version of the API. */
export function mountApi(api: FastifyInstance, server: DiscordAuthorization, limits: DiscordLimits): void {
  api.addHook('onRequest', async () => limits.checkBan());
  api.addHook('onResponse', async (_request, reply) => {
    const shared = reply.getHeader('x-ratelimit-scope') === 'shared';
    if ([401, 403, 429].includes(reply.statusCode) && !shared) limits.countInvalid(1);
  });
  api.get('/users/@me', async (request, reply) => toUser(callerOf(request, reply, 'identify').account));
  api.get('/users/@me/guilds', async (request, reply) => {
    const { account } = callerOf(request, reply, 'guilds');
    const query = queryParameters(request);
    const after = query['after'] ?? '0';
    if (!/^\d{1,20}$/.test(after)) throw new Answer(400, { message: 'Invalid Form Body', code: 50035 });
    return account.guilds
      .filter(({ id }) => BigInt(id) > BigInt(after))
      .slice(0, numberOf(query['limit'], MAX_GUILDS, 1, MAX_GUILDS))
      .map(({ id, name }) => ({
        id,
        name,
        icon: null,
        banner: null,
        owner: false,
        permissions: '0',
        features: [],
      }));
  });
  api.get('/users/@me/connections', async (request, reply) =>
    callerOf(request, reply, 'connections').account.connections.map((connection) => ({
      ...connection,
      verified: true,
      friend_sync: false,
      show_activity: true,
      two_way_link: false,
      visibility: 1,
    })),
  );
  api.get('/oauth2/@me', async (request, reply) => {
    const { token, account } = callerOf(request, reply, 'identify');
    const application = server.applications.get(token.grant.clientId);
    return {
      application: { id: application?.applicationId, name: application?.name },
      scopes: token.scopes,
      expires: new Date(token.expiresAtMs ?? 0).toISOString(),
      user: toUser(account),
    };
  });

  /** @throws Answer 401, 403, 429 */
  function callerOf(request: FastifyRequest, reply: FastifyReply, scope: string) {
    const token = server.findAccess(bearerToken(request));
    const account = server.accounts.get(token?.grant.accountId ?? '');
    if (token === undefined || account === undefined) {
      throw new Answer(401, { message: '401: Unauthorized', code: 0 });
    }
    limits.take(request.routeOptions.url ?? '', account.id, reply);
    if (!token.scopes.includes(scope)) throw new Answer(403, { message: 'Missing Access', code: 50001 });
    return { token, account };
  }
}
