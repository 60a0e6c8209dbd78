import type { FastifyInstance, FastifyRequest } from 'fastify';
import { bodyParameters, clientCredentials } from '../../core/parameters.ts';
import { failure } from '../failure.ts';
import type { GitHubAuthorization } from '../state.ts';

/** What an application may do with its own tokens, by Basic authentication with its client id and secret. */
export function mountApplications(api: FastifyInstance, server: GitHubAuthorization): void {
  api.delete('/applications/:clientId/grant', async (request, reply) => {
    const { token } = subject(request);
    for (const grant of server.grantsOf(token.grant.clientId, token.grant.accountId)) {
      server.endGrant(grant, 'revoked');
    }
    return reply.code(204).send();
  });
  api.delete('/applications/:clientId/token', async (request, reply) => {
    server.endToken(subject(request).token, 'revoked');
    return reply.code(204).send();
  });
  api.post('/applications/:clientId/token', async (request) => {
    const { token, application } = subject(request);
    const account = server.accounts.get(token.grant.accountId);
    return {
      id: 1,
      url: 'https://api.github.com/authorizations/1',
      app: { client_id: application.clientId, name: application.name, url: 'https://example.com' },
      token: token.text,
      hashed_token: '',
      token_last_eight: token.text.slice(-8),
      note: null,
      note_url: null,
      scopes: token.scopes,
      created_at: new Date(token.issuedAtMs).toISOString(),
      updated_at: new Date(token.issuedAtMs).toISOString(),
      expires_at: token.expiresAtMs === undefined ? null : new Date(token.expiresAtMs).toISOString(),
      user: { login: account?.name, id: account?.numericId },
    };
  });

  function subject(request: FastifyRequest) {
    const parameters = bodyParameters(request);
    const { clientId, clientSecret } = clientCredentials(request, {});
    const application = server.applications.get(clientId ?? '');
    const named = (request.params as { clientId?: string }).clientId;
    if (application === undefined || application.clientSecret !== clientSecret || named !== clientId) {
      throw failure(401, 'Bad credentials');
    }
    const token = server.findAccess(parameters['access_token']);
    if (token === undefined || token.grant.clientId !== clientId) throw failure(404, 'Not Found');
    return { application, token };
  }
}
