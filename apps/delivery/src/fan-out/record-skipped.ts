import type { Database } from '@hookline/db';
import { toStorableText } from '../storable-text.ts';
import type { Incoming } from './read-message.ts';

export interface SkippedMessage {
  stream_seq: number;
  reason: 'duplicate' | 'malformed';
  tenant_id: string | undefined;
  /** What a duplicate is recognised by. */
  dedupe_key: string | undefined;
  /** What is wrong with a malformed one. */
  details: string | undefined;
}

export function toSkipped(
  { message, event }: Incoming,
  reason: SkippedMessage['reason'],
  details?: string,
): SkippedMessage {
  return {
    stream_seq: message.seq,
    reason,
    tenant_id: event.attributes.tenant,
    dedupe_key: event.attributes.dedupekey,
    details,
  };
}

/**
 * Notes messages that became no event. The very message that its key was stored for is no duplicate, it was
 * delivered again by JetStream, and is left out; so is one that was noted before.
 */
const RECORD_SKIPPED = `
insert into skipped_messages (stream_epoch, stream_seq, reason, tenant_id, event_id, details, created_at)
select $2, s.stream_seq, s.reason, s.tenant_id, k.event_id, s.details, now()
from json_to_recordset($1::json) as s(
  stream_seq bigint, reason text, tenant_id text, dedupe_key text, details text)
left join event_keys k on s.reason = 'duplicate' and k.tenant_id = s.tenant_id and k.dedupe_key = s.dedupe_key
left join events e on e.id = k.event_id and e.created_at = k.created_at
where (e.stream_seq, e.stream_epoch) is distinct from (s.stream_seq, $2)
  and not exists (
    select from skipped_messages noted where noted.stream_epoch = $2 and noted.stream_seq = s.stream_seq)`;

const MAX_TEXT = 1_000;

export async function recordSkipped(
  database: Database,
  streamEpoch: string,
  skipped: readonly SkippedMessage[],
): Promise<void> {
  // What made a message malformed may be the very thing that Postgres does not take: it must take the note.
  const rows = skipped.map((message) => ({
    ...message,
    tenant_id: toStorableText(message.tenant_id),
    dedupe_key: toStorableText(message.dedupe_key),
    details: toStorableText(message.details?.slice(0, MAX_TEXT)),
  }));
  await database.system(RECORD_SKIPPED, [JSON.stringify(rows), streamEpoch]);
}
