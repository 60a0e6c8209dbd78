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

/** drizzle's names for types that information_schema spells differently. */
const TYPES: Record<string, string> = {
  'text[]': 'ARRAY',
  'integer[]': 'ARRAY',
  'timestamp with time zone': 'timestamp with time zone',
};

test('each table has one owner', () => {
  const names = tables.map((table) => getTableConfig(table).name);
  expect(names.length).toBe(new Set(names).size);
});

test('the schema that the code reads is the one that the migrations made', async () => {
  const database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ table: string; name: string; type: string; nullable: boolean }>(`
      select c.table_name as table, c.column_name as name, c.data_type as type, c.is_nullable = 'YES' as nullable
      from information_schema.columns c
      join pg_class k on k.oid = format('public.%I', c.table_name)::regclass and not k.relispartition
      where c.table_schema = 'public'`);
    const made = rows.map(
      ({ table, name, type, nullable }) => `${table}.${name} ${type}${nullable ? ' null' : ''}`,
    );
    const read = tables.flatMap((table) => {
      const { name, columns } = getTableConfig(table);
      return columns.map((column) => {
        const type = column.getSQLType();
        return `${name}.${column.name} ${TYPES[type] ?? type}${column.notNull ? '' : ' null'}`;
      });
    });
    expect(read.sort()).toEqual(made.sort());
  } finally {
    await client.end();
    await database.drop();
  }
});
