import { ApiError, ENVIRONMENT_KEY_ID, ID_PREFIX, operations, type Principal } from '@hookline/contracts';
import { createIdFactory, mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { requireOwnPage } from '../../auth/sessions/require-own-page.ts';
import { hashSessionSecret, makeSessionSecret } from '../../auth/sessions/session-secret.ts';
import { insertKeySession } from '../../sql/insert-key-session.ts';
import { insertSession } from '../../sql/insert-session.ts';
import type { RouteContext } from '../context.ts';
import { beginSession } from './begin-session.ts';
import { kindOf, presentSession } from './present-session.ts';

const nextSessionId = createIdFactory(ID_PREFIX.session);

/** Signs in with the API key that authenticates the request. */
export function mountCreateSession(app: FastifyInstance, context: RouteContext): void {
  const { database, sessions, signIns, operatorKey } = context;

  async function store(principal: Principal, scopes: readonly string[], secret: string): Promise<string> {
    const id = nextSessionId();
    const secretHash = hashSessionSecret(secret, operatorKey) as Buffer;
    if (principal.keyId === ENVIRONMENT_KEY_ID) {
      await insertSession(database, { id, tenantId: null, secretHash, scopes, subject: 'operator key' });
    } else if (!(await insertKeySession(database, { id, secretHash, scopes, keyId: principal.keyId }))) {
      throw new ApiError('unauthenticated', { message: 'The API key has just ended' });
    }
    return id;
  }

  mountOperation(
    app,
    operations.createSession,
    context.authenticate,
    async ({ principal, request, reply }) => {
      reply.header('cache-control', 'no-store');
      signIns.take(request.ip);
      // A page of another origin must not sign this browser in. Programs send no Origin.
      if (request.headers.origin !== undefined) requireOwnPage(request.raw, sessions.originOf(request.raw));
      if (kindOf(principal.keyId) !== 'key') {
        throw new ApiError('invalid_request', {
          message: 'Sign in with an API key: send it as "Authorization: Bearer hl_…"',
        });
      }
      const secret = makeSessionSecret(principal.keyId === ENVIRONMENT_KEY_ID);
      const { scopes } = context.identityOf(request);
      await store(principal, scopes, secret);
      const identity = await sessions.authenticate(secret, request.ip);
      beginSession(sessions, request.raw, reply, secret);
      return { data: presentSession(identity) };
    },
  );
}
