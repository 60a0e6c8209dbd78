import type { Database, Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

export interface JournalRow {
  id: string;
  connectionId: string;
  tenantId: string;
  kind: string;
  outcome: string;
  text: string;
  /** JSON text. */
  detail: string;
}

export async function insertJournalEntry(database: Database, row: JournalRow): Promise<void> {
  await database.system(
    `insert into connection_journal (id, connection_id, tenant_id, kind, outcome, text, detail)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [row.id, row.connectionId, row.tenantId, row.kind, row.outcome, row.text, row.detail],
  );
}

export async function insertJournalEntryIn(transaction: Transaction, row: JournalRow): Promise<void> {
  await transaction.execute(sql`
    insert into connection_journal (id, connection_id, tenant_id, kind, outcome, text, detail)
    values (${row.id}, ${row.connectionId}, ${row.tenantId}, ${row.kind}, ${row.outcome}, ${row.text}, ${row.detail})`);
}
