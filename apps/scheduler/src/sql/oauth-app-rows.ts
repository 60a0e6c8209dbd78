import { countUpTo, type Transaction } from '@hookline/db';
import { type OAuthAppSettings, oauthApps } from '@hookline/db/scheduler';
import type { RowRange } from '@hookline/service';
import { and, desc, eq, isNull, lt, or, sql } from 'drizzle-orm';

export type OAuthAppRow = typeof oauthApps.$inferSelect;

/** @returns undefined if there is one with the same provider, tenant and client id */
export async function insertOAuthApp(
  transaction: Transaction,
  row: Pick<OAuthAppRow, 'id' | 'tenantId' | 'provider' | 'name' | 'clientId' | 'clientSecret' | 'settings'>,
): Promise<OAuthAppRow | undefined> {
  const [inserted] = await transaction
    .insert(oauthApps)
    .values({ ...row, source: 'api' })
    .onConflictDoNothing()
    .returning();
  return inserted;
}

export interface OAuthAppFilter {
  /** Undefined: of all tenants. */
  tenant: string | undefined;
  provider: string | undefined;
}

const conditionsOf = ({ tenant, provider }: OAuthAppFilter) =>
  and(
    isNull(oauthApps.deletedAt),
    tenant === undefined ? undefined : or(isNull(oauthApps.tenantId), eq(oauthApps.tenantId, tenant)),
    provider === undefined ? undefined : eq(oauthApps.provider, provider),
  );

/** Newest first. */
export function listOAuthApps(
  transaction: Transaction,
  filter: OAuthAppFilter,
  { after, offset, limit }: RowRange,
): Promise<OAuthAppRow[]> {
  return transaction
    .select()
    .from(oauthApps)
    .where(and(conditionsOf(filter), after === undefined ? undefined : lt(oauthApps.id, after)))
    .orderBy(desc(oauthApps.id))
    .limit(limit)
    .offset(offset);
}

export function countOAuthApps(
  transaction: Transaction,
  filter: OAuthAppFilter,
  limit: number,
): Promise<number> {
  return countUpTo(transaction, oauthApps, conditionsOf(filter), limit);
}

export async function findOAuthAppRow(
  transaction: Transaction,
  id: string,
): Promise<OAuthAppRow | undefined> {
  const [row] = await transaction
    .select()
    .from(oauthApps)
    .where(and(eq(oauthApps.id, id), isNull(oauthApps.deletedAt)));
  return row;
}

export async function updateOAuthApp(
  transaction: Transaction,
  id: string,
  change: { name?: string | null; clientSecret?: string; settings?: OAuthAppSettings; deleted?: true },
): Promise<OAuthAppRow | undefined> {
  const { deleted, ...columns } = change;
  const [row] = await transaction
    .update(oauthApps)
    .set({
      ...columns,
      ...(deleted ? { deletedAt: sql`hookline_now()` } : {}),
      updatedAt: sql`hookline_now()`,
    })
    .where(eq(oauthApps.id, id))
    .returning();
  return row;
}
