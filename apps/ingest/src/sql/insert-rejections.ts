import type { Database } from '@hookline/db';
import type { RejectionRecord } from '../rejections/rejection-record.ts';

/** Inserts a batch in one statement. */
export async function insertRejections(
  database: Database,
  records: readonly RejectionRecord[],
): Promise<void> {
  await database.system(
    `insert into rejections (id, created_at, tenant_id, provider, source_id, code, reason, cause, hint, would_match,
                             event_id, delivery_id, headers, body_start)
     select * from unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                          $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::jsonb[], $14::bytea[])`,
    [
      records.map(({ id }) => id),
      records.map(({ at }) => at.toISOString()),
      records.map(({ tenant }) => tenant),
      records.map(({ provider }) => provider),
      records.map(({ sourceId }) => sourceId),
      records.map(({ code }) => code),
      records.map(({ reason }) => reason),
      records.map(({ cause }) => cause),
      records.map(({ hint }) => hint),
      records.map(({ wouldMatch }) => wouldMatch),
      records.map(({ eventId }) => eventId),
      records.map(({ deliveryId }) => deliveryId),
      records.map(({ headers }) => JSON.stringify(headers)),
      records.map(({ bodyStart }) => bodyStart),
    ],
  );
}
