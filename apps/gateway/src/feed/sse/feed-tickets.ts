import { randomBytes } from 'node:crypto';
import { ApiError } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { hashSecret } from '../../auth/api-key.ts';
import type { Identity } from '../../auth/identity.ts';
import { isStoredCredential } from '../../auth/is-stored-credential.ts';
import { insertFeedTicket } from '../../sql/insert-feed-ticket.ts';
import { listEndings } from '../../sql/list-endings.ts';
import { takeFeedTicket } from '../../sql/take-feed-ticket.ts';

/** Tickets with which a browser opens one connection without a header: they stand in the address, so they are used up. */
export interface FeedTickets {
  create(identity: Identity): Promise<{ ticket: string; expiresAt: string }>;
  /**
   * Uses the ticket up.
   * @throws ApiError `unauthenticated` for a ticket that is unknown, used or expired, or whose key or session has ended
   */
  redeem(ticket: string): Promise<Identity>;
}

const PREFIX = 'hft_';
const VALID_SECONDS = 30;
const TICKET = /^hft_[A-Za-z0-9_-]{43}$/;

export function createFeedTickets(database: Database): FeedTickets {
  async function hasEnded(id: string): Promise<boolean> {
    if (!isStoredCredential(id)) return false;
    const [ending] = await listEndings(database, [id]);
    return ending !== undefined && ending.endsAfterMs <= 0;
  }

  return {
    async create(identity) {
      const ticket = `${PREFIX}${randomBytes(32).toString('base64url')}`;
      const expiresAt = await insertFeedTicket(database, {
        hash: hashSecret(ticket),
        identity,
        validSeconds: VALID_SECONDS,
      });
      return { ticket, expiresAt };
    },
    async redeem(ticket) {
      const identity = TICKET.test(ticket) ? await takeFeedTicket(database, hashSecret(ticket)) : undefined;
      if (identity && !(await hasEnded(identity.principal.keyId))) return identity;
      throw new ApiError('unauthenticated', {
        message: 'This ticket is not valid: it can be used once, within 30 seconds. Get a new one',
      });
    },
  };
}
