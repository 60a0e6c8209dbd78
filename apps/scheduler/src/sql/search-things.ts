import type { Transaction } from '@hookline/db';
import { connections, oauthApps, schedules } from '@hookline/db/scheduler';
import { desc, isNull, sql } from 'drizzle-orm';
import type { ConnectionRow } from './connection-row.ts';
import type { OAuthAppRow } from './oauth-app-rows.ts';
import type { ScheduleRow } from './schedule-row.ts';

/** The newest rows of each table that are searched. */
const MAX_SEARCHED = 10_000;

type FoundConnection = Pick<ConnectionRow, 'id' | 'tenantId' | 'provider' | 'accountId' | 'accountName'>;
type FoundApp = Pick<OAuthAppRow, 'id' | 'tenantId' | 'provider' | 'name'>;
type FoundSchedule = Pick<ScheduleRow, 'id' | 'tenantId' | 'name' | 'type'>;

/** Connections by the provider's id of the account or a part of its name, newest first. */
export async function searchConnections(
  transaction: Transaction,
  text: string,
  limit: number,
): Promise<FoundConnection[]> {
  const newest = transaction
    .select({
      id: connections.id,
      tenantId: connections.tenantId,
      provider: connections.provider,
      accountId: connections.accountId,
      accountName: connections.accountName,
    })
    .from(connections)
    .where(isNull(connections.deletedAt))
    .orderBy(desc(connections.id))
    .limit(MAX_SEARCHED)
    .as('newest');
  return await transaction
    .select()
    .from(newest)
    .where(
      sql`${newest.accountId} = ${text}::text or strpos(lower(${newest.accountName}), lower(${text}::text)) > 0`,
    )
    .orderBy(desc(newest.id))
    .limit(limit);
}

/** OAuth applications by a part of the name, newest first. */
export async function searchApps(transaction: Transaction, text: string, limit: number): Promise<FoundApp[]> {
  const newest = transaction
    .select({
      id: oauthApps.id,
      tenantId: oauthApps.tenantId,
      provider: oauthApps.provider,
      name: oauthApps.name,
    })
    .from(oauthApps)
    .where(isNull(oauthApps.deletedAt))
    .orderBy(desc(oauthApps.id))
    .limit(MAX_SEARCHED)
    .as('newest');
  return await transaction
    .select()
    .from(newest)
    .where(sql`strpos(lower(${newest.name}), lower(${text}::text)) > 0`)
    .orderBy(desc(newest.id))
    .limit(limit);
}

/** Schedules by a part of the name, newest first. */
export async function searchSchedules(
  transaction: Transaction,
  text: string,
  limit: number,
): Promise<FoundSchedule[]> {
  const newest = transaction
    .select({ id: schedules.id, tenantId: schedules.tenantId, name: schedules.name, type: schedules.type })
    .from(schedules)
    .orderBy(desc(schedules.id))
    .limit(MAX_SEARCHED)
    .as('newest');
  return await transaction
    .select()
    .from(newest)
    .where(sql`strpos(lower(${newest.name}), lower(${text}::text)) > 0`)
    .orderBy(desc(newest.id))
    .limit(limit);
}
