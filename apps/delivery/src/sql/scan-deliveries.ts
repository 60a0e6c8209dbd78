import { type SQL, sql } from 'drizzle-orm';
import type { DeliveryKey, DeliveryRow } from './delivery-row.ts';
import { type ScanRange, scanRange } from './scan-range.ts';

/** Which deliveries a job goes through. */
export interface DeliveryScan extends ScanRange {
  /** undefined: all tenants. */
  tenant: string | undefined;
  /** Statuses that have an index of their own. */
  statuses: readonly Extract<DeliveryRow['status'], 'pending' | 'retrying' | 'failed' | 'discarded'>[];
  webhookId?: string | undefined;
  errorCode?: string | undefined;
}

/**
 * Reads the next deliveries with one of the statuses, by event and endpoint: event_id, endpoint_id, created_at and type.
 * Each status is read in the order of its index.
 */
export function scanDeliveries(scan: DeliveryScan, after: DeliveryKey | undefined, limit: number): SQL {
  const { tenant, statuses, webhookId, errorCode } = scan;
  const conditions = scanRange(scan, after?.eventId, sql`d.event_id`, sql`d.created_at`);
  if (tenant !== undefined) conditions.push(sql`d.tenant_id = ${tenant}`);
  if (webhookId !== undefined) conditions.push(sql`d.endpoint_id = ${webhookId}`);
  if (errorCode !== undefined) conditions.push(sql`d.error_code = ${errorCode}`);
  if (after) conditions.push(sql`(d.event_id, d.endpoint_id) > (${after.eventId}, ${after.endpointId})`);
  const branches = statuses.map(
    (status) => sql`(
      select d.event_id, d.endpoint_id, d.created_at, d.event_type as type
      from deliveries d
      where d.status = ${status} and ${sql.join(conditions, sql` and `)}
      order by d.event_id, d.endpoint_id
      limit ${limit})`,
  );
  return sql`
    select * from (${sql.join(branches, sql` union all `)}) d
    order by event_id, endpoint_id
    limit ${limit}`;
}
