import { type Database, rowSet, statement } from '@hookline/db';

/** A kept request that several events share. */
export interface SharedRequest {
  id: string;
  tenant_id: string;
  content: Uint8Array;
  /** The time in the ids of its events, RFC 3339. */
  created_at: string;
}

const SENT_REQUEST = rowSet({
  id: 'text',
  tenant_id: 'text',
  created_at: 'timestamptz',
  content_offset: 'integer',
  content_bytes: 'integer',
});

const INSERT_SHARED_REQUESTS = statement(
  { requests: SENT_REQUEST, contents: 'bytea' },
  ({ requests, contents }) => `
insert into shared_requests (id, tenant_id, content, created_at)
select r.id, r.tenant_id, substring(${contents} from r.content_offset + 1 for r.content_bytes), r.created_at
from ${requests('r')}
order by r.id
on conflict do nothing`,
);

/**
 * Stores requests that are too large to be stored with each of their events. They are stored before the events: a crash
 * in between leaves a request without events, which is dropped with the partition of its day.
 */
export async function insertSharedRequests(
  database: Database,
  requests: readonly SharedRequest[],
): Promise<void> {
  let offset = 0;
  const rows = requests.map(({ id, tenant_id, created_at, content }) => {
    const row = { id, tenant_id, created_at, content_offset: offset, content_bytes: content.length };
    offset += content.length;
    return row;
  });
  await INSERT_SHARED_REQUESTS.run(database, {
    requests: rows,
    contents: Buffer.concat(requests.map(({ content }) => content)),
  });
}
