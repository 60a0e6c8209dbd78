import { firstIdAt, ID_PREFIX, timeOfId } from '@hookline/contracts';
import { readDateRange } from '@hookline/service';
import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';

/**
 * The conditions of a range of time. The condition on the id finds the events in an index. The condition on `created_at`
 * names their partitions, so that no other partition is opened.
 * @param cursorEvent no newer event is in the range
 * @throws ApiError `invalid_request` for a text that is no date, and for a range that is reversed
 */
export function eventRange(
  id: SQLWrapper,
  createdAt: SQLWrapper,
  filter: { startDate?: string | undefined; endDate?: string | undefined },
  cursorEvent: string | undefined,
): SQL[] {
  const conditions: SQL[] = [];
  const { start, end } = readDateRange(filter);
  if (start)
    conditions.push(
      sql`${createdAt} >= ${start}`,
      sql`${id} >= ${firstIdAt(ID_PREFIX.event, start.getTime())}`,
    );
  if (end)
    conditions.push(sql`${createdAt} < ${end}`, sql`${id} < ${firstIdAt(ID_PREFIX.event, end.getTime())}`);
  if (cursorEvent !== undefined) {
    conditions.push(sql`${id} <= ${cursorEvent}`);
    const time = timeOfId(cursorEvent);
    if (time !== undefined) conditions.push(sql`${createdAt} <= ${new Date(time)}`);
  }
  return conditions;
}
