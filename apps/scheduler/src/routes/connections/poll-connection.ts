import { ApiError, operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { connectableOf } from '../../facts/require-connectable.ts';
import { findConnection } from '../../sql/find-connection.ts';
import { requestBackfill } from '../../sql/request-backfill.ts';
import { dueNow } from '../../tasks/tasks.ts';
import type { RouteContext } from '../context.ts';

export function mountPollConnection(
  app: FastifyInstance,
  { authenticate, database, wakeTasks }: RouteContext,
): void {
  mountOperation(app, operations.pollConnection, authenticate, async ({ principal, params, query }) => {
    const tenant = tenantToRead(principal, query.userId);
    const connection = await findConnection(database, params.id);
    if (!connection || (tenant !== undefined && connection.tenant !== tenant))
      throw new ApiError('not_found');
    const { poll, resource, backfill } = query;
    const polls = (connectableOf(connection.provider).polling ?? []).map(({ id }) => id);
    if (poll !== undefined && !polls.includes(poll)) {
      throw new ApiError('invalid_request', {
        message: `querystring/poll must be one of ${polls.join(', ')}`,
      });
    }
    const which = {
      ...(poll !== undefined && { name: poll }),
      ...(resource !== undefined && { resource }),
    };
    if (backfill === true) {
      await requestBackfill.run(database, {
        connection_id: connection.id,
        name: poll,
        resource,
      });
    }
    const count = await dueNow(database, connection.id, 'poll', which);
    if (resource === undefined) await dueNow(database, connection.id, 'resources', which);
    wakeTasks();
    return { data: { polls: count } };
  });
}
