import type { Delivery } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import type { Page } from '@hookline/service';
import { type DeliveryContents, readContents } from '../../sql/read-contents.ts';
import { NO_PAYLOAD } from '../data-with-payload.ts';
import { showBody } from './show-body.ts';

/** The largest payload that a row of a page shows. */
const MAX_PAYLOAD_BYTES = 16_384;
/** All payloads of a page together: with more rows each may be smaller. */
const MAX_PAGE_BYTES = 4_194_304;
const MAX_BODY_BYTES = 2_000;

interface ShownContents {
  payload: Buffer | null;
  isOmitted: boolean;
  responseBody: string | null;
}

/**
 * Adds to each delivery of a page its payload, if it is small enough, and the response to its last attempt. The payloads
 * keep their own bytes.
 * @returns the JSON of the page
 */
export async function withContents(
  database: Database,
  tenant: string | undefined,
  { data, page }: Page<Delivery>,
): Promise<Buffer> {
  const payloadBytes = Math.min(MAX_PAYLOAD_BYTES, Math.floor(MAX_PAGE_BYTES / page.limit));
  const contents = await readShownContents(database, tenant, data, payloadBytes);
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
      payload ?? NO_PAYLOAD,
      END_OF_ROW,
    );
  }
  parts.push(Buffer.from(`],"page":${JSON.stringify(page)}}`));
  return Buffer.concat(parts);
}

/** The whole payload of one delivery and the response to its last attempt. A deleted event has neither. */
export async function readContentsOf(
  database: Database,
  tenant: string | undefined,
  delivery: Delivery,
): Promise<{ payload: Buffer; responseBody: string | null }> {
  const contents = await readShownContents(database, tenant, [delivery], Number.MAX_SAFE_INTEGER);
  const { payload, responseBody } = contents.get(delivery.id) ?? NOTHING;
  return { payload: payload ?? NO_PAYLOAD, responseBody };
}

const END_OF_ROW = Buffer.from('}');
const NOTHING: ShownContents = { payload: null, isOmitted: false, responseBody: null };

async function readShownContents(
  database: Database,
  tenant: string | undefined,
  deliveries: readonly Delivery[],
  payloadBytes: number,
): Promise<Map<string, ShownContents>> {
  const requests = deliveries.map(({ id, eventId, webhookId, attempts }) => ({
    id,
    eventId,
    endpointId: webhookId,
    attempt: attempts,
  }));
  if (requests.length === 0) return new Map();
  const rows = await database.withScope(tenant, (tx) =>
    readContents(tx, requests, { payloadBytes, bodyBytes: MAX_BODY_BYTES }),
  );
  return new Map(await Promise.all(rows.map(async (row) => [row.id, await show(row)] as const)));
}

async function show(contents: DeliveryContents): Promise<ShownContents> {
  const { payload, isOmitted, responseBody, responseHeaders } = contents;
  const { text } = await showBody(responseBody, responseHeaders, MAX_BODY_BYTES);
  return { payload, isOmitted, responseBody: text };
}
