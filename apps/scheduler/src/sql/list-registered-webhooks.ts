import { countUpTo, type Transaction } from '@hookline/db';
import { platformWebhooks } from '@hookline/db/scheduler';
import type { RowRange } from '@hookline/service';
import { and, arrayContains, desc, isNull, lt } from 'drizzle-orm';
import type { WatchRow } from './watch-row.ts';

export interface WebhookFilter {
  connectionId: string | undefined;
}

const conditionsOf = ({ connectionId }: WebhookFilter) =>
  and(
    isNull(platformWebhooks.deletedAt),
    connectionId === undefined ? undefined : arrayContains(platformWebhooks.connectionIds, [connectionId]),
  );

/** The registered webhooks that the transaction may see, newest first. */
export function listRegisteredWebhooks(
  transaction: Transaction,
  filter: WebhookFilter,
  { after, offset, limit }: RowRange,
): Promise<WatchRow[]> {
  return transaction
    .select()
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
