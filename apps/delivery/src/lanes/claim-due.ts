import type { Database } from '@hookline/db';
import type { DeliveryTrigger } from '../outcomes/outcome.ts';

export interface ClaimedRow {
  eventId: string;
  endpointId: string;
  tenantId: string;
  eventType: string;
  /** `failed`: it has given up and its dead letter is still to be published. */
  status: 'sending' | 'failed';
  attempts: number;
  attemptsBefore: number;
  trigger: DeliveryTrigger;
  errorCode: string | null;
  errorMessage: string | null;
  eventTime: string;
  receivedAt: string;
  payload: Buffer | null;
}

export interface ClaimRequest {
  leaseId: string;
  leaseSeconds: number;
  /** Places left in lanes that are in use; 0 for endpoints that are switched off. */
  rooms: Record<string, number>;
  roomOfOthers: number;
  /** At most this many rows. */
  limit: number;
  /** Endpoints after this id come first, so that every endpoint gets its turn. */
  afterEndpoint: string;
  maxEndpoints: number;
}

/**
 * Takes due deliveries, endpoint by endpoint, none more than its lane has room for: a million due rows of one
 * endpoint are looked at no further than its room. The walk over endpoints jumps from one to the next in the index
 * (a "loose index scan"), so its cost is the number of endpoints with open work, not the number of deliveries.
 */
const CLAIM_DUE = `
with recursive waiting(endpoint_id, n) as (
  (select d.endpoint_id, 1 from deliveries d
   where d.due_at is not null and d.endpoint_id > $5
   order by d.endpoint_id limit 1)
  union all
  select (select d.endpoint_id from deliveries d
          where d.due_at is not null and d.endpoint_id > w.endpoint_id
          order by d.endpoint_id limit 1), w.n + 1
  from waiting w
  where w.endpoint_id is not null and w.n < $6
), due as materialized (
  select c.event_id, c.endpoint_id, c.created_at
  from waiting w
  cross join lateral (
    select d.event_id, d.endpoint_id, d.created_at
    from deliveries d
    where d.endpoint_id = w.endpoint_id and d.due_at is not null and d.due_at <= now()
    order by d.due_at
    limit coalesce(($3::jsonb ->> w.endpoint_id)::integer, $4)
    for update skip locked
  ) c
  where w.endpoint_id is not null
  limit $7
), claimed as (
  update deliveries d
  set status = case when d.status = 'failed' then 'failed' else 'sending' end,
      lease_id = $1,
      due_at = now() + $2 * interval '1 second'
  from due
  where d.event_id = due.event_id and d.endpoint_id = due.endpoint_id and d.created_at = due.created_at
  returning d.*
)
select c.event_id as "eventId", c.endpoint_id as "endpointId", c.tenant_id as "tenantId",
       c.event_type as "eventType", c.status, c.attempts, c.attempts_before as "attemptsBefore", c.trigger,
       c.error_code as "errorCode", c.error_message as "errorMessage",
       to_char(e.event_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "eventTime",
       to_char(e.received_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "receivedAt", e.payload
from claimed c
join events e on e.id = c.event_id and e.created_at = c.created_at`;

export async function claimDue(database: Database, request: ClaimRequest): Promise<ClaimedRow[]> {
  const { rows } = await database.system<ClaimedRow>(
    CLAIM_DUE,
    [
      request.leaseId,
      request.leaseSeconds,
      JSON.stringify(request.rooms),
      request.roomOfOthers,
      request.afterEndpoint,
      request.maxEndpoints,
      request.limit,
    ],
    'claim-due',
  );
  return rows;
}
