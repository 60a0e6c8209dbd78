import { ApiError, operations } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { hashSecret } from '../../auth/api-key.ts';
import { CALL_TOKEN_SECONDS, makeCallToken } from '../../auth/portal/portal-secrets.ts';
import { insertPortalToken } from '../../sql/insert-portal-token.ts';
import type { RouteContext } from '../context.ts';
import { presentPortalAccess } from './present-portal-session.ts';

export function mountRenewPortalToken(app: FastifyInstance, context: RouteContext): void {
  const { database, identityOf } = context;
  mountOperation(
    app,
    operations.renewPortalToken,
    context.authenticate,
    async ({ principal, request, reply }) => {
      reply.header('cache-control', 'no-store');
      if (identityOf(request).capabilities === undefined) {
        throw new ApiError('forbidden', { message: 'Only a portal session has a token to renew' });
      }
      const token = makeCallToken();
      const row = await insertPortalToken(database, {
        sessionId: principal.keyId,
        tokenHash: hashSecret(token),
        validSeconds: CALL_TOKEN_SECONDS,
      });
      if (!row) throw new ApiError('portal_session_ended');
      return { data: presentPortalAccess(token, row) };
    },
  );
}
