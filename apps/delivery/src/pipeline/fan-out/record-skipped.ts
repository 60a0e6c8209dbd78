import { hash } from 'node:crypto';
import type { JsMsg } from '@hookline/bus';
import { EVENT_ATTRIBUTE_NAMES } from '@hookline/contracts';
import { type Database, type RowOf, rowSet, statement, toStorableText } from '@hookline/db';
import type { Incoming } from './read-message.ts';

export interface SkippedMessage {
  stream_seq: number;
  /** `probe`: the message is no event; it tested whether the stream stores messages. */
  reason: 'duplicate' | 'malformed' | 'probe';
  tenant_id: string | undefined;
  /** The id in the message. No event has this id. */
  repeat_id: string | undefined;
  /** The time in that id. */
  repeat_at: string | undefined;
  /** The key that a duplicate is recognised by. */
  dedupe_key: string | undefined;
  /** SHA-256 in hex of a duplicate's payload. */
  sha256: string | undefined;
  /** Why a message is malformed. */
  details: string | undefined;
  /** A malformed message itself, because it is stored nowhere else. */
  message?: JsMsg;
}

export function toSkipped(
  { message, event: { attributes, payload }, createdAtMs }: Incoming,
  reason: SkippedMessage['reason'],
  details?: string,
): SkippedMessage {
  return {
    stream_seq: message.seq,
    reason,
    tenant_id: attributes.tenant,
    repeat_id: attributes.id,
    repeat_at: new Date(createdAtMs).toISOString(),
    dedupe_key: attributes.dedupekey,
    sha256: reason === 'duplicate' ? (attributes.payloadhash ?? hash('sha256', payload, 'hex')) : undefined,
    details,
    ...(reason === 'malformed' ? { message } : {}),
  };
}

const SKIPPED_MESSAGE = rowSet({
  stream_seq: 'bigint',
  reason: 'text',
  tenant_id: 'text?',
  repeat_id: 'text?',
  repeat_at: 'timestamptz?',
  dedupe_key: 'text?',
  sha256: 'text?',
  details: 'text?',
  subject: 'text?',
  headers: 'jsonb?',
  payload_base64: 'text?',
});

/**
 * Stores notes of messages that became no event. Two kinds of messages are left out: a message that is stored as an
 * event, because JetStream has only delivered it again, and a message that has a note already. If the content of a
 * duplicate differs from the content of the stored event, the hashes of both are stored.
 */
const RECORD_SKIPPED = statement(
  { skipped: SKIPPED_MESSAGE, streamEpoch: 'text' },
  ({ skipped, streamEpoch }) => `
insert into skipped_messages (
  stream_epoch, stream_seq, reason, tenant_id, event_id, repeat_id, first_sha256, repeat_sha256, details, subject,
  headers, payload, created_at)
select ${streamEpoch}, s.stream_seq, s.reason, s.tenant_id, k.event_id, s.repeat_id,
       case when e.sha256 <> s.sha256 then e.sha256 end, case when e.sha256 <> s.sha256 then s.sha256 end,
       s.details, s.subject, s.headers, decode(s.payload_base64, 'base64'), now()
from ${skipped('s')}
left join event_keys k on s.reason = 'duplicate' and k.tenant_id = s.tenant_id and k.dedupe_key = s.dedupe_key
left join lateral (
  select encode(sha256(held.payload), 'hex') as sha256 from events held
  where held.id = k.event_id and held.created_at = k.created_at and held.deleted_at is null
) e on true
left join events o on s.reason = 'duplicate' and o.id = s.repeat_id and o.created_at = s.repeat_at
where (o.stream_seq, o.stream_epoch) is distinct from (s.stream_seq, ${streamEpoch})
  and not exists (
    select from skipped_messages noted
    where noted.stream_epoch = ${streamEpoch} and noted.stream_seq = s.stream_seq)`,
);

const MAX_TEXT = 1_000;
/** Of the payload of a malformed message: enough to recognise the message by. */
const MAX_PAYLOAD_BYTES = 262_144;

export async function recordSkipped(
  database: Database,
  streamEpoch: string,
  skipped: readonly SkippedMessage[],
): Promise<void> {
  // The text that made a message malformed may be text that Postgres refuses. Postgres must accept the note.
  const rows = skipped.map(
    ({ message, ...note }): RowOf<typeof SKIPPED_MESSAGE> => ({
      ...note,
      tenant_id: toStorableText(note.tenant_id),
      repeat_id: toStorableText(note.repeat_id),
      dedupe_key: toStorableText(note.dedupe_key),
      details: toStorableText(note.details?.slice(0, MAX_TEXT)),
      subject: toStorableText(message?.subject),
      headers: message && JSON.stringify(headersOf(message)),
      payload_base64: message && Buffer.from(message.data.subarray(0, MAX_PAYLOAD_BYTES)).toString('base64'),
    }),
  );
  await RECORD_SKIPPED.run(database, { skipped: rows, streamEpoch });
}

function headersOf(message: JsMsg): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of EVENT_ATTRIBUTE_NAMES) {
    const value = message.headers?.get(`ce-${name}`);
    if (value) headers[`ce-${name}`] = toStorableText(value);
  }
  return headers;
}
