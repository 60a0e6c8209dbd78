import type { ConnectionSelection, ConnectionStatus } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { type SQL, sql } from 'drizzle-orm';
import { PAUSED_BY_REQUEST } from '../status/decide-status.ts';
import { MAY_BE_REFRESHED } from './request-connections.ts';

export interface ConnectionScan {
  /** undefined: all tenants. */
  tenant: string | undefined;
  filter: ConnectionSelection;
  /** Connections that were made later are left out. */
  until: Date;
  /** The last connection of the part before. */
  after: string | undefined;
  /** The most rows that are read. */
  scan: number;
  /** The most connections that are returned. */
  take: number;
}

export interface ScannedConnection {
  id: string;
  status: ConnectionStatus;
  /** Whether a call has paused it. */
  isPausedByRequest: boolean;
  /** Whether it has a poll that does not rest. */
  polls: boolean;
  /** Whether it has a token that may be refreshed before its time. */
  refreshes: boolean;
}

/** Reads the next connections in the order of their ids: a bounded number, which is then filtered. */
export async function scanConnections(
  transaction: Transaction,
  { tenant, filter, until, after, scan, take }: ConnectionScan,
): Promise<{ chosen: ScannedConnection[]; scanned: number; last: string | null }> {
  const conditions: SQL[] = [sql`true`];
  if (filter.provider !== undefined) conditions.push(sql`s.provider = ${filter.provider}`);
  if (filter.status !== undefined) conditions.push(sql`s.status = ${filter.status}`);
  if (filter.appId !== undefined) conditions.push(sql`s.app_id = ${filter.appId}`);
  const { rows } = await transaction.execute(sql`
    with scanned as materialized (
      select c.id, c.provider, c.status, c.app_id, c.pauses
      from connections c
      where c.deleted_at is null and c.created_at <= ${until}
        ${tenant === undefined ? sql`` : sql`and c.tenant_id = ${tenant}`}
        ${after === undefined ? sql`` : sql`and c.id > ${after}`}
      order by c.id
      limit ${scan}
    ), chosen as materialized (
      select s.id, s.status, ${PAUSED_BY_REQUEST}::text = any(s.pauses) as paused_by_request,
             exists (select from connection_tasks t
                     where t.connection_id = s.id and t.kind = 'poll' and t.paused_reason is null) as polls,
             exists (select from connection_tokens t
                     where t.connection_id = s.id and ${MAY_BE_REFRESHED}) as refreshes
      from scanned s
      where ${sql.join(conditions, sql` and `)}
      order by s.id
      limit ${take}
    )
    select (select count(*)::integer from scanned) as scanned, (select max(id) from scanned) as last,
           (select coalesce(json_agg(json_build_object(
              'id', id, 'status', status, 'isPausedByRequest', paused_by_request, 'polls', polls,
              'refreshes', refreshes) order by id), '[]')
            from chosen) as chosen`);
  return rows[0] as unknown as { chosen: ScannedConnection[]; scanned: number; last: string | null };
}
