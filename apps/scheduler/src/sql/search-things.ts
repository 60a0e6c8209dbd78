import type { Transaction } from '@hookline/db';
import { type SQL, sql } from 'drizzle-orm';
import type { ConnectionRow } from './connection-row.ts';
import type { OAuthAppRow } from './oauth-app-rows.ts';
import type { ScheduleRow } from './schedule-row.ts';

/** The newest rows of each table that are searched. */
const MAX_SEARCHED = 10_000;

type FoundConnection = Pick<ConnectionRow, 'id' | 'tenantId' | 'provider' | 'accountId' | 'accountName'>;
type FoundApp = Pick<OAuthAppRow, 'id' | 'tenantId' | 'provider' | 'name'>;
type FoundSchedule = Pick<ScheduleRow, 'id' | 'tenantId' | 'name' | 'type'>;

/** Rows among the newest ones that fit, newest first. @param newest a query with a column `id`, without an order */
async function searchNewest<Row>(
  transaction: Transaction,
  newest: SQL,
  fits: SQL,
  limit: number,
): Promise<Row[]> {
  const { rows } = await transaction.execute(sql`
    select * from (${newest} order by id desc limit ${MAX_SEARCHED}) newest
    where ${fits} order by id desc limit ${limit}`);
  return rows as unknown as Row[];
}

const has = (column: SQL, text: string) => sql`strpos(lower(${column}), lower(${text}::text)) > 0`;

/** Connections by the provider's id of the account or a part of its name. */
export const searchConnections = (transaction: Transaction, text: string, limit: number) =>
  searchNewest<FoundConnection>(
    transaction,
    sql`select id, tenant_id as "tenantId", provider, account_id as "accountId", account_name as "accountName"
        from connections where deleted_at is null`,
    sql`"accountId" = ${text}::text or ${has(sql`"accountName"`, text)}`,
    limit,
  );

/** OAuth applications by a part of the name. */
export const searchApps = (transaction: Transaction, text: string, limit: number) =>
  searchNewest<FoundApp>(
    transaction,
    sql`select id, tenant_id as "tenantId", provider, name from oauth_apps where deleted_at is null`,
    has(sql`name`, text),
    limit,
  );

/** Schedules by a part of the name. */
export const searchSchedules = (transaction: Transaction, text: string, limit: number) =>
  searchNewest<FoundSchedule>(
    transaction,
    sql`select id, tenant_id as "tenantId", name, type from schedules`,
    has(sql`name`, text),
    limit,
  );
