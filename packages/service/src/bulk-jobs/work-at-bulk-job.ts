import { type BulkJobRow, type Database, planByKey, type Transaction } from '@hookline/db';
import { eq, sql } from 'drizzle-orm';
import { workAtDueJob } from '../work-at-due-job.ts';
import { addSkips, type BulkJobs, type BulkTask, countSkips } from './bulk-jobs.ts';

const SCAN = 2_000;
/**
 * Does the next part of the bulk job that has been due longest and that no other replica works at.
 * @returns whether a job was due
 * @throws the error of the part; the job is put off
 */
export const workAtBulkJob = (database: Database, jobs: BulkJobs): Promise<boolean> =>
  workAtDueJob(database, jobs.table, (transaction, job) => doNextPart(transaction, jobs, job));

async function doNextPart(
  transaction: Transaction,
  { table, partSize, select }: BulkJobs,
  job: BulkJobRow,
): Promise<void> {
  await planByKey(transaction);
  const left = (job.maxChanges ?? Number.POSITIVE_INFINITY) - job.changed;
  const slice = await select(transaction, taskOf(job), job.cursor ?? undefined, {
    scan: SCAN,
    take: Math.min(partSize(job.kind), left),
  });
  const skipped = await slice.change();
  const changed = job.changed + slice.ids.length - countSkips(skipped);
  const isDone = slice.isEnd || (job.maxChanges !== null && changed >= job.maxChanges);
  await transaction
    .update(table)
    .set({
      changed,
      skips: addSkips(addSkips(job.skips, slice.skips), skipped),
      ...(slice.cursor === undefined ? {} : { cursor: slice.cursor }),
      ...(isDone
        ? { status: 'completed' as const, dueAt: null, finishedAt: sql`now()` }
        : { dueAt: sql`now()` }),
    })
    .where(eq(table.id, job.id));
}

function taskOf({ kind, action, filter, tenantId, until, actor, reason }: BulkJobRow): BulkTask {
  return { kind, action, filter, tenant: tenantId ?? undefined, until, actor, reason };
}
