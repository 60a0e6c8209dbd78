import { storedEventOperations } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { listReceivedEvents } from '../../sql/list-received-events.ts';
import type { RouteContext } from '../context.ts';

export function mountListReceivedEvents(
  app: FastifyInstance,
  { authenticate, database }: RouteContext,
): void {
  mountOperation(app, storedEventOperations.listReceivedEvents, authenticate, async ({ body }) => {
    const rows = await listReceivedEvents(database, { ...body, after: body.after ?? '' });
    return {
      data: rows.map(({ time, payload, ...row }) => ({
        ...row,
        time: time.toISOString(),
        payload: payload.toString('utf8'),
      })),
    };
  });
}
