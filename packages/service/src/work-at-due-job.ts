import type { Database, Transaction } from '@hookline/db';
import { and, asc, eq, lte, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';

/** Jobs that are done part by part: `dueAt` is when the next part of a running job may start. */
export type JobTable = PgTable & { id: PgColumn; status: PgColumn; dueAt: PgColumn };

/** The pause of a job after a part that failed, so that the other jobs get their turn. */
const FAILED_PAUSE_SECONDS = 10;

/**
 * Does the next part of the job that has been due longest and that no other replica works at.
 *
 * One transaction locks the job's row and does the part, which also stores how far the job is. If the process is killed at
 * any line, nothing has changed. A request to pause or cancel the job waits for the end of the transaction, and after that
 * the job changes nothing more.
 * @returns whether a job was due
 * @throws the error of the part; the job is put off
 */
export async function workAtDueJob<Table extends JobTable>(
  database: Database,
  table: Table,
  doNextPart: (transaction: Transaction, job: Table['$inferSelect']) => Promise<void>,
): Promise<boolean> {
  let taken: string | undefined;
  try {
    return await database.withSystem(async (transaction) => {
      const [job] = await transaction
        .select()
        .from(table as PgTable)
        .where(lte(table.dueAt, sql`now()`))
        .orderBy(asc(table.dueAt))
        .limit(1)
        .for('update', { skipLocked: true });
      if (!job) return false;
      taken = job['id'] as string;
      await doNextPart(transaction, job);
      return true;
    });
  } catch (error) {
    // If this fails as well, Postgres is unavailable, and the first error says so.
    if (taken !== undefined) await putOff(database, table, taken).catch(() => {});
    throw error;
  }
}

async function putOff(database: Database, table: JobTable, id: string): Promise<void> {
  await database.withSystem((transaction) =>
    transaction
      .update(table)
      .set({ dueAt: sql`now() + ${FAILED_PAUSE_SECONDS} * interval '1 second'` })
      .where(and(eq(table.id, id), eq(table.status, 'running'))),
  );
}
