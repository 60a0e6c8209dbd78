import { type ConnectionSelection, operations } from '@hookline/contracts';
import { mountBulkJobs, mountOperation, startBulkJob } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { requireConnectable } from '../../facts/require-connectable.ts';
import type { RouteContext } from '../context.ts';

/** The bulk call of connections, and the calls that show and change its jobs. */
export function mountBulkConnections(app: FastifyInstance, context: RouteContext): void {
  mountBulkJobs(
    app,
    {
      list: operations.listConnectionBulkJobs,
      get: operations.getConnectionBulkJob,
      pause: operations.pauseConnectionBulkJob,
      resume: operations.resumeConnectionBulkJob,
      cancel: operations.cancelConnectionBulkJob,
    },
    context,
  );
  mountOperation(app, operations.bulkConnections, context.authenticate, async ({ principal, body }) => {
    const { action } = body;
    const filter = withProvider(body.filter);
    const chosen = { kind: 'connections', action, filter, reason: null } as const;
    return { data: await startBulkJob(context, principal, body, chosen) };
  });
}

/** A misspelt name would select nothing, and seem to have worked. @throws ApiError `invalid_request` */
function withProvider(filter: ConnectionSelection): ConnectionSelection {
  const { provider } = filter;
  return provider === undefined
    ? filter
    : { ...filter, provider: requireConnectable(provider, 'body/filter/provider').id };
}
