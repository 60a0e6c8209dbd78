import { LOOKUP_EVENTS, LOOKUP_PAYLOAD_BYTES } from '@hookline/contracts';
import { planByKey, type Transaction } from '@hookline/db';
import { events } from '@hookline/db/delivery';
import { sql } from 'drizzle-orm';

export interface FoundEventRow {
  id: string;
  tenantId: string;
  type: string;
  repository: string | null;
  subject: string | null;
  matchedBy: 'repository' | 'subject' | 'payload';
}

export interface EventSearch {
  tenant: string | undefined;
  text: string;
  limit: number;
}

/** How long the search may take. */
const TIMEOUT_MS = 1_500;
/** A shorter text is in most payloads. */
const MIN_PAYLOAD_TEXT = 4;

/**
 * Searches the newest events for a repository, a subject or a part of the payload, newest first. The number of rows, the
 * size of a payload and the time are bounded: after TIMEOUT_MS Postgres cancels the statement.
 * @returns `isComplete`: there are no older events
 */
export async function searchEvents(
  tx: Transaction,
  { tenant, text, limit }: EventSearch,
): Promise<{ found: FoundEventRow[]; isComplete: boolean }> {
  await planByKey(tx);
  await tx.execute(sql`select set_config('statement_timeout', ${String(TIMEOUT_MS)}, true)`);
  const ofTenant = tenant === undefined ? sql`` : sql`and tenant_id = ${tenant}`;
  const inPayload =
    text.length < MIN_PAYLOAD_TEXT
      ? sql``
      : sql`when n.size_bytes <= ${LOOKUP_PAYLOAD_BYTES} and position(${Buffer.from(text)}::bytea in n.payload) > 0
              then 'payload'`;
  const { rows } = await tx.execute(sql`
    select m.id, m.tenant_id as "tenantId", m.type, m.repository, m.subject, m.matched_by as "matchedBy"
    from (
      select n.*,
             case when lower(n.repository) = lower(${text}::text) then 'repository'
                  when n.subject = ${text}::text then 'subject'
                  ${inPayload} end as matched_by
      from (
        select id, tenant_id, type, repository, subject, size_bytes, payload
        from ${events}
        where deleted_at is null ${ofTenant}
        order by id desc
        limit ${LOOKUP_EVENTS}
      ) n
    ) m
    where m.matched_by is not null
    order by m.id desc
    limit ${limit}`);
  const { rows: older } = await tx.execute(sql`
    select id from ${events} where deleted_at is null ${ofTenant} order by id desc offset ${LOOKUP_EVENTS} limit 1`);
  return { found: rows as unknown as FoundEventRow[], isComplete: older.length === 0 };
}
