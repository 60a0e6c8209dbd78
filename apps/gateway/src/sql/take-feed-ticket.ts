import type { Database } from '@hookline/db';
import type { Identity } from '../auth/identity.ts';

/**
 * Removes a ticket and returns whom it was for: of several replicas that try at the same time, one gets it.
 * @returns undefined for a ticket that is unknown, used or expired
 */
export async function takeFeedTicket(database: Database, hash: Buffer): Promise<Identity | undefined> {
  const { rows } = await database.system<{ identity: Identity }>(
    `delete from feed_tickets
     where ticket_hash = $1
     returning case when expires_at > now() then identity end as identity`,
    [hash],
  );
  return rows[0]?.identity ?? undefined;
}
