import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

export interface OpenCounts {
  pending: number;
  sending: number;
  retrying: number;
}

/** Counted now, in an index of what is open: its cost is what waits, not what is kept. */
export async function countOpen(tx: Transaction, tenant: string | undefined): Promise<OpenCounts> {
  // The index of what is open knows endpoints, not tenants. What waits for a deleted one ends with the next claim.
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
