import type { FastifyInstance } from 'fastify';
import type { Emulator, EmulatorContext } from '../core/emulator.ts';
import { mountBelow } from '../core/mount-below.ts';
import { commonOperations } from '../core/oauth/common-operations.ts';
import { consentTo } from '../core/oauth/consent-page.ts';
import type { Decision } from '../core/oauth/records.ts';
import { EMULATED_CLIENTS } from '../start-applications.ts';
import { mountApi, secondaryLimit } from './api.ts';
import { Hooks } from './hooks.ts';
import { mountInstallationPage } from './installation-page.ts';
import { Installations } from './installations.ts';
import { errorAnswer, GITHUB_CONSENT, mountOAuth } from './oauth.ts';
import { githubOperations } from './operations.ts';
import { RateLimits } from './rate-limits.ts';
import { Repositories } from './repositories.ts';
import { createAuthorization } from './state.ts';
import { Timeline } from './timeline.ts';
import type { GitHubWorld } from './world.ts';

/** GitHub: OAuth apps, GitHub Apps, and the part of the REST API about accounts, repositories, hooks and events. */
export function createGitHub(context: EmulatorContext) {
  const { clock } = context;
  const server = createAuthorization(context);
  const world: GitHubWorld = {
    server,
    clock,
    limits: new RateLimits(clock),
    repositories: new Repositories(),
    hooks: new Hooks(context),
    installations: new Installations(context),
    timeline: new Timeline(clock),
  };
  const consent = (url: string, decision: Decision) => consentTo(server, GITHUB_CONSENT, url, decision);
  const operations = { ...commonOperations(server, consent), ...githubOperations(world) };

  operations.createApplication({
    clientId: EMULATED_CLIENTS.githubOAuthApp,
    name: 'Example OAuth app',
    kind: 'oauth-app',
  });
  operations.createApplication({
    clientId: EMULATED_CLIENTS.githubApp,
    name: 'Example GitHub App',
    kind: 'github-app',
  });
  operations.createAccount({ login: 'octo-ada' });
  operations.createAccount({ login: 'octo-ben' });
  operations.createRepository({ repository: 'octo-ada/hello' });

  const emulator: Emulator = {
    provider: 'github',
    hosts: ['github.com', 'api.github.com'],
    operations,
    mount(app: FastifyInstance) {
      mountOAuth(app, server);
      mountInstallationPage(app, world);
      // The second one is the address of a GitHub Enterprise Server, which some clients derive.
      for (const prefix of ['/api.github.com', '/github.com/api/v3']) {
        mountBelow(app, prefix, (api) => mountApi(api, world));
      }
    },
    clientIds: () => server.clientIds(),
    accountNames: () => server.accountNames(),
    accountOf: (token) => server.accountOf(token),
    rateLimited: secondaryLimit,
    invalidGrant: () => errorAnswer('bad_refresh_token'),
    invalidClient: () => errorAnswer('incorrect_client_credentials'),
    consentPaths: GITHUB_CONSENT.paths,
    consent,
  };
  return { emulator, operations };
}
