import { ID_PREFIX, type ReceivedEvent } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { decodeCursor, type Page, type PageQuery, pageOf } from '@hookline/service';
import type { EventFilter } from '../../sql/event-filter.ts';
import { listEvents } from '../../sql/list-events.ts';
import { readProgress } from '../../sql/read-progress.ts';
import { presentEvent } from './present-event.ts';

/** A page of events, newest first, without their payloads. */
export async function listEventsPage(
  database: Database,
  { limit, cursor, offset = 0, ...filter }: PageQuery & EventFilter,
): Promise<Page<ReceivedEvent>> {
  const after = decodeCursor(cursor, ID_PREFIX.event);
  return database.withScope(filter.tenant, async (tx) => {
    const { rows, scannedTo, total } = await listEvents(tx, filter, { after, offset, limit });
    const progressOf = await readProgress(tx, rows.slice(0, limit));
    return pageOf(rows, {
      limit,
      offset,
      total,
      cursorOf: ({ id }) => id,
      scannedTo,
      toItem: (row) => presentEvent(row, row.status, progressOf(row.id)),
    });
  });
}
