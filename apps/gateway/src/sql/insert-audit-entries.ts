import { type Database, type RowOf, rowSet, statement } from '@hookline/db';

const AUDIT_ENTRY = rowSet({
  id: 'text',
  created_at: 'timestamptz',
  tenant_id: 'text?',
  actor_kind: 'text',
  actor_id: 'text',
  actor_role: 'text',
  operation: 'text',
  target_id: 'text?',
  outcome: 'text',
  status: 'integer',
  code: 'text?',
  changes: 'jsonb?',
  request_id: 'text',
  address: 'text?',
});

/** An entry as it is stored. `created_at` is the time in its id. */
export type NewAuditEntry = RowOf<typeof AUDIT_ENTRY>;

const INSERT_AUDIT_ENTRIES = statement(
  { entries: AUDIT_ENTRY },
  ({ entries }) => `
insert into audit_log (${AUDIT_ENTRY.columns()})
select ${AUDIT_ENTRY.columns('e')} from ${entries('e')}`,
);

/** Inserts a batch in one statement. */
export async function insertAuditEntries(
  database: Database,
  entries: readonly NewAuditEntry[],
): Promise<void> {
  await INSERT_AUDIT_ENTRIES.run(database, { entries });
}
