import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

/**
 * The ids of the events that came with a provider's delivery id. What repeats are recognised by is the provider and
 * that id, so the look-up jumps from one provider to the next in the index of keys, and looks for the id in each: its
 * cost is the number of tenants and their providers, not of events.
 */
export async function findByDeliveryId(
  tx: Transaction,
  tenant: string | undefined,
  deliveryId: string,
): Promise<string[]> {
  const ofTenant = tenant === undefined ? sql`` : sql`and k.tenant_id = ${tenant}`;
  const { rows } = await tx.execute(sql`
    with recursive providers(tenant_id, provider) as (
      (select k.tenant_id, split_part(k.dedupe_key, ':', 1)
       from event_keys k
       where true ${ofTenant}
       order by k.tenant_id, k.dedupe_key
       limit 1)
      union all
      select n.tenant_id, n.provider
      from providers p
      cross join lateral (
        select k.tenant_id, split_part(k.dedupe_key, ':', 1) as provider
        from event_keys k
        -- ';' comes right after ':'
        where (k.tenant_id, k.dedupe_key) >= (p.tenant_id, p.provider || ';') ${ofTenant}
        order by k.tenant_id, k.dedupe_key
        limit 1
      ) n
    )
    select k.event_id
    from providers p
    join event_keys k on k.tenant_id = p.tenant_id and k.dedupe_key = p.provider || ':' || ${deliveryId}::text`);
  return rows.map((row) => String(row['event_id']));
}
