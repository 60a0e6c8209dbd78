import type { Transformation } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import type { DeliveryTrigger } from '../delivery/delivery-trigger.ts';

export interface ClaimedRow {
  eventId: string;
  endpointId: string;
  tenantId: string;
  eventType: string;
  /** `failed`: it gave up, and its dead letter is still to be published. */
  status: 'sending' | 'failed';
  attempts: number;
  attemptsBefore: number;
  trigger: DeliveryTrigger;
  /** Earlier claims since its last outcome. */
  claimsBefore: number;
  /** Its endpoint was deleted before the claim. */
  isGone: boolean;
  /** `due_at` before the claim, as text with microseconds, only to be compared. */
  wasDueAt: string;
  replayId: string | null;
  /** The replay's transformation, in place of the endpoint's own. */
  transformation: Transformation | null;
  errorCode: string | null;
  errorMessage: string | null;
  eventTime: string;
  receivedAt: string;
  traceparent: string | null;
  hops: string | null;
  retriedAt: string | null;
  payload: Buffer | null;
  /** Its endpoint has the format `request`. */
  getsRequest: boolean;
  /** The kept request for such an endpoint; null: none is kept. */
  request: Buffer | null;
}

export interface ClaimRequest {
  leaseId: string;
  leaseSeconds: number;
  /** How many more deliveries each lane can take. */
  capacityByLane: Record<string, number>;
  capacityOfOtherLanes: number;
  /** Whether dead letters of switched-off endpoints are claimed, too. */
  deadLettersOfInactive: boolean;
  /** The number of rows at most. */
  maxRows: number;
  /** Bytes of payloads and kept requests at most; the first row is claimed whatever its size. */
  maxBytes: number;
  /** The same for each tenant; its first row is claimed whatever its size. */
  maxBytesPerTenant: number;
  /** Tenants that hold as many bytes as they may: none of their rows are claimed. */
  fullTenants: readonly string[];
  /** The claim begins after this endpoint, so that every endpoint gets its turn. */
  afterEndpoint: string;
  maxEndpoints: number;
}

export interface Claim {
  rows: ClaimedRow[];
  /** More deliveries were due, and their lanes had capacity. */
  cutShort: boolean;
  /** The next claim begins after this endpoint; the empty string when all have had their turn. */
  nextAfterEndpoint: string;
}

/**
 * Retries are due before the pending deliveries of a batch and do not belong to it. Behind more retries than this a full
 * batch is not noticed, and is sent when its window ends.
 */
const LOOKED_PAST = 1_000;

/**
 * After so many claims without an outcome a delivery may be poisonous: it may have ended the process. From then on its
 * claims are counted when it is attempted alone (see poison-guard.ts), and not by this statement.
 */
export const POISON_SUSPECT_CLAIMS = 2;

/**
 * Claims due deliveries, endpoint by endpoint, no more for each than its lane has capacity for: of a million due rows of
 * one endpoint no more are read. The walk over endpoints jumps from one to the next in the index (a "loose index scan"),
 * so its cost is the number of endpoints with open deliveries, not the number of deliveries.
 *
 * An endpoint that is switched off has no capacity. Its dead letters are behind all its other open deliveries, so the
 * search for them reads all of these, and is made only now and then.
 *
 * For an endpoint with batches the capacity is a number of batches. Its deliveries are due when the window of their batch
 * ends, or earlier, once there are enough pending ones for a batch; then all pending ones are claimed. A failed batch is
 * due again as a whole, at one moment. If the capacity or the claim ends in the middle of such a batch, the batch is left
 * to the next claim, unless it is the only one.
 *
 * Deliveries of a deleted endpoint are claimed at once, even before they are due, so that they give up: an open delivery
 * keeps the partition of its day from being dropped.
 *
 * The capacities are converted to jsonb once: inside the walk, a generic plan would parse them for each endpoint.
 */
const CLAIM_DUE = `
with recursive given as materialized (
  select $3::jsonb as capacities
), waiting(endpoint_id, n) as (
  (select d.endpoint_id, 1 from deliveries d
   where d.due_at is not null and d.endpoint_id > $6
   order by d.endpoint_id limit 1)
  union all
  select (select d.endpoint_id from deliveries d
          where d.due_at is not null and d.endpoint_id > w.endpoint_id
          order by d.endpoint_id limit 1), w.n + 1
  from waiting w
  where w.endpoint_id is not null and w.n < $7
), endpoint_capacity as materialized (
  select w.endpoint_id, e.active or e.deleted_at is not null or e.id is null as sends, e.deleted_at is not null as gone,
         case when e.tenant_id = any($11) then 0
              else coalesce(((select capacities from given) ->> w.endpoint_id)::integer, $4) end
           * coalesce(b.size, 1) as capacity,
         b.size is not null as batches, b.closes_before
  from waiting w
  left join endpoints e on e.id = w.endpoint_id
  left join lateral (
    select (e.batching ->> 'maxEvents')::integer as size, (
      select case when count(*) >= (e.batching ->> 'maxEvents')::integer or min(soonest.due_at) <= now()
             then now() + (e.batching ->> 'windowSeconds')::integer * interval '1 second' end
      from (
        select d.due_at, d.status from deliveries d
        -- The condition of the join is checked only after the rows have been read, so it is repeated here.
        where e.batching is not null
          and d.endpoint_id = w.endpoint_id and d.due_at is not null and d.due_at < 'infinity'
        order by d.due_at
        limit (e.batching ->> 'maxEvents')::integer + ${LOOKED_PAST}
      ) soonest
      where status = 'pending'
    ) as closes_before
  ) b on e.batching is not null
  where w.endpoint_id is not null
), due as materialized (
  select c.*, r.capacity, r.batches, r.gone
  from (select * from endpoint_capacity order by endpoint_id) r
  cross join lateral (
    select d.event_id, d.endpoint_id, d.tenant_id, d.created_at, d.due_at, d.status, d.claims
    from deliveries d
    where d.endpoint_id = r.endpoint_id and d.due_at is not null
      and d.due_at <= case when r.gone then 'infinity' else greatest(now(), r.closes_before) end
      and (d.due_at <= now() or d.status = 'pending' or r.gone and d.status = 'retrying')
      and (r.sends or d.status = 'failed')
    order by d.due_at
    limit case when r.sends then r.capacity when $5 then $4 else 0 end
    for update skip locked
  ) c
  limit $8
), whole as (
  select *
  from (
    select due.*, count(*) over () as found, count(*) over of_endpoint as found_of_endpoint,
           count(*) over of_batch as found_of_batch, max(due_at) over of_endpoint as last_due_at,
           max(endpoint_id) over () as last_endpoint_id
    from due
    window of_endpoint as (partition by endpoint_id), of_batch as (partition by endpoint_id, due_at)
  ) d
  where not (batches and status = 'retrying' and due_at = last_due_at
             and (found_of_endpoint >= capacity and found_of_endpoint > found_of_batch
                  or found >= $8 and found > found_of_batch and endpoint_id = last_endpoint_id))
), sized as (
  select whole.*, sum(b.bytes) over (in_all rows between unbounded preceding and 1 preceding) as before,
         sum(b.bytes) over (of_tenant rows between unbounded preceding and 1 preceding) as before_of_tenant
  from whole
  left join events e on e.id = whole.event_id and e.created_at = whole.created_at
  cross join lateral (
    select e.size_bytes + case
             when e.request is not null then octet_length(e.request)
             when e.request_id is not null then coalesce((
               select octet_length(r.content) from shared_requests r
               where r.id = e.request_id and r.created_at = e.created_at), 0)
             else 0 end as bytes
  ) b
  window in_all as (order by whole.endpoint_id, whole.created_at, whole.event_id),
         of_tenant as (partition by whole.tenant_id order by whole.endpoint_id, whole.created_at, whole.event_id)
), claimed as (
  update deliveries d
  set status = case when d.status = 'failed' then 'failed' else 'sending' end,
      lease_id = $1,
      claims = case when d.status = 'failed' or d.claims >= ${POISON_SUSPECT_CLAIMS} then d.claims else d.claims + 1 end,
      due_at = now() + $2 * interval '1 second'
  from sized s
  where d.event_id = s.event_id and d.endpoint_id = s.endpoint_id and d.created_at = s.created_at
    and (s.before is null or s.before < $9) and (s.before_of_tenant is null or s.before_of_tenant < $10)
  returning d.*, s.due_at as was_due_at, s.claims as claims_before, s.gone
)
select walk.endpoints, walk.last, (select count(*)::integer from due) as found,
       (select count(*)::integer from claimed) as taken,
       c.event_id as "eventId", c.endpoint_id as "endpointId", c.tenant_id as "tenantId",
       c.event_type as "eventType", c.status, c.attempts, c.attempts_before as "attemptsBefore", c.trigger,
       c.claims_before as "claimsBefore", c.gone as "isGone", c.was_due_at::text as "wasDueAt",
       c.replay_id as "replayId",
       case when c.replay_id is not null then (select transformation from replays where id = c.replay_id) end
         as transformation,
       c.error_code as "errorCode", c.error_message as "errorMessage",
       to_char(e.event_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "eventTime",
       to_char(e.received_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "receivedAt",
       to_char(c.retried_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "retriedAt", e.traceparent, e.hops,
       e.payload,
       coalesce(p.format = 'request', false) as "getsRequest",
       case when p.format = 'request' then coalesce(e.request, (
         select r.content from shared_requests r where r.id = e.request_id and r.created_at = e.created_at
       )) end as request
from (select count(*)::integer as endpoints, max(endpoint_id) as last from endpoint_capacity) walk
left join (
  claimed c
  join events e on e.id = c.event_id and e.created_at = c.created_at
  left join endpoints p on p.id = c.endpoint_id
) on true`;

interface ResultRow extends ClaimedRow {
  endpoints: number;
  last: string | null;
  found: number;
  taken: number;
}

export async function claimDue(database: Database, request: ClaimRequest): Promise<Claim> {
  const { rows: results } = await database.system<ResultRow>(CLAIM_DUE, [
    request.leaseId,
    request.leaseSeconds,
    JSON.stringify(request.capacityByLane),
    request.capacityOfOtherLanes,
    request.deadLettersOfInactive,
    request.afterEndpoint,
    request.maxEndpoints,
    request.maxRows,
    request.maxBytes,
    request.maxBytesPerTenant,
    request.fullTenants,
  ]);
  // A claim of no delivery returns one row, with the end of the walk.
  const rows = results.filter(({ eventId }) => eventId !== null);
  const [walk] = results;
  const cutShort = walk !== undefined && (walk.found === request.maxRows || walk.found > walk.taken);
  if (cutShort) return { rows, cutShort, nextAfterEndpoint: lastEndpointOf(rows) };
  const endReached = walk === undefined || walk.endpoints < request.maxEndpoints;
  return { rows, cutShort, nextAfterEndpoint: endReached ? '' : (walk.last ?? '') };
}

const lastEndpointOf = (rows: readonly ClaimedRow[]) =>
  rows
    .map(({ endpointId }) => endpointId)
    .sort()
    .at(-1) ?? '';
