import { type Delivery, timeOfId } from '@hookline/contracts';
import { type Database, planByKey, rowSet } from '@hookline/db';
import type { PageInfo } from '@hookline/service';
import { sql } from 'drizzle-orm';
import { showBody } from './show-body.ts';

/** Of one row. */
const MAX_PAYLOAD_BYTES = 16_384;
/** Of a page: with more rows each may have less. */
const MAX_PAGE_BYTES = 4_194_304;
const MAX_BODY_BYTES = 2_000;

/** The last attempt of a delivery. */
const LAST_ATTEMPT = rowSet({
  /** Of the delivery. */
  id: 'text',
  event_id: 'text',
  endpoint_id: 'text',
  attempt: 'integer',
  created_at: 'timestamptz',
});

interface Contents {
  payload: Buffer | null;
  isOmitted: boolean;
  responseBody: string | null;
}

/**
 * A page of deliveries, each with its payload's own bytes, unless they are too many, and the answer to its last attempt.
 * @returns the answer's JSON
 */
export async function withContents(
  database: Database,
  tenant: string | undefined,
  { data, page }: { data: readonly Delivery[]; page: PageInfo },
): Promise<Buffer> {
  const contents = await readContents(
    database,
    tenant,
    data,
    Math.min(MAX_PAYLOAD_BYTES, Math.floor(MAX_PAGE_BYTES / page.limit)),
  );
  const parts: Buffer[] = [Buffer.from('{"data":[')];
  for (const [index, delivery] of data.entries()) {
    const { payload, isOmitted, responseBody } = contents.get(delivery.id) ?? NOTHING;
    const head = JSON.stringify({
      ...delivery,
      responseBody,
      ...(isOmitted ? { payloadOmitted: true } : {}),
    });
    parts.push(
      Buffer.from(`${index === 0 ? '' : ','}${head.slice(0, -1)},"payload":`),
      payload ?? NULL,
      END_OF_ROW,
    );
  }
  parts.push(Buffer.from(`],"page":${JSON.stringify(page)}}`));
  return Buffer.concat(parts);
}

/** What one delivery sent and was answered, in full as far as it is kept; of an event that was deleted nothing. */
export async function readContentsOf(
  database: Database,
  tenant: string | undefined,
  delivery: Delivery,
): Promise<{ payload: Buffer; responseBody: string | null }> {
  const contents = await readContents(database, tenant, [delivery], Number.MAX_SAFE_INTEGER);
  const { payload, responseBody } = contents.get(delivery.id) ?? NOTHING;
  return { payload: payload ?? NULL, responseBody };
}

const NULL = Buffer.from('null');
const END_OF_ROW = Buffer.from('}');
const NOTHING: Contents = { payload: null, isOmitted: false, responseBody: null };

async function readContents(
  database: Database,
  tenant: string | undefined,
  deliveries: readonly Delivery[],
  maxPayloadBytes: number,
): Promise<Map<string, Contents>> {
  const wanted = deliveries.map(({ id, eventId, webhookId, attempts }) => ({
    id,
    event_id: eventId,
    endpoint_id: webhookId,
    attempt: attempts,
    created_at: new Date(timeOfId(eventId) ?? 0).toISOString(),
  }));
  if (wanted.length === 0) return new Map();
  const times = wanted.map(({ created_at }) => created_at).sort();
  const [earliest, latest] = [times[0], times.at(-1)];
  return database.withScope(tenant, async (tx) => {
    await planByKey(tx);
    // The bounds name the partitions once; with any(array[…]) no plan can read more of them than the rows asked for.
    const { rows } = await tx.execute(sql`
      with w as materialized (
        select * from ${LAST_ATTEMPT.unnestRows(wanted, 'w')}
      )
      select w.id,
             case when e.size_bytes <= ${maxPayloadBytes}::bigint and e.deleted_at is null then e.payload end as payload,
             coalesce(e.size_bytes > ${maxPayloadBytes}::bigint and e.deleted_at is null, false) as "isOmitted",
             substr(a.response_body, 1, ${MAX_BODY_BYTES}) as body, a.response_headers as headers
      from w
      left join events e on e.id = any(array[w.event_id]) and e.created_at = w.created_at
        and e.created_at between ${earliest} and ${latest}
      left join attempts a on a.event_id = any(array[w.event_id]) and a.endpoint_id = any(array[w.endpoint_id])
        and a.attempt = w.attempt and a.created_at = w.created_at
        and a.created_at between ${earliest} and ${latest}`);
    const shown = rows.map(async (row) => [String(row['id']), await toContents(row)] as const);
    return new Map(await Promise.all(shown));
  });
}

async function toContents(row: Record<string, unknown>): Promise<Contents> {
  const body = row['body'] as Buffer | null;
  const headers = row['headers'] as Record<string, string> | null;
  return {
    payload: row['payload'] as Buffer | null,
    isOmitted: row['isOmitted'] === true,
    responseBody: (await showBody(body, headers, MAX_BODY_BYTES)).text,
  };
}
