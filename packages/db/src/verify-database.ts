import pg from 'pg';
import { DatabaseError } from './errors.ts';
import { listMigrations } from './migrate-database.ts';

/**
 * Checks the database before a service starts: the role cannot bypass row level security, row level security is forced
 * on each table, no view that tenants can read bypasses it, and the schema has all migrations of this build.
 * @throws DatabaseError whose message says what to do
 */
export async function verifyDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // A broken connection fails the statement. Without this listener it would end the process as well.
  client.on('error', () => {});
  await client.connect();
  try {
    await checkRole(client);
    await checkMigrations(client);
    await checkRights(client);
    await checkProtection(client);
  } finally {
    await client.end();
  }
}

const USE_SERVICE_ROLE =
  'let the services connect as hookline_service (made by db:migrate), not as the owner or a superuser';

async function checkRole(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string; bypasses: boolean; owned: string | null }>(`
    select rolname as name, rolsuper or rolbypassrls as bypasses,
      (select min(relname) from pg_class
       where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and pg_has_role(relowner, 'member')) as owned
    from pg_roles
    where rolname = current_user`);
  const role = rows[0];
  if (role?.bypasses !== false) {
    throw new DatabaseError(
      'unsafe_role',
      `the database role "${role?.name}" bypasses row level security: ${USE_SERVICE_ROLE}`,
    );
  }
  if (role.owned !== null) {
    throw new DatabaseError(
      'unsafe_role',
      `the database role "${role.name}" owns ${role.owned}, or may act as its owner, and can switch row level security off: ${USE_SERVICE_ROLE}`,
    );
  }
}

const INSUFFICIENT_PRIVILEGE = '42501';

async function checkMigrations(client: pg.Client): Promise<void> {
  const applied = await client
    .query<{ at: number; hash: string }>(
      'select created_at::float8 as at, hash from drizzle.__drizzle_migrations',
    )
    .then(
      ({ rows }) => new Map(rows.map(({ at, hash }) => [at, hash])),
      (error: { code?: string }) => {
        // The table exists, and a role that may not read it was not created by db:migrate.
        if (error.code === INSUFFICIENT_PRIVILEGE) throw missingRights(client.user);
        return new Map<number, string>();
      },
    );
  const known = listMigrations();
  const missing = known.filter(({ createdAtMs }) => !applied.has(createdAtMs));
  if (missing.length > 0) {
    throw new DatabaseError(
      'migrations_missing',
      `the database has ${known.length - missing.length} of ${known.length} migrations: run "npm run db:migrate" with the owner's DATABASE_URL`,
    );
  }
  const changed = known.filter(({ createdAtMs, hash }) => applied.get(createdAtMs) !== hash);
  if (changed.length > 0) {
    throw new DatabaseError(
      'migrations_changed',
      `the database was created by another version of ${changed.map(({ name }) => name).join(', ')}. Before the first release the schema changes without a migration path: create a new database, or, if "npm start" created this one, delete the directory .hookline`,
    );
  }
}

async function checkRights(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ complete: boolean }>(
    "select pg_has_role('hookline_tenant', 'member') and pg_has_role('hookline_system', 'member') as complete",
  );
  if (!rows[0]?.complete) throw missingRights(client.user);
}

function missingRights(name: string | undefined): DatabaseError {
  return new DatabaseError(
    'missing_rights',
    `the database role "${name}" may not act as hookline_tenant and hookline_system: run "npm run db:migrate" with the owner's DATABASE_URL and HOOKLINE_SERVICE_PASSWORD, and connect as hookline_service`,
  );
}

async function checkProtection(client: pg.Client): Promise<void> {
  // The tables and views of an extension, such as pg_stat_statements or PostGIS, are not checked.
  const { rows } = await client.query<{ name: string }>(`
    select relname as name
    from pg_class c
    where relnamespace = 'public'::regnamespace
      and case
        when relkind in ('r', 'p') then not (relrowsecurity and relforcerowsecurity)
        when relkind = 'm' then has_table_privilege('hookline_tenant', c.oid, 'select')
        when relkind = 'v' then has_table_privilege('hookline_tenant', c.oid, 'select')
          and not coalesce((select option_value::boolean from pg_options_to_table(reloptions)
                            where option_name = 'security_invoker'), false)
        else false
      end
      and not exists (
        select from pg_depend where classid = 'pg_class'::regclass and objid = c.oid and deptype = 'e')
    order by 1`);
  if (rows.length > 0) {
    const names = rows.map(({ name }) => name).join(', ');
    throw new DatabaseError('unprotected_table', `row level security is not forced on: ${names}`);
  }
}
