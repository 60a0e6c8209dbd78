import { MAX_LOCAL_RESULTS_OF_EVENT } from '@hookline/contracts';
import { planByKey, rowSet, type Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';
import { createdAtOf } from './event-row.ts';

/** A result that was reported about an event. */
export interface ReportedResult {
  eventId: string;
  durationMs: number;
  responseCode: number | null;
  error: string | null;
  detail: string | null;
}

const EVENT_KEY = rowSet({ id: 'text', created_at: 'timestamptz' });
const RESULT = rowSet({
  /** The position in the call. */
  place: 'integer',
  event_id: 'text',
  created_at: 'timestamptz',
  tenant_id: 'text',
  duration_ms: 'integer',
  response_code: 'integer?',
  error: 'text?',
  detail: 'text?',
});

/**
 * Stores results and deletes the oldest ones of an event that has too many. The events are locked until the transaction
 * ends: none is deleted meanwhile, and calls about the same event number their results one after the other.
 * @returns how many were stored, and the ids of events that the transaction does not see
 */
export async function insertLocalResults(
  tx: Transaction,
  reporter: string,
  results: readonly ReportedResult[],
): Promise<{ stored: number; missing: string[] }> {
  const keys = [...new Set(results.map(({ eventId }) => eventId))].map((id) => ({
    id,
    created_at: createdAtOf(id).toISOString(),
  }));
  const times = keys.map(({ created_at }) => created_at).sort();
  await planByKey(tx);
  // In the order of their ids, so that two calls with the same events wait for each other and do not deadlock.
  const { rows } = await tx.execute(sql`
    select e.id, e.tenant_id
    from ${EVENT_KEY.unnestRows(keys, 'w')}
    join events e on e.id = any(array[w.id]) and e.created_at = w.created_at
      and e.created_at between ${times[0]} and ${times.at(-1)}
    where e.deleted_at is null
    order by e.id
    for update of e`);
  const tenants = new Map(rows.map((row) => [String(row['id']), String(row['tenant_id'])]));
  const found = keys.filter(({ id }) => tenants.has(id));
  const stored = results.flatMap(({ eventId, durationMs, responseCode, error, detail }, place) => {
    const tenant_id = tenants.get(eventId);
    return tenant_id === undefined
      ? []
      : [
          {
            place,
            event_id: eventId,
            created_at: createdAtOf(eventId).toISOString(),
            tenant_id,
            duration_ms: durationMs,
            response_code: responseCode,
            error,
            detail,
          },
        ];
  });
  if (stored.length > 0) {
    await tx.execute(sql`
      insert into local_results
        (event_id, number, tenant_id, reporter, duration_ms, response_code, error, detail, created_at)
      select r.event_id,
             coalesce((select max(l.number) from local_results l
                       where l.event_id = r.event_id and l.created_at = r.created_at), 0)
               + row_number() over (partition by r.event_id order by r.place),
             r.tenant_id, ${reporter}, r.duration_ms, r.response_code, r.error, r.detail, r.created_at
      from ${RESULT.unnestRows(stored, 'r')}`);
    await tx.execute(sql`
      delete from local_results l
      using ${EVENT_KEY.unnestRows(found, 'w')}
      where l.event_id = w.id and l.created_at = w.created_at
        and l.created_at between ${times[0]} and ${times.at(-1)}
        and l.number <= (select max(n.number) from local_results n
                         where n.event_id = w.id and n.created_at = w.created_at) - ${MAX_LOCAL_RESULTS_OF_EVENT}`);
  }
  return { stored: stored.length, missing: keys.flatMap(({ id }) => (tenants.has(id) ? [] : [id])) };
}
