import pg from 'pg';
import { DatabaseError } from './errors.ts';
import { countMigrations } from './migrate-database.ts';

/**
 * Checked by each service before it serves: the role cannot bypass row level security, each tenant table has it
 * forced, and the schema is the one this build was made for.
 * @throws DatabaseError with what to do about it
 */
export async function verifyDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    const role = await client.query<{ name: string; unsafe: boolean }>(
      'select rolname as name, rolsuper or rolbypassrls as unsafe from pg_roles where rolname = current_user',
    );
    if (role.rows[0]?.unsafe !== false) {
      throw new DatabaseError(
        'unsafe_role',
        `the database role "${role.rows[0]?.name}" bypasses row level security: let the services connect as hookline_service (made by db:migrate), not as the owner or a superuser`,
      );
    }
    const migrations = await client
      .query<{ applied: number }>('select count(*)::int as applied from drizzle.__drizzle_migrations')
      .catch(() => undefined);
    const applied = migrations?.rows[0]?.applied ?? 0;
    if (applied < countMigrations()) {
      throw new DatabaseError(
        'migrations_missing',
        `the database has ${applied} of ${countMigrations()} migrations: run "npm run db:migrate" with the owner's DATABASE_URL`,
      );
    }
    const unprotected = await client.query<{ name: string }>(`
      select relname as name
      from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
        and not (relrowsecurity and relforcerowsecurity)`);
    if (unprotected.rows.length > 0) {
      const names = unprotected.rows.map(({ name }) => name).join(', ');
      throw new DatabaseError('unprotected_table', `row level security is not forced on: ${names}`);
    }
  } finally {
    await client.end();
  }
}
