import { firstIdAt, ID_PREFIX, timeOfId } from '@hookline/contracts';
import { type SQL, sql } from 'drizzle-orm';

/** Which events a job goes through, by their times and ids. */
export interface ScanRange {
  /** The first moment. */
  start?: Date | undefined;
  /** The first moment after the range. */
  end?: Date | undefined;
  eventIds?: readonly string[] | undefined;
  /** Later events are not part of it: they came after the job was created. */
  until: Date;
}

/**
 * The conditions of a range in which a job goes from the oldest event to the newest. The time in an id gives its
 * position in the index and its partition, so that no other partition is opened.
 * @param after the last event of the part before
 */
export function scanRange(
  { start, end, eventIds, until }: ScanRange,
  after: string | undefined,
  id: SQL,
  createdAt: SQL,
): SQL[] {
  const conditions = [sql`${createdAt} <= ${until}`];
  if (start !== undefined)
    conditions.push(
      sql`${createdAt} >= ${start}`,
      sql`${id} >= ${firstIdAt(ID_PREFIX.event, start.getTime())}`,
    );
  if (end !== undefined)
    conditions.push(sql`${createdAt} < ${end}`, sql`${id} < ${firstIdAt(ID_PREFIX.event, end.getTime())}`);
  if (eventIds !== undefined) {
    const ids = sql.join(
      [...new Set(eventIds)].map((each) => sql`${each}`),
      sql`, `,
    );
    conditions.push(sql`${id} in (${ids})`);
  }
  if (after !== undefined) conditions.push(sql`${createdAt} >= ${new Date(timeOfId(after) ?? 0)}`);
  return conditions;
}
