import type { ConnectionStatus } from '@hookline/contracts';
import { type Database, rowSet, statement, type Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

const COUNTS = rowSet({ connection_id: 'text', pushes: 'integer' });

const COUNT = statement(
  { counts: COUNTS },
  ({ counts }) => `
with locked as (
  select c.id, n.pushes from ${counts('n')} join connections c on c.id = n.connection_id
  where c.deleted_at is null order by c.id for update of c
)
update connections c set withheld_pushes = c.withheld_pushes + l.pushes
from locked l where c.id = l.id
returning c.id as "connectionId", c.tenant_id as tenant, c.status, c.withheld_pushes = l.pushes as "isFirst"`,
);

export interface WithheldCount {
  connectionId: string;
  tenant: string;
  status: ConnectionStatus;
  /** Since its pause or the end of its grant. */
  isFirst: boolean;
}

/** Counts pushes that became no event of these connections, in one statement. */
export async function countWithheldPushes(
  database: Database,
  counts: ReadonlyMap<string, number>,
): Promise<WithheldCount[]> {
  if (counts.size === 0) return [];
  const { rows } = await COUNT.run<WithheldCount>(database, {
    counts: [...counts].map(([connection_id, pushes]) => ({ connection_id, pushes })),
  });
  return rows;
}

/** How many were counted, and begins from 0 again. The connection must be locked. */
export async function takeWithheldPushes(transaction: Transaction, connectionId: string): Promise<number> {
  const { rows } = await transaction.execute(sql`
    update connections c set withheld_pushes = 0
    from (select id, withheld_pushes from connections where id = ${connectionId}) before
    where c.id = before.id and before.withheld_pushes > 0
    returning before.withheld_pushes::float8 as pushes`);
  return (rows as { pushes: number }[])[0]?.pushes ?? 0;
}
