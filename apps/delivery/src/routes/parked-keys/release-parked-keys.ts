import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { orderingKeyFor } from '../../pipeline/ordering/ordering-key-of.ts';
import { deleteParkedKeys } from '../../sql/delete-parked-keys.ts';
import type { RouteContext } from '../context.ts';
import { requireEndpoint } from '../endpoints/require-endpoint.ts';

export function mountReleaseParkedKeys(app: FastifyInstance, context: RouteContext): void {
  mountOperation(
    app,
    operations.releaseParkedKeys,
    context.authenticate,
    async ({ principal, params, query, body }) => {
      const tenant = tenantToRead(principal, query.userId);
      const released = await context.database.withScope(tenant, async (tx) => {
        const { id, ordering } = await requireEndpoint(tx, params.id);
        const orderingKey =
          body.key === undefined ? undefined : orderingKeyFor(ordering ?? { key: '' }, body.key);
        return deleteParkedKeys(tx, id, orderingKey);
      });
      if (released > 0) context.onKeysReleased();
      return { data: { released } };
    },
  );
}
