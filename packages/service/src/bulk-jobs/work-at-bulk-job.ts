import { type BulkJobRow, type Database, planByKey, type Transaction } from '@hookline/db';
import { and, asc, eq, lte, sql } from 'drizzle-orm';
import { addSkips, type BulkJobs, type BulkTask, countSkips } from './bulk-jobs.ts';

const SCAN = 2_000;
/** The pause of a job after a part that failed, so that the other jobs get their turn. */
const FAILED_PAUSE_SECONDS = 10;

/**
 * Does the next part of the bulk job that has been due longest and that no other replica works at.
 *
 * One transaction locks the job's row, changes objects and advances the cursor. If the process is killed at any line,
 * nothing has changed. A request to pause or cancel the job waits for the end of the transaction, and after that the job
 * changes no more objects.
 * @returns whether a job was due
 * @throws the error of the part; the job is put off
 */
export async function workAtBulkJob(database: Database, jobs: BulkJobs): Promise<boolean> {
  const { table } = jobs;
  let taken: string | undefined;
  try {
    return await database.withSystem(async (transaction) => {
      const [job] = await transaction
        .select()
        .from(table)
        .where(lte(table.dueAt, sql`now()`))
        .orderBy(asc(table.dueAt))
        .limit(1)
        .for('update', { skipLocked: true });
      if (!job) return false;
      taken = job.id;
      await doNextPart(transaction, jobs, job);
      return true;
    });
  } catch (error) {
    // If this fails as well, Postgres is unavailable, and the first error says so.
    if (taken !== undefined) await putOff(database, jobs, taken).catch(() => {});
    throw error;
  }
}

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

async function putOff(database: Database, { table }: BulkJobs, id: string): Promise<void> {
  await database.withSystem((transaction) =>
    transaction
      .update(table)
      .set({ dueAt: sql`now() + ${FAILED_PAUSE_SECONDS} * interval '1 second'` })
      .where(and(eq(table.id, id), eq(table.status, 'running'))),
  );
}
