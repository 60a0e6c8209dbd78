import { operations } from '@hookline/contracts';
import { mountBulkJobs, mountOperation, startBulkJob } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { DELIVERY_BULK_JOBS } from '../../operations/bulk/delivery-bulk-jobs.ts';
import type { RouteContext } from '../context.ts';
import { warnOfErrorCode, warnOfProvider, withWarnings } from '../warnings.ts';

/** The calls that create bulk jobs, one for each kind of object, and those that show and change the jobs. */
export function mountBulkJobRoutes(app: FastifyInstance, context: RouteContext): void {
  const { authenticate, database, wakeBulkJobs } = context;
  const jobs = { authenticate, database, wakeBulkJobs, bulkJobs: DELIVERY_BULK_JOBS };
  mountBulkJobs(
    app,
    {
      list: operations.listBulkJobs,
      get: operations.getBulkJob,
      pause: operations.pauseBulkJob,
      resume: operations.resumeBulkJob,
      cancel: operations.cancelBulkJob,
    },
    jobs,
  );

  mountOperation(app, operations.bulkDeliveries, authenticate, async ({ principal, body }) => {
    const { action, filter, reason = null } = body;
    const data = await startBulkJob(jobs, principal, body, { kind: 'deliveries', action, filter, reason });
    return { data, ...withWarnings(warnOfErrorCode(filter.errorCode, 'body/filter/errorCode')) };
  });
  mountOperation(app, operations.bulkDeadLetters, authenticate, async ({ principal, body }) => {
    const { action, filter, reason = null } = body;
    const data = await startBulkJob(jobs, principal, body, { kind: 'dead_letters', action, filter, reason });
    return { data, ...withWarnings(warnOfErrorCode(filter.errorCode, 'body/filter/errorCode')) };
  });
  mountOperation(app, operations.bulkEvents, authenticate, async ({ principal, body }) => {
    const { action, filter } = body;
    const data = await startBulkJob(jobs, principal, body, { kind: 'events', action, filter, reason: null });
    return { data, ...withWarnings(warnOfProvider(filter.provider, 'body/filter/provider')) };
  });
  mountOperation(app, operations.bulkEndpoints, authenticate, async ({ principal, body }) => {
    const { action, filter } = body;
    return {
      data: await startBulkJob(jobs, principal, body, { kind: 'endpoints', action, filter, reason: null }),
    };
  });
  mountOperation(app, operations.bulkParkedKeys, authenticate, async ({ principal, body }) => {
    const { action, filter, reason = null } = body;
    return {
      data: await startBulkJob(jobs, principal, body, { kind: 'parked_keys', action, filter, reason }),
    };
  });
}
