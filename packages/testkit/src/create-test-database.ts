import { randomBytes } from 'node:crypto';
import { urlForRole } from '@hookline/stack';
import pg from 'pg';
import { inject } from 'vitest';
import './provided-context.ts';

export interface TestDatabase {
  /** Owns everything, bypasses Row Level Security: for setting up and for looking. */
  ownerUrl: string;
  /** What a service connects with. */
  serviceUrl: string;
  /** Ends whatever is still connected. */
  drop(): Promise<void>;
}

/** A migrated, empty database of one's own, cloned from the run's template. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = inject('postgresUrl');
  const role = inject('serviceRole');
  const name = `test_${randomBytes(8).toString('hex')}`;
  // Privileges on a database are not cloned with what is in it.
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
