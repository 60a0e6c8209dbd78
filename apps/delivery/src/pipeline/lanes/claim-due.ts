import type { Transformation } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import type { DeliveryTrigger } from '../delivery/delivery-trigger.ts';

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
  /** How often it had been claimed before this claim, since it last had an outcome. */
  claimsBefore: number;
  /** Its endpoint was deleted by the time of the claim. */
  isGone: boolean;
  /** Before it was claimed, to the microsecond: to compare, not to read. */
  wasDueAt: string;
  replayId: string | null;
  /** What the replay wants sent in place of what the endpoint's own transformation makes. */
  transformation: Transformation | null;
  errorCode: string | null;
  errorMessage: string | null;
  eventTime: string;
  receivedAt: string;
  traceparent: string | null;
  hops: string | null;
  retriedAt: string | null;
  payload: Buffer | null;
  /** Its endpoint gets requests as they came. */
  getsRequest: boolean;
  /** Of such an endpoint; null: none is kept. */
  request: Buffer | null;
}

export interface ClaimRequest {
  leaseId: string;
  leaseSeconds: number;
  /** Places left in lanes that are in use. */
  capacityByLane: Record<string, number>;
  capacityOfOtherLanes: number;
  /** Nothing is sent to an endpoint that is switched off; its dead letters are looked for only if this is true. */
  deadLettersOfInactive: boolean;
  /** At most this many rows. */
  maxRows: number;
  /** Of payloads and kept requests; the first row is taken whatever its size. */
  maxBytes: number;
  /** Of one tenant's; its first row is taken whatever its size. */
  maxBytesPerTenant: number;
  /** Tenants that hold enough already: nothing of theirs is taken. */
  fullTenants: readonly string[];
  /** Endpoints after this id are looked at, so that every endpoint gets its turn. */
  afterEndpoint: string;
  maxEndpoints: number;
}

export interface Claim {
  rows: ClaimedRow[];
  /** More deliveries were due, and their lanes had capacity. */
  cutShort: boolean;
  /** Go on after this endpoint; the empty string when all have had their turn. */
  nextAfterEndpoint: string;
}

/**
 * Whether a batch is full is seen past so many deliveries that are due before its own and do not belong in it, as retries
 * do. Behind more of them it leaves when its window ends.
 */
const LOOKED_PAST = 1_000;

/**
 * One that was claimed so often without an outcome is a suspect: the process may have died of it. From here on it is
 * counted when it is tried, apart from others (see poison-guard.ts), and not when it is claimed with them.
 */
export const POISON_SUSPECT_CLAIMS = 2;

/**
 * Takes due deliveries, endpoint by endpoint, none more than its lane has room for: a million due rows of one
 * endpoint are looked at no further than its room. The walk over endpoints jumps from one to the next in the index
 * (a "loose index scan"), so its cost is the number of endpoints with open work, not the number of deliveries.
 *
 * An endpoint that is switched off has no room. What it has of dead letters is behind everything that waits for it
 * to be switched on, so that search reads all of its open deliveries, and is made now and then only.
 *
 * An endpoint that takes batches has room for as many times the events of one. Its deliveries are due when their batch
 * must be closed; all that wait by then go with them, and also before then, once there are enough of them for a batch.
 * A batch that failed is due again as a whole, at one moment. Where the room ends, or the claim, the last of them may be
 * there in part: it is left to the next claim, but for one that is all there is.
 *
 * What waits for an endpoint that was deleted is taken at once, whenever it would be due, to be given up: until then it
 * would be open, and would keep its day from being dropped.
 *
 * The rooms are turned into jsonb once: written inside the walk, a plan for any parameter would parse them for each
 * endpoint anew.
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
        -- The condition of the join is looked at when the rows have been read: it would not keep them from it.
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
  // Without a claim there is one row, which tells how far the walk has come.
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
