import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { Answer } from '../core/answer.ts';
import type { EmulatedAnswer, Emulator, EmulatorContext } from '../core/emulator.ts';
import { AuthorizationServer } from '../core/oauth/authorization-server.ts';
import { APPLICATION_MEMBERS, applicationOf, commonOperations } from '../core/oauth/common-operations.ts';
import { type ConsentRules, consentTo, mountConsentPage } from '../core/oauth/consent-page.ts';
import type { Decision } from '../core/oauth/records.ts';
import { Refusal } from '../core/oauth/refusal.ts';
import { mountTokenEndpoint, secondsLeft } from '../core/oauth/token-endpoint.ts';
import { operation } from '../core/operations.ts';
import {
  bearerToken,
  bodyParameters,
  clientCredentials,
  numberOf,
  queryParameters,
} from '../core/parameters.ts';
import { DiscordLimits, rateLimited } from './limits.ts';
import type { DiscordAccount, DiscordApplication } from './state.ts';
import { createWebhookKeys, pushWebhookEvent, toUser } from './webhook-events.ts';

const WEEK_SECONDS = 604_800;
const MAX_GUILDS = 200;
const API_PREFIXES = ['/discord.com/api', '/discord.com/api/v10', '/discord.com/api/v9'];

/** Discord: the authorization code flow, the person with guilds and connections, rate limits, and webhook events. */
export function createDiscord(context: EmulatorContext) {
  const { clock } = context;
  const server = new AuthorizationServer<DiscordApplication, DiscordAccount>({
    provider: 'discord',
    clock,
    log: context.log,
    codeSeconds: 600,
    pkce: true,
  });
  const limits = new DiscordLimits(clock);
  const rules: ConsentRules = {
    paths: ['/discord.com/oauth2/authorize', ...API_PREFIXES.map((prefix) => `${prefix}/oauth2/authorize`)],
    title: 'Discord',
    granular: false,
    withoutPage: ({ parameters, application }) => {
      if (parameters['prompt'] !== 'none') return undefined;
      const [first] = server.accounts.values();
      const granted = first !== undefined && server.grantsOf(application.clientId, first.id).length > 0;
      return granted ? { approve: true } : undefined;
    },
  };
  let snowflakes = 0n;
  const snowflake = () => {
    snowflakes += 1n;
    return String(1_400_000_000_000_000_000n + snowflakes);
  };
  const accountNamed = (name: string): DiscordAccount => {
    const account = server.findAccount(name);
    if (account === undefined) throw new RangeError(`There is no account "${name}".`);
    return account;
  };
  const applicationNamed = (clientId: string): DiscordApplication => {
    const application = server.applications.get(clientId);
    if (application === undefined) throw new RangeError(`There is no application "${clientId}".`);
    return application;
  };
  const consent = (url: string, decision: Decision) => consentTo(server, rules, url, decision);
  const AccountName = Type.String({ description: 'The id or the name.' });

  const operations = {
    ...commonOperations(server, consent),
    createApplication: operation(
      Type.Object(
        { ...APPLICATION_MEMBERS, webhookUrl: Type.Optional(Type.String()) },
        { additionalProperties: false },
      ),
      ({ webhookUrl, ...input }) => {
        const application: DiscordApplication = {
          ...applicationOf(input, {
            rotation: { kind: 'immediate' },
            accessTokenSeconds: WEEK_SECONDS,
            refreshTokenSeconds: undefined,
          }),
          applicationId: snowflake(),
          webhookUrl,
          keys: createWebhookKeys(),
        };
        server.applications.set(application.clientId, application);
        const { clientId, clientSecret, applicationId, keys } = application;
        return { clientId, clientSecret, applicationId, publicKey: keys.publicKey };
      },
    ),
    createAccount: operation(
      Type.Object(
        { username: Type.String({ minLength: 1, maxLength: 32 }) },
        { additionalProperties: false },
      ),
      ({ username }) => {
        const account: DiscordAccount = { id: snowflake(), name: username, guilds: [], connections: [] };
        server.accounts.set(account.id, account);
        return { id: account.id, username };
      },
    ),
    joinGuild: operation(
      Type.Object({ account: AccountName, guild: Type.String() }, { additionalProperties: false }),
      ({ account, guild }) => {
        const person = accountNamed(account);
        if (person.guilds.length >= MAX_GUILDS) throw new RangeError('A person is in 200 guilds at most.');
        const joined = { id: snowflake(), name: guild };
        person.guilds = [...person.guilds.filter(({ name }) => name !== guild), joined];
        return joined;
      },
    ),
    leaveGuild: operation(
      Type.Object({ account: AccountName, guild: Type.String() }, { additionalProperties: false }),
      ({ account, guild }) => {
        const person = accountNamed(account);
        person.guilds = person.guilds.filter(({ id, name }) => id !== guild && name !== guild);
      },
    ),
    setConnections: operation(
      Type.Object(
        {
          account: AccountName,
          connections: Type.Array(
            Type.Object({ id: Type.String(), type: Type.String(), name: Type.String() }),
            { maxItems: 100 },
          ),
        },
        { additionalProperties: false },
      ),
      ({ account, connections }) => {
        accountNamed(account).connections = connections;
      },
    ),
    /** Sets the address for webhook events and sends the ping. `accepted`: answered with 204. */
    setWebhookUrl: operation(
      Type.Object({ clientId: Type.String(), url: Type.String() }, { additionalProperties: false }),
      async ({ clientId, url }) => {
        const application = applicationNamed(clientId);
        application.webhookUrl = url;
        const result = await pushWebhookEvent(application, clock);
        return { accepted: result?.status === 204, status: result?.status ?? 0 };
      },
    ),
    /** The person removes the application in the settings: the grants end and the application is told. */
    deauthorize: operation(
      Type.Object({ account: AccountName, clientId: Type.String() }, { additionalProperties: false }),
      async ({ account, clientId }) => {
        const person = accountNamed(account);
        for (const grant of server.grantsOf(clientId, person.id)) server.endGrant(grant, 'revoked');
        const result = await pushWebhookEvent(applicationNamed(clientId), clock, {
          type: 'APPLICATION_DEAUTHORIZED',
          data: { user: toUser(person) },
        });
        return { pushed: result?.status ?? 0 };
      },
    ),
    setRateLimit: operation(
      Type.Object(
        { requests: Type.Integer({ minimum: 0 }), windowSeconds: Type.Number({ minimum: 0 }) },
        { additionalProperties: false },
      ),
      ({ requests, windowSeconds }) => {
        limits.routes.requests = requests;
        limits.routes.windowMs = windowSeconds * 1000;
        limits.routes.reset();
      },
    ),
    /** Answers with 401, 403 and 429 in the last ten minutes; `add` more of them. */
    invalidRequests: operation(
      Type.Object({ add: Type.Optional(Type.Integer({ minimum: 0 })) }, { additionalProperties: false }),
      ({ add }) => {
        if (add !== undefined) limits.countInvalid(add);
        return { count: limits.invalidRequests };
      },
    ),
  };
  operations.createApplication({ clientId: 'emulated-discord-app', name: 'Example community app' });
  operations.createAccount({ username: 'gamer-ada' });
  operations.createAccount({ username: 'gamer-ben' });

  const caller = (request: FastifyRequest, reply: FastifyReply, scope: string) => {
    const token = server.findAccess(bearerToken(request));
    const account = token === undefined ? undefined : server.accounts.get(token.grant.accountId);
    if (token === undefined || account === undefined)
      throw new Answer(401, { message: '401: Unauthorized', code: 0 });
    limits.take(request.routeOptions.url ?? '', account.id, reply);
    if (!token.scopes.includes(scope)) throw new Answer(403, { message: 'Missing Access', code: 50001 });
    return { token, account };
  };

  const emulator: Emulator = {
    provider: 'discord',
    hosts: ['discord.com'],
    operations,
    mount(app: FastifyInstance) {
      mountConsentPage(app, server, rules);
      mountTokenEndpoint(app, server, {
        paths: API_PREFIXES.map((prefix) => `${prefix}/oauth2/token`),
        redeem: (application, code) => {
          const person = server.accounts.get(code.accountId);
          const pair = server.issue(application, server.addGrant(application, code.accountId), {
            scopes: code.scopes,
          });
          if (person !== undefined) {
            const data = { integration_type: 1, user: toUser(person), scopes: code.scopes };
            void pushWebhookEvent(application, clock, { type: 'APPLICATION_AUTHORIZED', data });
          }
          return pair;
        },
        answer: ({ access, refresh }) => ({
          token_type: 'Bearer',
          access_token: access.text,
          expires_in: secondsLeft(access.expiresAtMs, clock.nowMs()),
          ...(refresh !== undefined && { refresh_token: refresh.text }),
          scope: access.scopes.join(' '),
        }),
        refuse,
      });
      for (const prefix of API_PREFIXES) void app.register(async (api) => mountApi(api), { prefix });
    },
    accountOf: (token) => (server.accessToken(token) ?? server.refreshToken(token))?.grant.accountId,
    rateLimited: (seconds) => rateLimited(seconds, { 'x-ratelimit-scope': 'user' }),
    invalidGrant: () => INVALID_GRANT,
    invalidClient: () => INVALID_CLIENT,
    consentPaths: rules.paths,
    consent,
  };
  return { emulator, operations };

  function mountApi(api: FastifyInstance): void {
    api.addHook('onRequest', async () => limits.checkBan());
    api.addHook('onResponse', async (_request, reply) => {
      const shared = reply.getHeader('x-ratelimit-scope') === 'shared';
      if ([401, 403, 429].includes(reply.statusCode) && !shared) limits.countInvalid(1);
    });
    api.get('/users/@me', async (request, reply) => toUser(caller(request, reply, 'identify').account));
    api.get('/users/@me/guilds', async (request, reply) => {
      const { account } = caller(request, reply, 'guilds');
      const limit = numberOf(queryParameters(request)['limit'], MAX_GUILDS, 1, MAX_GUILDS);
      const after = queryParameters(request)['after'] ?? '0';
      return account.guilds
        .filter(({ id }) => BigInt(id) > BigInt(after))
        .slice(0, limit)
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
      caller(request, reply, 'connections').account.connections.map((connection) => ({
        ...connection,
        verified: true,
        friend_sync: false,
        show_activity: true,
        two_way_link: false,
        visibility: 1,
      })),
    );
    api.get('/oauth2/@me', async (request, reply) => {
      const { token, account } = caller(request, reply, 'identify');
      const application = server.applications.get(token.grant.clientId);
      return {
        application: { id: application?.applicationId, name: application?.name },
        scopes: token.scopes,
        expires: new Date(token.expiresAtMs ?? 0).toISOString(),
        user: toUser(account),
      };
    });
    api.post('/oauth2/token/revoke', async (request, reply) => {
      const parameters = bodyParameters(request);
      try {
        const application = server.authenticate(clientCredentials(request, parameters));
        const text = parameters['token'];
        const token = server.accessToken(text) ?? server.refreshToken(text);
        // One token ends everything that the person granted to the application.
        if (token?.grant.clientId === application.clientId) {
          for (const grant of server.grantsOf(application.clientId, token.grant.accountId)) {
            server.endGrant(grant, 'revoked');
          }
        }
        return {};
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return reply.code(401).send({ error: 'invalid_client' });
      }
    });
  }
}

const INVALID_GRANT: EmulatedAnswer = {
  status: 400,
  body: { error: 'invalid_grant', error_description: 'Invalid "refresh_token" in request.' },
};
const INVALID_CLIENT: EmulatedAnswer = { status: 401, body: { error: 'invalid_client' } };

function refuse(refusal: Refusal): EmulatedAnswer {
  switch (refusal.code) {
    case 'invalid_client':
      return INVALID_CLIENT;
    case 'invalid_grant':
      return INVALID_GRANT;
    case 'redirect_uri_mismatch':
      return {
        status: 400,
        body: { error: 'invalid_grant', error_description: 'Invalid "redirect_uri" in request.' },
      };
    default:
      return { status: 400, body: { error: refusal.code, error_description: refusal.reason } };
  }
}
