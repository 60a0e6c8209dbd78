import type { Database } from '@hookline/db';

export interface Announcement {
  /** Names the kind of change, the endpoint and the version of the endpoint. */
  id: string;
  tenantId: string;
  endpointId: string;
  /** The type of the event. */
  type: string;
  /** The payload of the event. */
  data: unknown;
  createdAt: Date;
}

const MAX_AT_ONCE = 100;

/** Reads announcements that are not published yet, oldest first. */
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
