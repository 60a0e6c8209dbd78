import { ApiError, operations } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { revokeApiKey } from '../../sql/revoke-api-key.ts';
import type { RouteContext } from '../context.ts';

export function mountRevokeApiKey(app: FastifyInstance, context: RouteContext): void {
  const { database, revocations } = context;
  mountOperation(app, operations.revokeApiKey, context.authenticate, async ({ params }) => {
    const isKnown = await database.withSystem((transaction) => revokeApiKey(transaction, params.id));
    if (!isKnown) throw new ApiError('not_found', { message: 'There is no such API key' });
    await revocations.announce({ id: params.id, endsAfterMs: 0 });
    return { data: { message: 'The API key is revoked' } };
  });
}
