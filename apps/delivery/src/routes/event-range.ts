import { firstIdAt, ID_PREFIX, timeOfId } from '@hookline/contracts';
import { readDateRange } from '@hookline/service';
import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';

/**
 * Conditions that keep to the events of a time. The id says where they lie in an index, created_at which partitions
 * they are in: the others are not even opened.
 * @param cursorEvent of the cursor: nothing newer
 * @throws ApiError `invalid_request` for what is no date, and for a range that is reversed
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
