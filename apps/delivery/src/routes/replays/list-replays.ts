import { ID_PREFIX, operations, tenantToRead } from '@hookline/contracts';
import { mountOperation, readPage } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { countReplayOutcomes } from '../../sql/count-replay-outcomes.ts';
import { countReplays, listReplays } from '../../sql/list-replays.ts';
import type { RouteContext } from '../context.ts';
import { presentReplay } from './present-replay.ts';

export function mountListReplays(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.listReplays, context.authenticate, ({ principal, query }) => {
    const filter = { tenant: tenantToRead(principal, query.userId), status: query.status };
    return context.database.withScope(filter.tenant, async (tx) => {
      const { data, page } = await readPage(query, {
        list: (range) => listReplays(tx, filter, range),
        count: (limit) => countReplays(tx, filter, limit),
        cursorOf: ({ id }) => id,
        idPrefix: ID_PREFIX.replay,
        toItem: (row) => row,
      });
      const outcomesOf = await countReplayOutcomes(
        tx,
        data.map(({ id }) => id),
      );
      return { data: data.map((row) => presentReplay(row, outcomesOf(row.id))), page };
    });
  });
}
