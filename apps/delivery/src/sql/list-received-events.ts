import { type Database, statement } from '@hookline/db';

export interface ReceivedEventRow {
  id: string;
  type: string;
  time: Date;
  payload: Buffer;
}

/** The dedupe keys of a sender's events are its id, a colon, and the key: a range, because `;` follows `:`. */
const LIST_RECEIVED_EVENTS = statement(
  {
    tenant: 'text',
    sender: 'text',
    since: 'timestamptz',
    until: 'timestamptz',
    after: 'text',
    limit: 'integer',
  },
  ({ tenant, sender, since, until, after, limit }) => `
select e.id, e.type, e.event_time as "time", e.payload
from event_keys k
join events e on e.id = k.event_id and e.created_at = k.created_at
where k.tenant_id = ${tenant} and k.dedupe_key >= ${sender} || ':' and k.dedupe_key < ${sender} || ';'
  and k.created_at >= ${since} and k.created_at < ${until} and k.event_id > ${after} and e.deleted_at is null
order by k.event_id
limit ${limit}`,
);

export async function listReceivedEvents(
  database: Database,
  range: { tenant: string; sender: string; since: string; until: string; after: string; limit: number },
): Promise<ReceivedEventRow[]> {
  const { rows } = await LIST_RECEIVED_EVENTS.run<ReceivedEventRow>(database, range);
  return rows;
}
