import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { Emulator, EmulatorContext } from '../core/emulator.ts';
import { APPLICATION_MEMBERS, applicationOf, commonOperations } from '../core/oauth/common-operations.ts';
import { consentTo } from '../core/oauth/consent-page.ts';
import type { Decision } from '../core/oauth/records.ts';
import { operation } from '../core/operations.ts';
import { mountApi } from './api.ts';
import { errorAnswer, GITHUB_CONSENT, mountOAuth } from './oauth.ts';
import { RateLimits } from './rate-limits.ts';
import { createAuthorization, type GitHubAccount, type GitHubApplication } from './state.ts';

const EIGHT_HOURS = 28_800;
const SIX_MONTHS = 15_897_600;

/** GitHub: an OAuth app, a GitHub App, and the part of the REST API about accounts, repositories, hooks and events. */
export function createGitHub(context: EmulatorContext) {
  const server = createAuthorization(context);
  const limits = new RateLimits(context.clock);
  let accounts = 0;

  const createApplication = operation(
    Type.Object(
      {
        ...APPLICATION_MEMBERS,
        kind: Type.Union([Type.Literal('oauth-app'), Type.Literal('github-app')]),
        webhook: Type.Optional(Type.Object({ url: Type.String(), secret: Type.String() })),
      },
      { additionalProperties: false },
    ),
    ({ kind, webhook, ...input }) => {
      const expiring = kind === 'github-app';
      const application: GitHubApplication = {
        ...applicationOf(input, {
          rotation: { kind: 'immediate' },
          accessTokenSeconds: expiring ? EIGHT_HOURS : undefined,
          refreshTokenSeconds: expiring ? SIX_MONTHS : undefined,
        }),
        kind,
        webhook,
      };
      server.applications.set(application.clientId, application);
      return { clientId: application.clientId, clientSecret: application.clientSecret };
    },
  );
  const createAccount = operation(
    Type.Object(
      {
        login: Type.String({ pattern: '^[A-Za-z0-9-]{1,39}$' }),
        id: Type.Optional(Type.Integer({ minimum: 1 })),
      },
      { additionalProperties: false },
    ),
    ({ login, id }) => {
      accounts += 1;
      const numericId = id ?? 1_000 + accounts;
      const account: GitHubAccount = {
        id: String(numericId),
        numericId,
        name: login,
        email: `${login}@example.com`,
      };
      server.accounts.set(account.id, account);
      return { id: account.id, login };
    },
  );
  const consent = (url: string, decision: Decision) => consentTo(server, GITHUB_CONSENT, url, decision);
  const operations = { createApplication, createAccount, ...commonOperations(server, consent) };

  createApplication({ clientId: 'emulated-github-oauth-app', name: 'Example OAuth app', kind: 'oauth-app' });
  createApplication({ clientId: 'emulated-github-app', name: 'Example GitHub App', kind: 'github-app' });
  createAccount({ login: 'octo-ada' });
  createAccount({ login: 'octo-ben' });

  const emulator: Emulator = {
    provider: 'github',
    hosts: ['github.com', 'api.github.com'],
    operations,
    mount(app: FastifyInstance) {
      mountOAuth(app, server);
      for (const prefix of ['/api.github.com', '/github.com/api/v3']) {
        void app.register(async (api) => mountApi(api, { server, limits }), { prefix });
      }
    },
    accountOf: (token) => (server.accessToken(token) ?? server.refreshToken(token))?.grant.accountId,
    rateLimited: (retryAfterSeconds) => ({
      status: 403,
      headers: { 'retry-after': String(retryAfterSeconds) },
      body: {
        message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
        documentation_url: 'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api',
      },
    }),
    invalidGrant: () => errorAnswer('bad_refresh_token'),
    invalidClient: () => errorAnswer('incorrect_client_credentials'),
    consentPaths: GITHUB_CONSENT.paths,
    consent,
  };
  return { emulator, operations };
}
