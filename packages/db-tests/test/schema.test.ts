import * as delivery from '@hookline/db/delivery';
import * as gateway from '@hookline/db/gateway';
import * as ingest from '@hookline/db/ingest';
import * as scheduler from '@hookline/db/scheduler';
import { createTestDatabase } from '@hookline/testkit';
import { is } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { expect, test } from 'vitest';

const schemas = { delivery, gateway, ingest, scheduler };
const tables = Object.values(schemas).flatMap((schema) =>
  Object.values(schema).filter((value): value is PgTable => is(value, PgTable)),
);

test('each table has one owner', () => {
  const names = tables.map((table) => getTableConfig(table).name);
  expect(names.length).toBe(new Set(names).size);
});

test('the schema in the code is the schema that the migrations create', async () => {
  const database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ column: string }>(`
      select c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
        || case when a.attnotnull then '' else ' null' end
        || case when a.atthasdef or a.attidentity <> '' then ' default' else '' end as column
      from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition`);
    const made = rows.map(({ column }) => column);
    const read = tables.flatMap((table) => {
      const { name, columns } = getTableConfig(table);
      return columns.map(
        (column) =>
          `${name}.${column.name} ${column.getSQLType()}${column.notNull ? '' : ' null'}${column.hasDefault || column.generated ? ' default' : ''}`,
      );
    });
    expect(read.sort()).toEqual(made.sort());
  } finally {
    await client.end();
    await database.drop();
  }
});
