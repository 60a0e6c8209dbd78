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

/**
 * A migrated, empty database for the calling test, cloned from the template of the run. In integration tests it has the
 * partitions of yesterday, today and tomorrow.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = inject('postgresUrl');
  const role = inject('serviceRole');
  const name = `test_${randomBytes(8).toString('hex')}`;
  // A clone has the template's tables, but not the privileges on the database itself.
  await runOnServer(serverUrl, `create database ${name} template ${inject('templateDatabase')}`);
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
