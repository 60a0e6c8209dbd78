import type { Database } from '@hookline/db';

export interface SkippedMessage {
  stream_seq: number;
  reason: 'duplicate' | 'malformed';
  tenant_id: string | undefined;
  /** What a duplicate is recognised by. */
  dedupe_key: string | undefined;
  /** The id that the message itself carries. */
  event_id: string | undefined;
  details: string | undefined;
  created_at: string;
}

/**
 * Notes messages that became no event. A message whose own id is the one stored under its key is no duplicate but
 * the same message delivered again by JetStream, and is left out.
 */
const RECORD_SKIPPED = `
insert into skipped_messages (stream_epoch, stream_seq, reason, tenant_id, event_id, details, created_at)
select $2, s.stream_seq, s.reason, s.tenant_id, k.event_id, s.details, s.created_at
from json_to_recordset($1::json) as s(
  stream_seq bigint, reason text, tenant_id text, dedupe_key text, event_id text, details text, created_at timestamptz)
left join event_keys k on k.tenant_id = s.tenant_id and k.dedupe_key = s.dedupe_key and s.reason = 'duplicate'
where s.reason = 'malformed' or k.event_id <> s.event_id
on conflict do nothing`;

export async function recordSkipped(
  database: Database,
  streamEpoch: string,
  skipped: readonly SkippedMessage[],
): Promise<void> {
  await database.system(RECORD_SKIPPED, [JSON.stringify(skipped), streamEpoch]);
}
