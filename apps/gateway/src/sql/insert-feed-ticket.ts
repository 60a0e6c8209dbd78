import type { Database } from '@hookline/db';
import type { Identity } from '../auth/identity.ts';

export interface NewFeedTicket {
  /** SHA-256 of the ticket; the ticket itself is not stored. */
  hash: Buffer;
  identity: Identity;
  validSeconds: number;
}

/** Stores a ticket, and removes expired ones. @returns when it expires, in RFC 3339 */
export async function insertFeedTicket(database: Database, ticket: NewFeedTicket): Promise<string> {
  const { rows } = await database.system<{ expiresAt: Date }>(
    `with expired as (
       delete from feed_tickets
       where ticket_hash in (select ticket_hash from feed_tickets where expires_at < now() limit 100 for update skip locked)
     )
     insert into feed_tickets (ticket_hash, identity, expires_at)
     values ($1, $2, now() + make_interval(secs => $3))
     returning expires_at as "expiresAt"`,
    [ticket.hash, JSON.stringify(ticket.identity), ticket.validSeconds],
  );
  const [row] = rows;
  if (!row) throw new Error('the ticket was not inserted');
  return new Date(row.expiresAt).toISOString();
}
