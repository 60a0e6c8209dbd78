import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { changeReplay } from './change-replay.ts';

export function mountPauseReplay(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.pauseReplay, context.authenticate, async ({ principal, params, query }) => {
    const data = await context.database.withScope(tenantToRead(principal, query.userId), (tx) =>
      changeReplay(tx, params.id, {
        from: ['running', 'paused'],
        to: 'paused',
      }),
    );

    return { data };
  });
}
