import type { FastifyInstance } from 'fastify';
import type { EmulatedAnswer } from '../emulator.ts';
import { bodyParameters, clientCredentials, type Parameters } from '../parameters.ts';
import type { AuthorizationServer } from './authorization-server.ts';
import type { Account, Application, CodeRecord, TokenPair } from './records.ts';
import { Refusal } from './refusal.ts';

export interface TokenRules<App extends Application> {
  /** Every path of the address. */
  readonly paths: readonly string[];
  /** What a code gives. */
  readonly redeem: (application: App, code: CodeRecord<App>, parameters: Parameters) => TokenPair;
  /** The answer to both kinds of grant. */
  readonly answer: (
    pair: TokenPair,
    grantType: string,
  ) => Record<string, unknown> | Promise<Record<string, unknown>>;
  readonly refuse: (refusal: Refusal) => EmulatedAnswer;
}

/** The token address as RFC 6749 describes it: a form, errors with their own status. */
export function mountTokenEndpoint<App extends Application, Person extends Account>(
  app: FastifyInstance,
  server: AuthorizationServer<App, Person>,
  rules: TokenRules<App>,
): void {
  for (const path of rules.paths) {
    app.post(path, async (request, reply) => {
      reply.header('cache-control', 'no-store').header('content-type', 'application/json; charset=utf-8');
      try {
        if (!request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
          throw new Refusal('invalid_request', 'The body must be a form.');
        }
        const parameters = bodyParameters(request);
        const application = server.authenticate(clientCredentials(request, parameters));
        const grantType = parameters['grant_type'] ?? '';
        const pair = exchange(server, rules, application, parameters, grantType);
        return JSON.stringify(await rules.answer(pair, grantType));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const { status, body, headers } = rules.refuse(error);
        if (headers !== undefined) reply.headers(headers);
        return reply.code(status).send(JSON.stringify(body));
      }
    });
  }
}

function exchange<App extends Application, Person extends Account>(
  server: AuthorizationServer<App, Person>,
  rules: TokenRules<App>,
  application: App,
  parameters: Parameters,
  grantType: string,
): TokenPair {
  switch (grantType) {
    case 'authorization_code':
      return rules.redeem(application, server.takeCode(application, parameters), parameters);
    case 'refresh_token': {
      const scope = parameters['scope'];
      return server.refresh(
        application,
        parameters['refresh_token'] ?? '',
        scope === undefined ? undefined : server.splitScopes(scope),
      );
    }
    default:
      throw new Refusal('unsupported_grant_type', grantType);
  }
}

/** Seconds until an access token expires, as `expires_in` has it. */
export function secondsLeft(expiresAtMs: number | undefined, nowMs: number): number {
  return Math.round(((expiresAtMs ?? nowMs) - nowMs) / 1000);
}
