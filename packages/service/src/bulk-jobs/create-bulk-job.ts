import { ApiError, type BulkPreview } from '@hookline/contracts';
import type { BulkJobRow, Database, Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';
import { readDateRange } from '../date-range.ts';
import { readDatabaseTime } from '../read-database-time.ts';
import { type BulkJobs, type BulkTask, countSkips } from './bulk-jobs.ts';
import { checkExpectedCount } from './check-expected-count.ts';
import { countSelected } from './count-selected.ts';
import { presentSkips } from './present-bulk-job.ts';

/** A bulk call. */
export interface BulkRequest {
  /** Without the time up to which it selects, which is that of the call. */
  task: Omit<BulkTask, 'until'>;
  requestedBy: 'operator' | 'tenant';
  /** Whether an empty filter selects everything. */
  all?: boolean | undefined;
  dryRun?: boolean | undefined;
  /** More selected objects than this are refused. */
  expectedCount?: number | undefined;
  /** The most objects that are changed. */
  limit?: number | undefined;
}

export type CreatedBulkJob = { row: BulkJobRow } | { preview: BulkPreview };

/**
 * Creates a bulk job, which a worker then runs. A dry run only tells what the job would do.
 * @throws ApiError `invalid_request`; `conflict` if more is selected than the caller expects
 */
export async function createBulkJob(
  database: Database,
  jobs: BulkJobs,
  request: BulkRequest,
): Promise<CreatedBulkJob> {
  const { limit } = request;
  return await database.withScope(request.task.tenant, async (transaction) => {
    const task = await openTask(transaction, request);
    const { total, exact, skips, sample } = await countSelected(transaction, jobs, task);
    checkExpectedCount(total, exact, request.expectedCount);
    if (request.dryRun) {
      const skipped = countSkips(skips);
      const wouldChange = Math.min(total - skipped, limit ?? Number.POSITIVE_INFINITY);
      return {
        preview: {
          dryRun: true,
          total,
          totalExact: exact,
          wouldChange,
          skipped,
          skips: presentSkips(skips),
          sample,
        },
      };
    }
    const { kind, action, filter, tenant, reason, actor, until } = task;
    const [row] = await transaction
      .insert(jobs.table)
      .values({
        id: jobs.nextId(),
        tenantId: tenant ?? null,
        kind,
        action,
        filter,
        reason,
        status: 'running',
        requestedBy: request.requestedBy,
        actor,
        until,
        total,
        totalExact: exact,
        maxChanges: limit ?? null,
        dueAt: sql`now()`,
      })
      .returning();
    return { row: row as BulkJobRow };
  });
}

/** Checks the filter, and replaces its days by times. */
async function openTask(tx: Transaction, { task, all }: BulkRequest): Promise<BulkTask> {
  if (Object.keys(task.filter).length === 0 && all !== true) {
    throw new ApiError('invalid_request', {
      message: 'body/filter must name something; to select everything, send "all": true with an empty filter',
    });
  }
  const { startDate, endDate, ...rest } = task.filter as { startDate?: string; endDate?: string };
  const { start, end } = readDateRange({ startDate, endDate }, 'body/filter/');
  const filter = {
    ...rest,
    ...(start ? { startDate: start.toISOString() } : {}),
    ...(end ? { endDate: end.toISOString() } : {}),
  };
  return { ...task, filter, until: await readDatabaseTime(tx) };
}
