import type { FastifyInstance } from 'fastify';
import type { Emulator, EmulatorContext } from '../core/emulator.ts';
import { mountBelow } from '../core/mount-below.ts';
import { commonOperations } from '../core/oauth/common-operations.ts';
import { consentTo } from '../core/oauth/consent-page.ts';
import type { Decision } from '../core/oauth/records.ts';
import { EMULATED_CLIENTS } from '../start-applications.ts';
import { mountApi } from './api.ts';
import { DiscordLimits, rateLimited } from './limits.ts';
import { API_PREFIXES, discordConsent, INVALID_CLIENT, INVALID_GRANT, mountOAuth } from './oauth.ts';
import { discordOperations } from './operations.ts';
import { createDiscordAuthorization } from './state.ts';

/** Discord: the authorization code flow, the person with guilds and connections, rate limits, and webhook events. */
export function createDiscord(context: EmulatorContext) {
  const { clock } = context;
  const server = createDiscordAuthorization(context);
  const limits = new DiscordLimits(clock);
  const rules = discordConsent(server);
  const consent = (url: string, decision: Decision) => consentTo(server, rules, url, decision);
  const operations = {
    ...commonOperations(server, consent),
    ...discordOperations({ server, context, limits }),
  };
  operations.createApplication({ clientId: EMULATED_CLIENTS.discord, name: 'Example community app' });
  operations.createAccount({ username: 'gamer-ada' });
  operations.createAccount({ username: 'gamer-ben' });

  const emulator: Emulator = {
    provider: 'discord',
    hosts: ['discord.com'],
    operations,
    mount(app: FastifyInstance) {
      mountOAuth(app, context, server, rules);
      for (const prefix of API_PREFIXES) {
        mountBelow(app, prefix, (api) => mountApi(api, server, limits));
      }
    },
    clientIds: () => server.clientIds(),
    accountNames: () => server.accountNames(),
    accountOf: (token) => server.accountOf(token),
    rateLimited: (seconds) => rateLimited(seconds, { 'x-ratelimit-scope': 'user' }),
    invalidGrant: () => INVALID_GRANT,
    invalidClient: () => INVALID_CLIENT,
    consentPaths: rules.paths,
    consent,
  };
  return { emulator, operations };
}
