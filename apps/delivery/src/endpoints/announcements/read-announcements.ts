import type { Database } from '@hookline/db';

export interface Announcement {
  /** What happened to which endpoint in which version. */
  id: string;
  tenantId: string;
  endpointId: string;
  /** Of the event. */
  type: string;
  /** Its payload. */
  data: unknown;
  createdAt: Date;
}

const MAX_AT_ONCE = 100;

/** What is still to be published, oldest first. */
export async function readAnnouncements(database: Database): Promise<Announcement[]> {
  const { rows } = await database.system<Announcement>(
    `select id, tenant_id as "tenantId", endpoint_id as "endpointId", type, data, created_at as "createdAt"
     from announcements
     order by created_at
     limit ${MAX_AT_ONCE}`,
  );
  return rows;
}

export async function removeAnnouncements(database: Database, ids: readonly string[]): Promise<void> {
  await database.system('delete from announcements where id = any($1)', [ids]);
}
