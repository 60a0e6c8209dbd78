import { type Database, rowSet, statement } from '@hookline/db';

const SOURCES = rowSet({ id: 'text', withholds: 'boolean' });

const WITHHOLD = statement(
  { sources: SOURCES },
  ({ sources }) => `
update sources s
set options = case when n.withholds then s.options || '{"withholds": true}' else s.options - 'withholds' end,
    updated_at = clock_timestamp()
from ${sources('n')}
where s.id = n.id and s.managed_by is not null and s.deleted_at is null`,
);

/** Says of sources that the scheduler has made whether what they receive becomes events. */
export async function withholdPushes(
  database: Database,
  sources: readonly { id: string; withholds: boolean }[],
): Promise<void> {
  await WITHHOLD.run(database, { sources });
}
