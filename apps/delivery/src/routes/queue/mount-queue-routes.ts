import { operations, tenantToRead } from '@hookline/contracts';
import { planByKey } from '@hookline/db';
import { endpointCatalog } from '@hookline/db/delivery';
import { type Authenticate, mountOperation } from '@hookline/service';
import { sql } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import { untilAllConfirm } from '../../operations/replicas/until-all-confirm.ts';
import { countOpen } from '../../operations/statistics/count-open.ts';
import { readStatistics } from '../../operations/statistics/read-statistics.ts';
import type { RouteContext } from '../context.ts';

/** The queue as a whole: its numbers, and the switch that stops all sending. */
export function mountQueueRoutes(
  app: FastifyInstance,
  { database, replicas }: RouteContext,
  authenticate: Authenticate,
): void {
  mountOperation(app, operations.getQueueStats, authenticate, ({ principal, query }) => {
    const tenant = tenantToRead(principal, query.userId);
    return database.withScope(tenant, async (tx) => {
      await planByKey(tx);
      const open = await countOpen(tx, tenant);
      const { total: settled } = await readStatistics(tx, { tenant });
      const [catalog] = await tx.select({ paused: endpointCatalog.paused }).from(endpointCatalog);
      return {
        data: {
          waiting: open.pending,
          active: open.sending,
          completed: settled.delivered,
          failed: settled.dead,
          delayed: open.retrying,
          paused: catalog?.paused ?? false,
        },
      };
    });
  });

  mountOperation(app, operations.pauseQueue, authenticate, async () => {
    await setPaused(true);
    return { data: { message: 'Nothing is sent until the queue is resumed' } };
  });

  mountOperation(app, operations.resumeQueue, authenticate, async () => {
    await setPaused(false);
    return { data: { message: 'The queue is at work' } };
  });

  /** With a version of its own, by which every replica says that it holds. */
  async function setPaused(paused: boolean): Promise<void> {
    const [catalog] = await database.withSystem((tx) =>
      tx
        .update(endpointCatalog)
        .set({ paused, version: sql`${endpointCatalog.version} + 1` })
        .returning({ version: endpointCatalog.version }),
    );
    if (!catalog) throw new Error('the endpoint catalog has no row: the migrations are incomplete');
    await untilAllConfirm(database, replicas, catalog.version);
  }
}
