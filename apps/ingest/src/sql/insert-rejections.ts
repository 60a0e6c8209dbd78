import { type Database, rowSet, statement } from '@hookline/db';
import type { RejectionRecord } from '../rejections/rejection-record.ts';

const REJECTION = rowSet({
  id: 'text',
  created_at: 'timestamptz',
  tenant_id: 'text?',
  provider: 'text',
  source_id: 'text?',
  code: 'text',
  reason: 'text',
  cause: 'text?',
  hint: 'text?',
  would_match: 'text?',
  event_id: 'text?',
  provider_delivery_id: 'text?',
  headers: 'jsonb',
  body_start: 'bytea',
});

const INSERT_REJECTIONS = statement(
  { rejections: REJECTION },
  ({ rejections }) => `
insert into rejections (${REJECTION.columns()})
select ${REJECTION.columns('r')} from ${rejections('r')}`,
);

/** Inserts a batch in one statement. */
export async function insertRejections(
  database: Database,
  records: readonly RejectionRecord[],
): Promise<void> {
  const rejections = records.map((record) => ({
    id: record.id,
    created_at: record.at.toISOString(),
    tenant_id: record.tenant,
    provider: record.provider,
    source_id: record.sourceId,
    code: record.code,
    reason: record.reason,
    cause: record.cause,
    hint: record.hint,
    would_match: record.wouldMatch,
    event_id: record.eventId,
    provider_delivery_id: record.providerDeliveryId,
    headers: JSON.stringify(record.headers),
    body_start: record.bodyStart,
  }));
  await INSERT_REJECTIONS.run(database, { rejections });
}
