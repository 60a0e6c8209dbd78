import { countUpTo, type Transaction } from '@hookline/db';
import { savedViews } from '@hookline/db/gateway';
import { and, eq } from 'drizzle-orm';
import type { ViewOwner } from './view-row.ts';
import { isOfTenant } from './views-of.ts';

/** How many views an owner has, counted up to a limit. */
export const countOwnViews = (transaction: Transaction, owner: ViewOwner, limit: number): Promise<number> =>
  countUpTo(transaction, savedViews, and(isOfTenant(owner), eq(savedViews.ownerId, owner.ownerId)), limit);
