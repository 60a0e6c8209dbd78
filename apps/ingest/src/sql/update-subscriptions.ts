import type { Database } from '@hookline/db';
import type { SourceSubscription } from '@hookline/db/ingest';

/**
 * Keeps with each source what its provider said last. Event ids sort by the time of receipt: of two replicas the later
 * message stays. `updated_at` stays too, because no replica has to read the source again.
 */
export async function updateSubscriptions(
  database: Database,
  said: readonly (readonly [sourceId: string, SourceSubscription])[],
): Promise<void> {
  await database.system(
    `update sources s
     set subscription = said.subscription || jsonb_build_object('at', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
     from unnest($1::text[], $2::jsonb[]) as said(source_id, subscription)
     where s.id = said.source_id
       and coalesce(s.subscription ->> 'eventId', '') < said.subscription ->> 'eventId'`,
    [said.map(([id]) => id), said.map(([, subscription]) => JSON.stringify(subscription))],
  );
}
