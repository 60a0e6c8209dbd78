import { decodeKeptRequest, encodeKeptRequest, SEALED_FLAG } from '@hookline/bus';
import type { KeptRequest } from '@hookline/contracts';
import { type Database, keptRequestPlace, type RewrapCounts, rewrapRows, type SecretBox } from '@hookline/db';

interface Row {
  id: string;
  tenantId: string;
  request: Buffer;
}

/** The tables with kept requests, and the column of each. */
const PLACES = [
  { table: 'events', column: 'request' },
  { table: 'shared_requests', column: 'content' },
] as const;

/**
 * Wraps the sealed parts of kept requests with the newest key-encryption key. Reads one byte of every kept request, and
 * the whole of each request that has a sealed part.
 * @throws DatabaseError `unseal_failed` if the key of a secret is not configured
 */
export async function rewrapKeptRequests(database: Database, box: SecretBox): Promise<RewrapCounts> {
  const counts: RewrapCounts = { found: 0, rewrapped: 0 };
  for (const { table, column } of PLACES) {
    const { found, rewrapped } = await rewrapRows<Row>(
      async (after, limit) => {
        const { rows } = await database.system<Row>(
          `select id, tenant_id as "tenantId", ${column} as request
           from ${table}
           where id > $1 and get_byte(${column}, 0) & ${SEALED_FLAG} <> 0
           order by id limit $2`,
          [after, limit],
        );
        return rows;
      },
      async ({ id, tenantId, request }) => {
        const place = keptRequestPlace(tenantId);
        const next = await encodeKeptRequest(rewrapParts(await decodeKeptRequest(request), box, place));
        if (next.equals(request)) return 0;
        const { rowCount } = await database.system(
          `update ${table} set ${column} = $2 where id = $1 and ${column} = $3`,
          [id, next, request],
        );
        return rowCount;
      },
    );
    counts.found += found;
    counts.rewrapped += rewrapped;
  }
  return counts;
}

function rewrapParts(request: KeptRequest, box: SecretBox, place: string): KeptRequest {
  return {
    ...request,
    query: request.isQuerySealed ? box.rewrap(request.query, place) : request.query,
    headers: request.headers.map((header) =>
      header.isSealed ? { ...header, value: box.rewrap(header.value, place) } : header,
    ),
  };
}
