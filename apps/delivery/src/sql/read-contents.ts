import { timeOfId } from '@hookline/contracts';
import { planByKey, rowSet, type Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

/** The last attempt of a delivery. */
const LAST_ATTEMPT = rowSet({
  /** Of the delivery. */
  id: 'text',
  event_id: 'text',
  endpoint_id: 'text',
  attempt: 'integer',
  created_at: 'timestamptz',
});

/** What a delivery sent and what its receiver answered. */
export interface DeliveryContents {
  id: string;
  /** null: larger than the bound, or deleted. */
  payload: Buffer | null;
  /** Whether the payload is larger than the bound. */
  isOmitted: boolean;
  responseBody: Buffer | null;
  responseHeaders: Record<string, string> | null;
}

export interface ContentsRequest {
  /** Of the delivery. */
  id: string;
  eventId: string;
  endpointId: string;
  /** The number of the attempt whose answer is read. */
  attempt: number;
}

export async function readContents(
  tx: Transaction,
  requests: readonly ContentsRequest[],
  bounds: { payloadBytes: number; bodyBytes: number },
): Promise<DeliveryContents[]> {
  if (requests.length === 0) return [];
  const keys = requests.map(({ id, eventId, endpointId, attempt }) => ({
    id,
    event_id: eventId,
    endpoint_id: endpointId,
    attempt,
    created_at: new Date(timeOfId(eventId) ?? 0).toISOString(),
  }));
  const times = keys.map(({ created_at }) => created_at).sort();
  const [earliest, latest] = [times[0], times.at(-1)];
  await planByKey(tx);
  // The bounds name the partitions once. With any(array[…]) no plan can read more rows than requested.
  const { rows } = await tx.execute(sql`
    with w as materialized (
      select * from ${LAST_ATTEMPT.unnestRows(keys, 'w')}
    )
    select w.id,
           case when e.size_bytes <= ${bounds.payloadBytes}::bigint and e.deleted_at is null then e.payload end as payload,
           coalesce(e.size_bytes > ${bounds.payloadBytes}::bigint and e.deleted_at is null, false) as "isOmitted",
           substr(a.response_body, 1, ${bounds.bodyBytes}) as "responseBody", a.response_headers as "responseHeaders"
    from w
    left join events e on e.id = any(array[w.event_id]) and e.created_at = w.created_at
      and e.created_at between ${earliest} and ${latest}
    left join attempts a on a.event_id = any(array[w.event_id]) and a.endpoint_id = any(array[w.endpoint_id])
      and a.attempt = w.attempt and a.created_at = w.created_at
      and a.created_at between ${earliest} and ${latest}`);
  return rows as unknown as DeliveryContents[];
}
