import { type Database, rowSet, statement } from '@hookline/db';

/** A schedule whose events are stored, with its next due time. */
export interface FinishedSchedule {
  id: string;
  /** Undefined: the schedule never comes due again. */
  nextDueAt: Date | undefined;
  /** Undefined: no event was published. */
  lastDueAt: Date | undefined;
}

const FINISHED = rowSet({ id: 'text', next_due_at: 'timestamptz?', last_due_at: 'timestamptz?' });

const finish = statement(
  { leaseId: 'text', finished: FINISHED },
  ({ leaseId, finished }) =>
    `update schedules s
     set next_due_at = f.next_due_at, last_due_at = coalesce(f.last_due_at, s.last_due_at),
       lease_id = null, lease_until = null
     from ${finished('f')}
     where s.id = f.id and s.lease_id = ${leaseId}`,
);

/** Ends the claim of schedules. A schedule that was changed meanwhile, or is another replica's, is left alone. */
export async function finishSchedules(
  database: Database,
  leaseId: string,
  schedules: readonly FinishedSchedule[],
): Promise<void> {
  await finish.run(database, {
    leaseId,
    finished: schedules.map(({ id, nextDueAt, lastDueAt }) => ({
      id,
      next_due_at: nextDueAt?.toISOString(),
      last_due_at: lastDueAt?.toISOString(),
    })),
  });
}
