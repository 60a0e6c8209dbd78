import { type BulkJob, type BulkPreview, type Principal, tenantToRead } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import type { BulkJobs } from './bulk-jobs.ts';
import { type BulkRequest, createBulkJob } from './create-bulk-job.ts';
import { presentBulkJob } from './present-bulk-job.ts';

/** What every bulk call takes besides its action and its filter. */
export interface BulkHow extends Pick<BulkRequest, 'all' | 'dryRun' | 'expectedCount' | 'limit'> {
  userId?: string;
}

export interface BulkJobContext {
  database: Database;
  bulkJobs: BulkJobs;
  /** Called when a bulk job is due. */
  wakeBulkJobs: () => void;
}

/**
 * Answers a bulk call: with the new job, or with what it would do.
 * @throws as createBulkJob
 */
export async function startBulkJob(
  { database, bulkJobs, wakeBulkJobs }: BulkJobContext,
  principal: Principal,
  { all, dryRun, expectedCount, limit, userId }: BulkHow,
  chosen: Omit<BulkRequest['task'], 'tenant' | 'actor'>,
): Promise<BulkJob | BulkPreview> {
  const created = await createBulkJob(database, bulkJobs, {
    task: {
      ...chosen,
      tenant: tenantToRead(principal, userId),
      actor: `${principal.role} ${principal.keyId}`,
    },
    requestedBy: principal.role,
    all,
    dryRun,
    expectedCount,
    limit,
  });
  if ('preview' in created) return created.preview;
  wakeBulkJobs();
  return presentBulkJob(created.row);
}
