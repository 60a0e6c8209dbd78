import { countUpTo, type Transaction } from '@hookline/db';
import { portalSessions } from '@hookline/db/gateway';
import type { RowRange } from '@hookline/service';
import { and, desc, eq, getTableColumns, gt, lt, sql } from 'drizzle-orm';
import type { ShownPortalSession } from './portal-session-row.ts';

export interface PortalSessionFilter {
  /** undefined: the sessions of all tenants. */
  tenant: string | undefined;
}

const { tokenHash: _hash, makerId: _maker, ...SHOWN } = getTableColumns(portalSessions);

/** Lists the portal sessions that have not ended, newest first. */
export function listPortalSessions(
  transaction: Transaction,
  filter: PortalSessionFilter,
  { after, offset, limit }: RowRange,
): Promise<ShownPortalSession[]> {
  return transaction
    .select(SHOWN)
    .from(portalSessions)
    .where(and(conditionsOf(filter), after === undefined ? undefined : lt(portalSessions.id, after)))
    .orderBy(desc(portalSessions.id))
    .limit(limit)
    .offset(offset);
}

/** Counts the portal sessions of the list, but no more than `limit`. */
export function countPortalSessions(
  transaction: Transaction,
  filter: PortalSessionFilter,
  limit: number,
): Promise<number> {
  return countUpTo(transaction, portalSessions, conditionsOf(filter), limit);
}

const conditionsOf = ({ tenant }: PortalSessionFilter) =>
  and(
    gt(portalSessions.expiresAt, sql`now()`),
    tenant === undefined ? undefined : eq(portalSessions.tenantId, tenant),
  );
