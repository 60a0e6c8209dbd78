import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

export interface OpenCounts {
  pending: number;
  sending: number;
  retrying: number;
}

/** Counts open deliveries in their index. The cost depends on the open deliveries, not on all stored deliveries. */
export async function countOpen(tx: Transaction, tenant: string | undefined): Promise<OpenCounts> {
  // The index of open deliveries has endpoints, not tenants. The next claim ends the deliveries to a deleted endpoint.
  const ofTenant =
    tenant === undefined
      ? sql``
      : sql`and endpoint_id = any(array(select id from endpoints where tenant_id = ${tenant} and deleted_at is null))`;
  const { rows } = await tx.execute(sql`
    select count(*) filter (where status = 'pending')::integer as pending,
           count(*) filter (where status = 'sending')::integer as sending,
           count(*) filter (where status = 'retrying')::integer as retrying
    from deliveries
    where due_at is not null ${ofTenant}`);
  return rows[0] as unknown as OpenCounts;
}
