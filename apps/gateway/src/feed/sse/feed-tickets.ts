import { randomBytes } from 'node:crypto';
import { ApiError } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { createAddressCheck } from '@hookline/service';
import { hashSecret } from '../../auth/api-key.ts';
import type { Identity } from '../../auth/identity.ts';
import { isStoredCredential } from '../../auth/is-stored-credential.ts';
import { findKeyLimits } from '../../sql/find-key-limits.ts';
import { insertFeedTicket } from '../../sql/insert-feed-ticket.ts';
import { listEndings } from '../../sql/list-endings.ts';
import { takeFeedTicket } from '../../sql/take-feed-ticket.ts';

/** Tickets with which a browser opens one connection without a header: they stand in the address, so they are used up. */
export interface FeedTickets {
  create(identity: Identity): Promise<{ ticket: string; expiresAt: string }>;
  /**
   * Uses the ticket up.
   * @param address of the client: the key of the ticket may be limited to some
   * @throws ApiError `unauthenticated` for a ticket that is unknown, used or expired, or whose key or session has ended;
   *   `address_not_allowed`
   */
  redeem(ticket: string, address: string): Promise<Identity>;
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

  /** The address may be another one than that at which the ticket was made. */
  async function requireAddress({ principal }: Identity, address: string): Promise<void> {
    const limits = await database.withSystem((transaction) => findKeyLimits(transaction, principal.keyId));
    if (createAddressCheck(limits?.allowedAddresses ?? undefined)(address)) return;
    throw new ApiError('address_not_allowed', {
      message: `This ticket may not be used from ${address}, because its API key may not`,
    });
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
    async redeem(ticket, address) {
      const identity = TICKET.test(ticket) ? await takeFeedTicket(database, hashSecret(ticket)) : undefined;
      if (identity && !(await hasEnded(identity.principal.keyId))) {
        await requireAddress(identity, address);
        return identity;
      }
      throw new ApiError('unauthenticated', {
        message: 'This ticket is not valid: it can be used once, within 30 seconds. Get a new one',
      });
    },
  };
}
