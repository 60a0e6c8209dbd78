import type { Database } from './database.ts';

/**
 * Stores in a column that these rows were used now. Replicas do not wait for each other: a row that another one is writing
 * is skipped, and so is one that was written less than a minute ago. No other column changes.
 * @param column of the type timestamptz
 */
export async function touchRows(
  database: Database,
  { table, column }: { table: string; column: string },
  ids: readonly string[],
): Promise<void> {
  await database.system(
    `with used as (
       select id from ${table}
       where id = any ($1::text[]) and (${column} is null or ${column} < now() - interval '50 seconds')
       for no key update skip locked
     )
     update ${table} set ${column} = now() from used where ${table}.id = used.id`,
    [ids],
  );
}
