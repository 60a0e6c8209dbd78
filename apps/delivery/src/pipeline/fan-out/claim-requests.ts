import { type Database, type RowOf, rowSet, statement } from '@hookline/db';

/**
 * One event of a request, for an endpoint that receives requests: together with others it may stand for the request.
 */
const REQUEST_CLAIM = rowSet({
  request_id: 'text',
  endpoint_id: 'text',
  event_id: 'text',
  tenant_id: 'text',
  /** That of the event. */
  created_at: 'timestamptz',
});

export type RequestClaim = RowOf<typeof REQUEST_CLAIM>;

const CLAIM = statement(
  { claims: REQUEST_CLAIM },
  ({ claims }) => `
insert into request_sends (${REQUEST_CLAIM.columns()})
select distinct on (c.request_id, c.endpoint_id) ${REQUEST_CLAIM.columns('c')}
from ${claims('c')}
order by c.request_id, c.endpoint_id, c.event_id
on conflict do nothing`,
);

const READ_HOLDERS = statement(
  { claims: REQUEST_CLAIM },
  ({ claims }) => `
select c.request_id as "requestId", c.endpoint_id as "endpointId", s.event_id as "eventId"
from (select distinct c.request_id, c.endpoint_id, c.created_at from ${claims('c')}) c
join request_sends s
  on s.request_id = c.request_id and s.endpoint_id = c.endpoint_id and s.created_at = c.created_at`,
);

/** The event that stands for a request at an endpoint. */
export type RequestHolders = (requestId: string, endpointId: string) => string | undefined;

/**
 * Decides, for requests that brought several events, which of the events an endpoint receives the request by: the first
 * event that claims the request, in whichever replica. The decision stays, so that an event that JetStream delivers
 * again gets the same answer.
 */
export async function claimRequests(
  database: Database,
  claims: readonly RequestClaim[],
): Promise<RequestHolders> {
  await CLAIM.run(database, { claims });
  // In a statement of its own, which sees the rows that other replicas have inserted by then.
  const { rows } = await READ_HOLDERS.run<{ requestId: string; endpointId: string; eventId: string }>(
    database,
    { claims },
  );
  const holders = new Map(rows.map((row) => [`${row.requestId} ${row.endpointId}`, row.eventId]));
  return (requestId, endpointId) => holders.get(`${requestId} ${endpointId}`);
}
