import { ApiError, operations } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { deletePrivateViews } from '../../sql/delete-private-views.ts';
import { endKeyPortalSessions } from '../../sql/end-key-portal-sessions.ts';
import { endKeySessions } from '../../sql/end-key-sessions.ts';
import { revokeApiKey } from '../../sql/revoke-api-key.ts';
import type { RouteContext } from '../context.ts';

export function mountRevokeApiKey(app: FastifyInstance, context: RouteContext): void {
  const { database, revocations } = context;
  mountOperation(app, operations.revokeApiKey, context.authenticate, async ({ params }) => {
    const { id } = params;
    const sessions = await database.withSystem(async (transaction) => {
      if (!(await revokeApiKey(transaction, id)))
        throw new ApiError('not_found', { message: 'There is no such API key' });
      await deletePrivateViews(transaction, id);
      return [...(await endKeySessions(transaction, id)), ...(await endKeyPortalSessions(transaction, id))];
    });
    await revocations.announce([id, ...sessions].map((each) => ({ id: each, endsAfterMs: 0 })));
    return { data: { message: 'The API key is revoked' } };
  });
}
