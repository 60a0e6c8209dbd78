import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

/**
 * Finds the ids of the events that came with a provider's delivery id. The key of an event is its provider and this id, so
 * the query jumps from provider to provider in the index of keys and looks for the id at each. Its cost depends on the
 * number of tenants and their providers, not on the number of events.
 */
export async function findByProviderDeliveryId(
  tx: Transaction,
  tenant: string | undefined,
  providerDeliveryId: string,
): Promise<string[]> {
  const ofTenant = tenant === undefined ? sql`` : sql`and k.tenant_id = ${tenant}`;
  // ';' comes right after ':'. If the tenant is given, a comparison of both columns would make Postgres start at the
  // tenant's first key and read all of its keys.
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
    -- Built before the comparison, because under a row-level policy only a plain comparison uses the index.
    ), keys as materialized (
      select tenant_id, provider || ':' || ${providerDeliveryId}::text as dedupe_key from providers
    )
    select k.event_id
    from keys
    join event_keys k on k.tenant_id = keys.tenant_id and k.dedupe_key = keys.dedupe_key`);
  return rows.map((row) => String(row['event_id']));
}
