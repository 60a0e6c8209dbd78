import { columnsOf, type Database } from '@hookline/db';

/** A kept request that several events share. */
export interface SharedRequest {
  id: string;
  tenant_id: string;
  content: Uint8Array;
  /** RFC 3339; that of its events. */
  created_at: string;
}

const INSERT_SHARED_REQUESTS = `
insert into shared_requests (id, tenant_id, content, created_at)
select r.id, r.tenant_id, substring($4::bytea from r.content_offset + 1 for r.bytes), r.created_at
from unnest($1::text[], $2::text[], $3::timestamptz[], $5::integer[], $6::integer[])
  as r(id, tenant_id, created_at, content_offset, bytes)
order by r.id
on conflict do nothing`;

/**
 * Keeps requests that are too large to be kept with each of their events. Before those are stored: a crash in between
 * leaves a request without events, which goes with its day.
 */
export async function insertSharedRequests(
  database: Database,
  requests: readonly SharedRequest[],
): Promise<void> {
  let offset = 0;
  const places = requests.map(({ content: { length } }) => {
    const place = { offset, bytes: length };
    offset += length;
    return place;
  });
  await database.system(INSERT_SHARED_REQUESTS, [
    ...columnsOf(requests as readonly Omit<SharedRequest, 'content'>[], ['id', 'tenant_id', 'created_at']),
    Buffer.concat(requests.map(({ content }) => content)),
    ...columnsOf(places, ['offset', 'bytes']),
  ]);
}
