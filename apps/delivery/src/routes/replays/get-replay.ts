import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { countReplayOutcomes } from '../../sql/count-replay-outcomes.ts';
import { findReplay } from '../../sql/find-replay.ts';
import type { RouteContext } from '../context.ts';
import { replayNotFound } from './change-replay.ts';
import { presentReplay } from './present-replay.ts';

export function mountGetReplay(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.getReplay, context.authenticate, ({ principal, params, query }) =>
    context.database.withScope(tenantToRead(principal, query.userId), async (tx) => {
      const row = await findReplay(tx, params.id);
      if (!row) throw replayNotFound();
      const outcomesOf = await countReplayOutcomes(tx, [row.id]);
      return { data: presentReplay(row, outcomesOf(row.id)) };
    }),
  );
}
