import { timeOfId } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { events } from '@hookline/db/delivery';
import { and, desc, eq, getTableColumns, isNull, lt, lte, sql } from 'drizzle-orm';
import type { EventRow } from './event-row.ts';

const { payload, request: _request, ...columns } = getTableColumns(events);

/** An event with its payload. The payload is null if it is larger than the bound. */
export type TriedEventRow = EventRow & { payload: Buffer | null };

/** Lists the tenant's newest events before an event. @param before undefined: from the newest event on */
export function listTriedEvents(
  tx: Transaction,
  tenantId: string,
  { before, limit, payloadBytes }: { before: string | undefined; limit: number; payloadBytes: number },
): Promise<TriedEventRow[]> {
  const beforeMs = before === undefined ? undefined : timeOfId(before);
  return tx
    .select({
      ...columns,
      payload: sql<Buffer | null>`case when ${events.sizeBytes} <= ${payloadBytes} then ${payload} end`,
    })
    .from(events)
    .where(
      and(
        eq(events.tenantId, tenantId),
        isNull(events.deletedAt),
        before === undefined ? undefined : lt(events.id, before),
        beforeMs === undefined ? undefined : lte(events.createdAt, new Date(beforeMs)),
      ),
    )
    .orderBy(desc(events.id))
    .limit(limit);
}
