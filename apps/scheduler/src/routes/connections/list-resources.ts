import { ApiError, operations } from '@hookline/contracts';
import { getConnectable } from '@hookline/providers';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { watchesOf } from '../../facts/fits-application.ts';
import { listWatchesOf } from '../../sql/watch-rows.ts';
import { listActive } from '../../watches/discover-task.ts';
import type { RouteContext } from '../context.ts';
import { requireConnectionOf } from './require-connection-of.ts';
import { toConnectionError } from './to-connection-error.ts';

const TIMEOUT_MS = 20_000;

export function mountListResources(app: FastifyInstance, context: RouteContext): void {
  const { authenticate, database, pushing, api } = context;
  mountOperation(app, operations.listConnectionResources, authenticate, async (call) => {
    const connection = await requireConnectionOf(database, call.principal, call.params.id, call.query.userId);
    const application = await pushing.findApp(connection.appId);
    const connectable = getConnectable(connection.provider);
    if (!application || !connectable)
      throw new ApiError('not_found', { message: 'The OAuth application of the connection is deleted' });
    const specification = watchesOf(connectable, application).find(
      ({ resources }) => resources !== undefined,
    );
    if (specification?.resources === undefined) return { data: [] };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const found = await listActive(
      api,
      { connection, app: application, signal },
      specification.resources,
    ).catch((error: unknown) => {
      throw toConnectionError(error);
    });
    const watched = new Set((await listWatchesOf(database, connection.id)).map(({ resource }) => resource));
    return {
      data: found.map(({ id, name, activeAtMs, isAllowed }) => ({
        id,
        name,
        activeAt: activeAtMs === undefined ? null : new Date(activeAtMs).toISOString(),
        allowed: isAllowed,
        watched: watched.has(id),
      })),
    };
  });
}
