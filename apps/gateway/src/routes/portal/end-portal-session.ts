import { ApiError, operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { deletePortalSession } from '../../sql/delete-portal-session.ts';
import type { RouteContext } from '../context.ts';

export function mountEndPortalSession(app: FastifyInstance, context: RouteContext): void {
  const { database, revocations } = context;
  mountOperation(
    app,
    operations.endPortalSession,
    context.authenticate,
    async ({ principal, params, query }) => {
      const { id } = params;
      if (!(await deletePortalSession(database, id, tenantToRead(principal, query.userId))))
        throw new ApiError('not_found', { message: 'There is no such portal session' });
      await revocations.announce([{ id, endsAfterMs: 0 }]);
      return { data: { message: 'The portal session has ended' } };
    },
  );
}
