import { randomBytes } from 'node:crypto';
import { urlForRole } from '@hookline/stack';
import pg from 'pg';
import { inject } from 'vitest';
import './provided-context.ts';

export interface TestDatabase {
  /** Connects as the owner of all tables, who bypasses Row Level Security: for setup and for inspection. */
  ownerUrl: string;
  /** Connects as the role of the services. */
  serviceUrl: string;
  servicePassword: string;
  /** Ends the remaining connections and drops the database. */
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** Default false: the database has the partitions of yesterday, today and tomorrow. */
  allDays?: boolean;
  /** A database to clone in place of the run's template. No connection to it may be open. */
  template?: TestDatabase;
}

/**
 * A migrated, empty database for the calling test, cloned from a template of the run.
 * @param options.allDays for tests with a scheduler, which creates the partitions that are missing: that takes longer than
 * to clone them
 */
export async function createTestDatabase({
  allDays = false,
  template: given,
}: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const serverUrl = inject('postgresUrl');
  const role = inject('serviceRole');
  const name = `test_${randomBytes(8).toString('hex')}`;
  // A clone has the template's tables, but not the privileges on the database itself.
  const template = given
    ? new URL(given.ownerUrl).pathname.slice(1)
    : inject(allDays ? 'templateOfAllDays' : 'templateDatabase');
  // Copying the files takes a fifth of the time of writing their content to the log, which is the default.
  await runOnServer(serverUrl, `create database ${name} template ${template} strategy file_copy`);
  await runOnServer(
    serverUrl,
    `grant connect, temporary on database ${name} to ${pg.escapeIdentifier(role.name)}`,
  );
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    ownerUrl: url.href,
    serviceUrl: urlForRole(url.href, role),
    servicePassword: role.password,
    drop: () => runOnServer(serverUrl, `drop database if exists ${name} with (force)`),
  };
}

async function runOnServer(serverUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
