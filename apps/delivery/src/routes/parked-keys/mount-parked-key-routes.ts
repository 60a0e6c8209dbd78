import {
  ApiError,
  deliveryId,
  listParkedKeys,
  type Ordering,
  type Principal,
  releaseParkedKeys,
  tenantToRead,
} from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { endpoints, parkedKeys } from '@hookline/db/delivery';
import { type Authenticate, mountOperation } from '@hookline/service';
import { and, asc, eq, isNull } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import { orderingKeyFor, textOfOrderingKey } from '../../ordering/ordering-key-of.ts';
import type { RouteContext } from '../context.ts';

const MAX_LISTED = 1_000;

/** Ordering keys that are parked: list, and let go. */
export function mountParkedKeyRoutes(
  app: FastifyInstance,
  { database, onKeysReleased }: RouteContext,
  authenticate: Authenticate,
): void {
  mountOperation(app, listParkedKeys, authenticate, ({ principal, params, query }) =>
    withEndpoint(principal, query.userId, params.id, async (tx) => {
      const rows = await tx
        .select()
        .from(parkedKeys)
        .where(eq(parkedKeys.endpointId, params.id))
        .orderBy(asc(parkedKeys.parkedAt))
        .limit(MAX_LISTED);
      return {
        data: rows.map((row) => ({
          key: textOfOrderingKey(row.orderingKey),
          eventId: row.eventId,
          deliveryId: deliveryId(row.eventId, row.endpointId),
          parkedAt: row.parkedAt.toISOString(),
        })),
      };
    }),
  );

  mountOperation(app, releaseParkedKeys, authenticate, async ({ principal, params, query, body }) => {
    const released = await withEndpoint(principal, query.userId, params.id, (tx, ordering) =>
      tx
        .delete(parkedKeys)
        .where(
          and(
            eq(parkedKeys.endpointId, params.id),
            body.key === undefined
              ? undefined
              : eq(parkedKeys.orderingKey, orderingKeyFor(ordering ?? { key: '' }, body.key)),
          ),
        )
        .returning({ key: parkedKeys.orderingKey }),
    );
    if (released.length > 0) onKeysReleased();
    return { data: { released: released.length } };
  });

  function withEndpoint<T>(
    principal: Principal,
    userId: string | undefined,
    id: string,
    work: (tx: Transaction, ordering: Ordering | null) => Promise<T>,
  ): Promise<T> {
    return database.withScope(tenantToRead(principal, userId), async (tx) => {
      const [row] = await tx
        .select({ ordering: endpoints.ordering })
        .from(endpoints)
        .where(and(eq(endpoints.id, id), isNull(endpoints.deletedAt)));
      if (!row) throw new ApiError('not_found', { message: 'There is no such endpoint' });
      return work(tx, row.ordering);
    });
  }
}
