import { countUpTo, type Transaction } from '@hookline/db';
import { platformWebhooks } from '@hookline/db/scheduler';
import type { RowRange } from '@hookline/service';
import { and, arrayContains, desc, isNull, lt, sql } from 'drizzle-orm';
import type { WatchRow } from './watch-row.ts';

export interface WebhookFilter {
  connectionId: string | undefined;
}

const conditionsOf = ({ connectionId }: WebhookFilter) =>
  and(
    isNull(platformWebhooks.deletedAt),
    connectionId === undefined ? undefined : arrayContains(platformWebhooks.connectionIds, [connectionId]),
  );

export interface RegisteredRow {
  row: WatchRow;
  /** Null: it rests. */
  nextCheckAt: Date | null;
  /** Null: there is nothing to compare, or it rests. */
  nextComparisonAt: Date | null;
}

/** When the task of a watch runs next. */
const nextRun = (kind: 'watch' | 'reconcile') =>
  sql<Date | null>`(
    select t.due_at from connection_tasks t
    where t.connection_id = platform_webhooks.connection_id and t.kind = ${kind} and t.name = platform_webhooks.watch
      and t.resource = platform_webhooks.resource and t.paused_reason is null)`.mapWith({
    mapFromDriverValue: (time: Date | string) => new Date(time),
  });

/** The registered webhooks that the transaction may see, newest first. */
export function listRegisteredWebhooks(
  transaction: Transaction,
  filter: WebhookFilter,
  { after, offset, limit }: RowRange,
): Promise<RegisteredRow[]> {
  return transaction
    .select({
      row: platformWebhooks,
      nextCheckAt: nextRun('watch'),
      nextComparisonAt: nextRun('reconcile'),
    })
    .from(platformWebhooks)
    .where(and(conditionsOf(filter), after === undefined ? undefined : lt(platformWebhooks.id, after)))
    .orderBy(desc(platformWebhooks.id))
    .limit(limit)
    .offset(offset);
}

/** Counts them, but no more than `limit`. */
export function countRegisteredWebhooks(
  transaction: Transaction,
  filter: WebhookFilter,
  limit: number,
): Promise<number> {
  return countUpTo(transaction, platformWebhooks, conditionsOf(filter), limit);
}
