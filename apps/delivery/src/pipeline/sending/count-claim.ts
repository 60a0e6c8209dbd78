import { timeOfId } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import type { DueDelivery } from '../delivery/due-delivery.ts';

const COUNT = `
update deliveries d
set claims = d.claims + 1
where d.event_id = any(array[$1::text]) and d.endpoint_id = any(array[$2::text]) and d.created_at = $3
  and d.status = 'sending' and d.lease_id = $4
returning d.claims::integer as claims`;

/**
 * Counts a claim of a delivery just before its attempt.
 * @returns its claims since its last outcome; undefined when this replica no longer holds the lease
 */
export async function countClaim(
  database: Database,
  { eventId, endpointId, leaseId }: Pick<DueDelivery, 'eventId' | 'endpointId' | 'leaseId'>,
): Promise<number | undefined> {
  const { rows } = await database.system<{ claims: number }>(COUNT, [
    eventId,
    endpointId,
    new Date(timeOfId(eventId) as number),
    leaseId,
  ]);
  return rows[0]?.claims;
}
