import { ApiError, operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { createVerificationLimit } from '../../operations/verification/limit-verifications.ts';
import { verifyEndpoint } from '../../operations/verification/verify-endpoint.ts';
import { markVerified } from '../../sql/mark-verified.ts';
import type { RouteContext } from '../context.ts';
import { endpointNotFound, requireEndpoint } from './require-endpoint.ts';

export function mountVerifyEndpoint(app: FastifyInstance, context: RouteContext): void {
  const { database, catalog } = context;
  const limit = createVerificationLimit();
  mountOperation(
    app,
    operations.verifyEndpoint,
    context.authenticate,
    async ({ principal, params, query, body }) => {
      const { id, tenantId } = await database.withScope(tenantToRead(principal, query.userId), (tx) =>
        requireEndpoint(tx, params.id),
      );
      await catalog.refresh();
      const endpoint = catalog.get(id);
      if (!endpoint) throw endpointNotFound();
      const verification = await limit.run(id, () =>
        verifyEndpoint(context, endpoint, { requireChallenge: body.requireChallenge ?? false }),
      );
      const isStored = await database.withTenant(tenantId, (tx) =>
        markVerified(tx, endpoint, verification.verified),
      );
      if (!isStored) {
        throw new ApiError('conflict', {
          message: 'The endpoint was changed while it was being verified: verify it again',
        });
      }
      return { data: verification };
    },
  );
}
