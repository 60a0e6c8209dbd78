import { columnsOf, type Database } from '@hookline/db';

/** An event that an endpoint may get as the request that brought it, with others. */
export interface RequestClaim {
  request_id: string;
  endpoint_id: string;
  event_id: string;
  tenant_id: string;
  /** RFC 3339; that of the event. */
  created_at: string;
}

const CLAIM = `
insert into request_sends (request_id, endpoint_id, event_id, tenant_id, created_at)
select distinct on (1, 2) c.request_id, c.endpoint_id, c.event_id, c.tenant_id, c.created_at
from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
  as c(request_id, endpoint_id, event_id, tenant_id, created_at)
order by 1, 2, 3
on conflict do nothing`;

const LOOK = `
select c.request_id as "requestId", c.endpoint_id as "endpointId", s.event_id as "eventId"
from (select distinct * from unnest($1::text[], $2::text[], $3::timestamptz[])
        as c(request_id, endpoint_id, created_at)) c
join request_sends s
  on s.request_id = c.request_id and s.endpoint_id = c.endpoint_id and s.created_at = c.created_at`;

/** The event that stands for a request at an endpoint. */
export type RequestHolders = (requestId: string, endpointId: string) => string | undefined;

/**
 * Decides for requests that brought several events which of these an endpoint gets it by: the first to be here, whichever
 * replica has it. What was decided stays, so that an event that comes again gets the same answer.
 */
export async function claimRequests(
  database: Database,
  claims: readonly RequestClaim[],
): Promise<RequestHolders> {
  await database.system(
    CLAIM,
    columnsOf(claims, ['request_id', 'endpoint_id', 'event_id', 'tenant_id', 'created_at']),
  );
  // Another statement: it sees what others had inserted by then.
  const { rows } = await database.system<{ requestId: string; endpointId: string; eventId: string }>(
    LOOK,
    columnsOf(claims, ['request_id', 'endpoint_id', 'created_at']),
  );
  const holders = new Map(rows.map((row) => [`${row.requestId} ${row.endpointId}`, row.eventId]));
  return (requestId, endpointId) => holders.get(`${requestId} ${endpointId}`);
}
