import {
  ApiError,
  deliveryId,
  type Ordering,
  operations,
  type Principal,
  tenantToRead,
} from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { endpoints, parkedKeys } from '@hookline/db/delivery';
import { type Authenticate, decodeCursor, mountOperation, pageOf } from '@hookline/service';
import { and, asc, eq, gt, isNull } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import { orderingKeyFor, textOfOrderingKey } from '../../pipeline/ordering/ordering-key-of.ts';
import type { RouteContext } from '../context.ts';
import { countUpTo } from '../count-up-to.ts';

/** Ordering keys that are parked: list, and let go. */
export function mountParkedKeyRoutes(
  app: FastifyInstance,
  { database, onKeysReleased }: RouteContext,
  authenticate: Authenticate,
): void {
  mountOperation(app, operations.listParkedKeys, authenticate, ({ principal, params, query }) => {
    const cursor = decodeCursor(query.cursor);
    return withEndpoint(principal, query.userId, params.id, async (tx) => {
      const { limit, offset = 0 } = query;
      // An event has one key at an endpoint, so its id names the row.
      const where = and(
        eq(parkedKeys.endpointId, params.id),
        cursor === undefined ? undefined : gt(parkedKeys.eventId, cursor),
      );
      const rows = await tx
        .select()
        .from(parkedKeys)
        .where(where)
        .orderBy(asc(parkedKeys.eventId))
        .limit(limit + 1)
        .offset(offset);
      return pageOf(rows, {
        limit,
        offset,
        total: cursor === undefined ? await countUpTo(tx, parkedKeys, where) : undefined,
        cursorOf: ({ eventId }) => eventId,
        toItem: (row) => ({
          key: textOfOrderingKey(row.orderingKey),
          eventId: row.eventId,
          deliveryId: deliveryId(row.eventId, row.endpointId),
          parkedAt: row.parkedAt.toISOString(),
        }),
      });
    });
  });

  mountOperation(
    app,
    operations.releaseParkedKeys,
    authenticate,
    async ({ principal, params, query, body }) => {
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
    },
  );

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
