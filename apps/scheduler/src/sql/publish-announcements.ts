import type { Database } from '@hookline/db';
import { sql } from 'drizzle-orm';
import type { Announcement } from './insert-announcement.ts';

export interface DatedAnnouncement extends Announcement {
  /** In ms since 1970. */
  createdAtMs: number;
}

/**
 * Passes the oldest announcements to `publish`, and deletes them once it resolves. Another replica gets others
 * meanwhile.
 * @returns how many
 */
export function publishAnnouncements(
  database: Database,
  limit: number,
  publish: (announcements: DatedAnnouncement[]) => Promise<void>,
): Promise<number> {
  return database.withSystem(async (transaction) => {
    const { rows } = await transaction.execute(sql`
      select id, tenant_id as tenant, type, source, payload,
             extract(epoch from created_at)::float8 * 1000 as "createdAtMs"
      from connection_announcements order by id limit ${limit} for update skip locked`);
    const announcements = rows as unknown as DatedAnnouncement[];
    if (announcements.length === 0) return 0;
    await publish(announcements);
    const ids = sql.join(
      announcements.map(({ id }) => sql`${id}`),
      sql`, `,
    );
    await transaction.execute(sql`delete from connection_announcements where id in (${ids})`);
    return announcements.length;
  });
}
