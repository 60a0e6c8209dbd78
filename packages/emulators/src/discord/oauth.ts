import type { FastifyInstance } from 'fastify';
import type { EmulatedAnswer, PushContext } from '../core/emulator.ts';
import { type ConsentRules, mountConsentPage } from '../core/oauth/consent-page.ts';
import { Refusal } from '../core/oauth/refusal.ts';
import { mountTokenEndpoint, secondsLeft } from '../core/oauth/token-endpoint.ts';
import { bodyParameters, clientCredentials } from '../core/parameters.ts';
import type { DiscordAuthorization } from './state.ts';
import { pushWebhookEvent, toUser } from './webhook-events.ts';

/** Versions of the API; without one, Discord takes its default. */
export const API_PREFIXES = ['/discord.com/api', '/discord.com/api/v10', '/discord.com/api/v9'];

export function discordConsent(server: DiscordAuthorization): ConsentRules {
  return {
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
}

export function mountOAuth(
  app: FastifyInstance,
  context: PushContext,
  server: DiscordAuthorization,
  rules: ConsentRules,
): void {
  mountConsentPage(app, server, rules);
  mountTokenEndpoint(app, server, {
    paths: API_PREFIXES.map((prefix) => `${prefix}/oauth2/token`),
    redeem: (application, code) => {
      const grant = server.addGrant(application, code.accountId);
      const person = server.accounts.get(code.accountId);
      if (person !== undefined) {
        const data = { integration_type: 1, user: toUser(person), scopes: code.scopes };
        void pushWebhookEvent(context, application, { type: 'APPLICATION_AUTHORIZED', data });
      }
      return server.issue(application, grant, { scopes: code.scopes });
    },
    answer: ({ access, refresh }) => ({
      token_type: 'Bearer',
      access_token: access.text,
      expires_in: secondsLeft(access.expiresAtMs, server.nowMs()),
      ...(refresh !== undefined && { refresh_token: refresh.text }),
      scope: access.scopes.join(' '),
    }),
    refuse,
  });
  for (const prefix of API_PREFIXES) {
    app.post(`${prefix}/oauth2/token/revoke`, async (request, reply) => {
      const parameters = bodyParameters(request);
      try {
        const application = server.authenticate(clientCredentials(request, parameters));
        revoke(server, application.clientId, parameters['token']);
        return {};
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return reply.code(401).send({ error: 'invalid_client' });
      }
    });
  }
}

/** One token ends everything that the person granted to the application. */
function revoke(server: DiscordAuthorization, clientId: string, text: string | undefined): void {
  const token = server.accessToken(text) ?? server.refreshToken(text);
  if (token?.grant.clientId !== clientId) return;
  for (const grant of server.grantsOf(clientId, token.grant.accountId)) server.endGrant(grant, 'revoked');
}

export const INVALID_GRANT: EmulatedAnswer = {
  status: 400,
  body: { error: 'invalid_grant', error_description: 'Invalid "refresh_token" in request.' },
};
export const INVALID_CLIENT: EmulatedAnswer = { status: 401, body: { error: 'invalid_client' } };

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
