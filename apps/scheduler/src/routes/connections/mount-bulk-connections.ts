import { operations } from '@hookline/contracts';
import { mountBulkJobs, mountOperation, startBulkJob } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
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
    const { action, filter } = body;
    const chosen = { kind: 'connections', action, filter, reason: null } as const;
    return { data: await startBulkJob(context, principal, body, chosen) };
  });
}
