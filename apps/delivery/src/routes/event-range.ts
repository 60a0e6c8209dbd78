import { firstIdAt, ID_PREFIX, timeOfId, timestampMs } from '@hookline/contracts';
import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';

/**
 * Conditions that keep to the events of a time. The id says where they lie in an index, created_at which partitions
 * they are in: the others are not even opened.
 * @param cursorEvent of the cursor: nothing newer
 */
export function eventRange(
  id: SQLWrapper,
  createdAt: SQLWrapper,
  filter: { startDate?: string | undefined; endDate?: string | undefined },
  cursorEvent: string | undefined,
): SQL[] {
  const conditions: SQL[] = [];
  if (filter.startDate !== undefined) {
    const at = new Date(timestampMs(filter.startDate));
    conditions.push(sql`${createdAt} >= ${at}`, sql`${id} >= ${firstIdAt(ID_PREFIX.event, at.getTime())}`);
  }
  if (filter.endDate !== undefined) {
    const at = new Date(timestampMs(filter.endDate));
    conditions.push(sql`${createdAt} < ${at}`, sql`${id} < ${firstIdAt(ID_PREFIX.event, at.getTime())}`);
  }
  if (cursorEvent !== undefined) {
    conditions.push(sql`${id} <= ${cursorEvent}`);
    const time = timeOfId(cursorEvent);
    if (time !== undefined) conditions.push(sql`${createdAt} <= ${new Date(time)}`);
  }
  return conditions;
}
