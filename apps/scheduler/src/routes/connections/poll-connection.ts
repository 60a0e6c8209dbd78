import { ApiError, operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { factsOf } from '../../facts/connection-facts.ts';
import { connectableOf } from '../../facts/require-connectable.ts';
import { listPollGroups } from '../../sql/list-poll-groups.ts';
import { requestBackfill } from '../../sql/request-backfill.ts';
import { APP_NOT_INSTALLED } from '../../status/decide-status.ts';
import { dueNow } from '../../tasks/tasks.ts';
import type { RouteContext } from '../context.ts';
import { requireConnection } from './require-connection.ts';
import { whyNothingPolls } from './why-nothing-polls.ts';

export function mountPollConnection(
  app: FastifyInstance,
  { authenticate, database, wakeTasks }: RouteContext,
): void {
  mountOperation(app, operations.pollConnection, authenticate, async ({ principal, params, query }) => {
    const row = await database.withScope(tenantToRead(principal, query.userId), (transaction) =>
      requireConnection(transaction, params.id),
    );
    const connection = { ...factsOf(row), reason: row.reason };
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
    // The polls do not list all that is pushed.
    for (const watch of connectableOf(connection.provider).watches ?? []) {
      if (watch.deliveries === undefined || (poll !== undefined && !watch.polls.includes(poll))) continue;
      await dueNow(database, connection.id, 'reconcile', {
        name: watch.id,
        ...(resource !== undefined && { resource }),
      });
    }
    // A person may have installed the application meanwhile.
    if (connection.reason === APP_NOT_INSTALLED) await dueNow(database, connection.id, 'routes');
    if (count === 0) {
      const groups = await listPollGroups(database, connection.id, poll);
      const why = whyNothingPolls(connection, resource, groups);
      if (why !== undefined) throw why;
    }
    wakeTasks();
    return { data: { polls: count } };
  });
}
