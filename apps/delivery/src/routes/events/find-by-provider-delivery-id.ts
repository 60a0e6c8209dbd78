import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

/**
 * The ids of the events that came with a provider's delivery id. What repeats are recognised by is the provider and
 * that id, so the look-up jumps from one provider to the next in the index of keys, and looks for the id in each: its
 * cost is the number of tenants and their providers, not of events.
 */
export async function findByProviderDeliveryId(
  tx: Transaction,
  tenant: string | undefined,
  providerDeliveryId: string,
): Promise<string[]> {
  const ofTenant = tenant === undefined ? sql`` : sql`and k.tenant_id = ${tenant}`;
  // ';' comes right after ':'. With an equality for the tenant, Postgres would begin a comparison of both columns at the
  // tenant's first key and read all of them.
  const afterProvider =
    tenant === undefined
      ? sql`(k.tenant_id, k.dedupe_key) >= (p.tenant_id, p.provider || ';')`
      : sql`k.dedupe_key >= p.provider || ';'`;
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
        where ${afterProvider} ${ofTenant}
        order by k.tenant_id, k.dedupe_key
        limit 1
      ) n
    -- Made before it is compared: a policy lets nothing but a plain comparison into an index.
    ), keys as materialized (
      select tenant_id, provider || ':' || ${providerDeliveryId}::text as dedupe_key from providers
    )
    select k.event_id
    from keys
    join event_keys k on k.tenant_id = keys.tenant_id and k.dedupe_key = keys.dedupe_key`);
  return rows.map((row) => String(row['event_id']));
}
