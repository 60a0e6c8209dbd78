import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

export interface Announcement {
  id: string;
  tenant: string;
  type: string;
  source: string;
  payload: Record<string, unknown>;
}

export async function insertAnnouncement(transaction: Transaction, row: Announcement): Promise<void> {
  await transaction.execute(sql`
    insert into connection_announcements (id, tenant_id, type, source, payload)
    values (${row.id}, ${row.tenant}, ${row.type}, ${row.source}, ${JSON.stringify(row.payload)})`);
}
