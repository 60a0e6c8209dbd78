import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { DatabaseError } from './errors.ts';

export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../migrations', import.meta.url));
const MINIMUM_POSTGRES = 150_000;
/** An arbitrary number. No other part of Hookline may take the same lock. */
const MIGRATION_LOCK = 7_460_114;

export interface MigrateOptions {
  /**
   * The address with the role that owns the tables. For the first migration the role must be allowed to create roles.
   */
  ownerUrl: string;
  /** The login of the services. It is created or gets this password, and becomes a member of the two group roles. */
  serviceRole?: { name: string; password: string };
}

/** Migrates the database to the newest schema. Concurrent calls wait for each other. */
export async function migrateDatabase(options: MigrateOptions): Promise<void> {
  const client = new pg.Client({ connectionString: options.ownerUrl, application_name: 'hookline-migrate' });
  // A broken connection fails the statement. Without this listener it would end the process as well.
  client.on('error', () => {});
  await client.connect();
  try {
    const version = await client.query<{ server_version_num: string }>('show server_version_num');
    if (Number(version.rows[0]?.server_version_num) < MINIMUM_POSTGRES) {
      throw new DatabaseError('postgres_too_old', 'Hookline needs Postgres 15 or newer');
    }
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await migrate(drizzle(client), { migrationsFolder: MIGRATIONS_FOLDER }).catch((error: unknown) => {
      // The message of drizzle is the whole text of the migration; the error of Postgres is its cause.
      throw error instanceof Error && error.cause instanceof Error ? error.cause : error;
    });
    if (options.serviceRole) await ensureServiceRole(client, options.serviceRole);
  } finally {
    // Ending the session releases the lock.
    await client.end();
  }
}

/**
 * Roles belong to the server, but the lock to one database: a migration of another database may change the same role.
 */
const ROLE_IS_BEING_CHANGED = new Set<unknown>(['42710', '23505', 'XX000']);
const ROLE_ATTEMPTS = 10;

async function ensureServiceRole(client: pg.Client, role: { name: string; password: string }): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await changeServiceRole(client, role);
      return;
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (attempt === ROLE_ATTEMPTS || !ROLE_IS_BEING_CHANGED.has(code)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20 * attempt));
    }
  }
}

async function changeServiceRole(client: pg.Client, role: { name: string; password: string }): Promise<void> {
  const name = pg.escapeIdentifier(role.name);
  const password = pg.escapeLiteral(role.password);
  const { rows } = await client.query<{ unsafe: boolean }>(
    'select rolsuper or rolbypassrls as unsafe from pg_roles where rolname = $1',
    [role.name],
  );
  const verb = rows.length === 0 ? 'create' : 'alter';
  // For an existing role only a superuser may state these restrictions, even if they hold already.
  const restrictions = rows[0]?.unsafe === false ? '' : 'nosuperuser nobypassrls';
  await client.query(`${verb} role ${name} login noinherit ${restrictions} password ${password}`);
  await client.query(`grant hookline_tenant, hookline_system to ${name}`);
  await client.query(`grant usage on schema drizzle to ${name}`);
  await client.query(`grant select on drizzle.__drizzle_migrations to ${name}`);
}

export interface Migration {
  /** Such as `0004_delivery`. */
  name: string;
  /** Milliseconds since 1970, from drizzle's journal; Postgres has it as `created_at`. */
  createdAtMs: number;
  /** SHA-256 of its text, in hexadecimal; drizzle stores it when it applies the migration. */
  hash: string;
}

/** The migrations that this build knows, oldest first. */
export function listMigrations(): Migration[] {
  const { entries } = JSON.parse(readFileSync(`${MIGRATIONS_FOLDER}/meta/_journal.json`, 'utf8')) as {
    entries: { tag: string }[];
  };
  return readMigrationFiles({ migrationsFolder: MIGRATIONS_FOLDER }).map(({ folderMillis, hash }, index) => ({
    name: entries[index]?.tag ?? String(index),
    createdAtMs: folderMillis,
    hash,
  }));
}
