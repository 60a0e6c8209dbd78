import { ApiError, type operations, tenantToRead } from '@hookline/contracts';
import type { BulkJobRow } from '@hookline/db';
import type { FastifyInstance } from 'fastify';
import { type Authenticate, mountOperation } from '../internal-api.ts';
import { readPage } from '../page.ts';
import { findBulkJob } from './find-bulk-job.ts';
import { countBulkJobs, listBulkJobs } from './list-bulk-jobs.ts';
import { presentBulkJob } from './present-bulk-job.ts';
import type { BulkJobContext } from './start-bulk-job.ts';
import { type BulkJobTarget, updateBulkJob } from './update-bulk-job.ts';

type Operations = typeof operations;

/** The operations that show and change the bulk jobs of one service. */
export interface BulkJobOperations {
  list: Operations['listBulkJobs'] | Operations['listConnectionBulkJobs'];
  get: Operations['getBulkJob'] | Operations['getConnectionBulkJob'];
  pause: Operations['pauseBulkJob'] | Operations['pauseConnectionBulkJob'];
  resume: Operations['resumeBulkJob'] | Operations['resumeConnectionBulkJob'];
  cancel: Operations['cancelBulkJob'] | Operations['cancelConnectionBulkJob'];
}

export interface BulkJobRoutes extends BulkJobContext {
  authenticate: Authenticate;
}

/** Lists, shows, pauses, resumes and cancels bulk jobs. */
export function mountBulkJobs(
  app: FastifyInstance,
  { list, get, ...changes }: BulkJobOperations,
  { authenticate, database, bulkJobs: { table, idPrefix }, wakeBulkJobs }: BulkJobRoutes,
): void {
  mountOperation(app, list, authenticate, ({ principal, query }) => {
    const filter = { tenant: tenantToRead(principal, query.userId), status: query.status };
    return database.withScope(filter.tenant, (tx) =>
      readPage(query, {
        list: (range) => listBulkJobs(tx, table, filter, range),
        count: (limit) => countBulkJobs(tx, table, filter, limit),
        cursorOf: ({ id }) => id,
        idPrefix,
        toItem: presentBulkJob,
      }),
    );
  });

  mountOperation(app, get, authenticate, async ({ principal, params, query }) => {
    const row = await database.withScope(tenantToRead(principal, query.userId), (tx) =>
      findBulkJob(tx, table, params.id),
    );
    if (!row) throw notFound();
    return { data: presentBulkJob(row) };
  });

  for (const { name, from, to } of CHANGES) {
    mountOperation(app, changes[name], authenticate, async ({ principal, params, query }) => {
      // Waits until the worker has finished its current part: once this is answered, the job changes nothing more.
      const row = await database.withScope(tenantToRead(principal, query.userId), async (tx) => {
        const job = await findBulkJob(tx, table, params.id, 'update');
        if (!job) throw notFound();
        if (!from.includes(job.status))
          throw new ApiError('conflict', { message: `The bulk job is ${job.status}` });
        return job.status === to ? job : await updateBulkJob(tx, table, job.id, to);
      });
      if (to === 'running') wakeBulkJobs();
      return { data: presentBulkJob(row) };
    });
  }
}

/** The statuses from which each change is possible. A job that has the new status already stays as it is. */
const CHANGES: readonly {
  name: 'pause' | 'resume' | 'cancel';
  from: readonly BulkJobRow['status'][];
  to: BulkJobTarget;
}[] = [
  { name: 'pause', from: ['running', 'paused'], to: 'paused' },
  { name: 'resume', from: ['running', 'paused'], to: 'running' },
  { name: 'cancel', from: ['running', 'paused', 'cancelled'], to: 'cancelled' },
];

const notFound = () => new ApiError('not_found', { message: 'There is no such bulk job' });
