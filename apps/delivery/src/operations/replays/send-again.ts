import { rowSet, type Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

export interface Candidate {
  eventId: string;
  /** The endpoint of the cursor's position after this candidate. */
  sourceEndpointId: string;
  /** The endpoint that gets the event. */
  endpointId: string;
  /** RFC 3339. */
  createdAt: string;
}

const CANDIDATE = rowSet({ event_id: 'text', endpoint_id: 'text', created_at: 'timestamptz' });

export interface SendAgainRequest {
  /** null: the deliveries were requested by their ids. */
  replayId: string | null;
  trigger: 'operator' | 'tenant';
  candidates: readonly Candidate[];
  /** Deliveries with another status are left unchanged. */
  statuses: readonly string[];
}

/**
 * Makes deliveries due, in one statement. An existing delivery starts over, as after a manual retry. If an event has no
 * delivery to the endpoint, the delivery is created and the event counts it, so that the ledger adds up at every
 * moment. Deleted endpoints and deleted events are left out, and a replay sends no delivery twice. If the endpoint is
 * switched off, an existing delivery waits, as after a manual retry, and no delivery is created.
 *
 * An endpoint with the format `request` gets a request that brought several events once: for the event that stood for
 * the request before, otherwise for the first of the given events.
 *
 * An existing delivery with an ordering key waits for its turn, as it did the first time. A created delivery has no
 * ordering key.
 * @returns the number of deliveries that were made due
 */
export async function sendAgain(transaction: Transaction, request: SendAgainRequest): Promise<number> {
  const { candidates, replayId, trigger } = request;
  if (candidates.length === 0) return 0;
  const rows = candidates.map(({ eventId, endpointId, createdAt }) => ({
    event_id: eventId,
    endpoint_id: endpointId,
    created_at: createdAt,
  }));
  const times = candidates.map(({ createdAt }) => createdAt).sort();
  const [earliest, latest] = [times[0], times.at(-1)];
  const statuses = sql.join(
    request.statuses.map((status) => sql`${status}`),
    sql`, `,
  );
  const { rows: result } = await transaction.execute(sql`
    with given as materialized (
      select c.event_id, c.endpoint_id, c.created_at, r.request_id
      from ${CANDIDATE.unnestRows(rows, 'c')}
      left join lateral (
        select e.request_id
        from endpoints p
        join events e on e.id = c.event_id and e.created_at = c.created_at
        where p.id = c.endpoint_id and p.format = 'request' and e.request_id is not null
      ) r on true
    ), c as materialized (
      select distinct coalesce(s.event_id, case
               when g.request_id is null then g.event_id
               else min(g.event_id) over (partition by g.request_id, g.endpoint_id) end) as event_id,
             g.endpoint_id, g.created_at, g.request_id
      from given g
      left join request_sends s
        on s.request_id = g.request_id and s.endpoint_id = g.endpoint_id and s.created_at = g.created_at
    ), allowed as materialized (
      select c.event_id, c.endpoint_id, c.created_at, c.request_id, e.tenant_id, e.type, p.active,
             p.ordering is not null as in_order
      from c
      join endpoints p on p.id = c.endpoint_id and p.deleted_at is null
      join events e on e.id = any(array[c.event_id]) and e.created_at = c.created_at
        and e.created_at between ${earliest} and ${latest}
        and e.tenant_id = p.tenant_id and e.deleted_at is null
      order by c.event_id
      for share of e
    ), existing as materialized (
      select d.event_id, d.endpoint_id, d.created_at, d.status, d.replay_id,
             a.in_order and d.ordering_key is not null as in_order
      from allowed a
      join deliveries d on d.event_id = any(array[a.event_id]) and d.endpoint_id = any(array[a.endpoint_id])
        and d.created_at = a.created_at and d.created_at between ${earliest} and ${latest}
      order by d.event_id, d.endpoint_id
      for update of d
    ), again as (
      update deliveries d
      set status = 'pending', due_at = case when x.in_order then 'infinity' else now() end, retried_at = now(),
          lease_id = null, attempts_before = d.attempts, trigger = ${trigger}, replay_id = ${replayId}::text,
          response_code = null, error_code = null, error_message = null, completed_at = null, discarded = null
      from existing x
      where d.event_id = any(array[x.event_id]) and d.endpoint_id = any(array[x.endpoint_id])
        and d.created_at = x.created_at and d.created_at between ${earliest} and ${latest}
        and x.status in (${statuses}) and (${replayId}::text is null or x.replay_id is distinct from ${replayId}::text)
      returning d.event_id, d.tenant_id, d.endpoint_id, d.event_type, d.ordering_key, d.created_at,
                x.status as was
    ), unparked as (
      -- A delivery for which its ordering key was parked is the first of the key again.
      delete from parked_keys p
      using again a
      where p.endpoint_id = a.endpoint_id and p.ordering_key = a.ordering_key and p.event_id = a.event_id
    ), made as (
      insert into deliveries (event_id, endpoint_id, tenant_id, event_type, status, trigger, by_request, replay_id,
                              due_at, retried_at, created_at)
      select a.event_id, a.endpoint_id, a.tenant_id, a.type, 'pending', ${trigger}, true, ${replayId}::text, now(),
             now(), a.created_at
      from allowed a
      where a.active and not exists (
        select from existing x where x.event_id = a.event_id and x.endpoint_id = a.endpoint_id)
      on conflict do nothing
      returning event_id, endpoint_id, tenant_id, event_type, created_at
    ), held as (
      insert into request_sends (request_id, endpoint_id, event_id, tenant_id, created_at)
      select a.request_id, m.endpoint_id, m.event_id, m.tenant_id, m.created_at
      from made m
      join allowed a on a.event_id = m.event_id and a.endpoint_id = m.endpoint_id and a.request_id is not null
      on conflict do nothing
    ), matched as (
      update events e
      set matched = e.matched + m.n
      from (select event_id, created_at, count(*)::integer as n from made group by 1, 2) m
      where e.id = any(array[m.event_id]) and e.created_at = m.created_at
        and e.created_at between ${earliest} and ${latest}
    ), counted as (
      insert into statistics_changes (tenant_id, endpoint_id, event_type, bucket, matched, delivered, dead)
      select tenant_id, endpoint_id, event_type, hookline_statistics_bucket(created_at), 0,
             -(count(*) filter (where was = 'success')), -(count(*) filter (where was = 'failed'))
      from again
      where was in ('success', 'failed')
      group by 1, 2, 3, 4
      union all
      select tenant_id, endpoint_id, event_type, hookline_statistics_bucket(created_at), count(*), 0, 0
      from made
      group by 1, 2, 3, 4
    )
    select (select count(*) from again)::integer + (select count(*) from made)::integer as sent`);
  return Number(result[0]?.['sent'] ?? 0);
}
