import { type Database, rowSet, statement } from '@hookline/db';
import type { SourceSubscription } from '@hookline/db/ingest';

const SUBSCRIPTION = rowSet({ source_id: 'text', subscription: 'jsonb' });

const UPDATE_SUBSCRIPTIONS = statement(
  { subscriptions: SUBSCRIPTION },
  ({ subscriptions }) => `
update sources s
set subscription = n.subscription || jsonb_build_object(
      'at', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
from ${subscriptions('n')}
where s.id = n.source_id and coalesce(s.subscription ->> 'eventId', '') < n.subscription ->> 'eventId'`,
);

/**
 * Stores with each source the last message of its provider about the subscription. Event ids sort by the time of
 * receipt: of two replicas the later message stays. `updated_at` stays as it was, because no replica has to read the
 * source again.
 * @param messages at most one for each source
 */
export async function updateSubscriptions(
  database: Database,
  messages: ReadonlyMap<string, SourceSubscription>,
): Promise<void> {
  const subscriptions = [...messages].map(([source_id, subscription]) => ({
    source_id,
    subscription: JSON.stringify(subscription),
  }));
  await UPDATE_SUBSCRIPTIONS.run(database, { subscriptions });
}
