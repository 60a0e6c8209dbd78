import type { FastifyInstance } from 'fastify';
import { BoundedMap } from '../core/bounded.ts';
import type { Emulator, EmulatorContext } from '../core/emulator.ts';
import { commonOperations } from '../core/oauth/common-operations.ts';
import { consentTo, mountConsentPage } from '../core/oauth/consent-page.ts';
import type { Decision } from '../core/oauth/records.ts';
import { EMULATED_CLIENTS } from '../start-applications.ts';
import { EventsApi } from './events-api.ts';
import { createMethodLimits, mountMethods } from './methods.ts';
import { SLACK_CONSENT } from './oauth.ts';
import { slackOperations } from './operations.ts';
import { rateLimited } from './slack-error.ts';
import { type Channel, createSlackAuthorization, type Team } from './state.ts';

/** Slack: OAuth v2 with bot and user tokens, rotation, conversations, and the Events API. */
export function createSlack(context: EmulatorContext) {
  const { clock } = context;
  const server = createSlackAuthorization(context);
  const events = new EventsApi(context);
  const limits = createMethodLimits(clock);
  const teams = new BoundedMap<string, Team>(10_000);
  const channels = new BoundedMap<string, Channel>(100_000);
  const consent = (url: string, decision: Decision) => consentTo(server, SLACK_CONSENT, url, decision);
  const operations = {
    ...commonOperations(server, consent),
    ...slackOperations({ server, clock, events, limits, teams, channels }),
  };

  operations.createApplication({
    clientId: EMULATED_CLIENTS.slack,
    name: 'Example app',
    tokenRotation: true,
  });
  operations.createApplication({
    clientId: EMULATED_CLIENTS.slackPlain,
    name: 'Example app without rotation',
  });
  const team = operations.createTeam({ name: 'example-team' });
  operations.createAccount({ name: 'slack-ada', teamId: team.id });
  operations.createAccount({ name: 'slack-ben', teamId: team.id });
  operations.createChannel({ teamId: team.id, name: 'general', members: ['slack-ada', 'slack-ben'] });

  const emulator: Emulator = {
    provider: 'slack',
    hosts: ['slack.com'],
    operations,
    mount(app: FastifyInstance) {
      mountConsentPage(app, server, SLACK_CONSENT);
      const uninstall = (clientId: string, teamId: string) => void operations.uninstall({ clientId, teamId });
      mountMethods(app, { server, teams, channels, clock, uninstall }, limits);
    },
    clientIds: () => server.clientIds(),
    accountNames: () => server.accountNames(),
    accountOf: (token) => server.accountOf(token),
    rateLimited,
    invalidGrant: () => ({ status: 200, body: { ok: false, error: 'invalid_refresh_token' } }),
    invalidClient: () => ({ status: 200, body: { ok: false, error: 'bad_client_secret' } }),
    consentPaths: SLACK_CONSENT.paths,
    consent,
  };
  return { emulator, operations };
}
