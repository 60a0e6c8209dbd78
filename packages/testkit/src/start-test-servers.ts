import { migrateDatabase } from '@hookline/db';
import { findNatsServer, type Log } from '@hookline/stack';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { readTestSettings } from './env.ts';
import './provided-context.ts';
import { removeAbandonedDirectories } from './test-directory.ts';
import { startTestPostgres } from './test-postgres.ts';

const TEMPLATE = 'hookline_template';
const serviceRole = { name: 'hookline_service', password: 'hookline_service' };

export interface TestServersOptions {
  /** Whether the template keeps the partitions of all days that a migration creates. */
  keepsAllDays: boolean;
}

/**
 * Starts one Postgres with a migrated template for all tests of a project, and finds nats-server.
 * @returns stops Postgres
 */
export async function startTestServers(
  project: TestProject,
  { keepsAllDays }: TestServersOptions,
): Promise<() => Promise<void>> {
  const { servers, home } = readTestSettings(process.env);
  removeAbandonedDirectories();
  const natsServerPath = await findNatsServer({ home, env: process.env, log });
  const postgres = await startTestPostgres(servers, log);
  try {
    await makeTemplate(postgres.url, keepsAllDays);
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  project.provide('postgresUrl', postgres.url);
  project.provide('templateDatabase', TEMPLATE);
  project.provide('serviceRole', serviceRole);
  project.provide('natsServerPath', natsServerPath);
  return () => postgres.stop();
}

async function makeTemplate(serverUrl: string, keepsAllDays: boolean): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(`create database ${TEMPLATE}`);
  } finally {
    await client.end();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${TEMPLATE}`;
  await migrateDatabase({ ownerUrl: url.href, serviceRole });
  if (!keepsAllDays) await dropSparePartitions(url.href);
}

/** A partition of another day than yesterday, today and tomorrow. */
const SPARE_PARTITIONS = `
select format('drop table %s', string_agg(inhrelid::regclass::text, ', ')) as drop
from pg_inherits
join pg_class on pg_class.oid = inhrelid and relkind = 'r'
where abs(to_date(substring(relname from '_(\\d{8})$'), 'YYYYMMDD') - (now() at time zone 'UTC')::date) > 1`;

/**
 * A migrated database has partitions for ten days, with 500 tables and indexes: more than half of the time of a clone,
 * and of the planning of each statement. The tests of one run need the day on which it began, and its neighbours.
 */
async function dropSparePartitions(templateUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: templateUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ drop: string }>(SPARE_PARTITIONS);
    await client.query(rows[0]?.drop ?? '');
  } finally {
    await client.end();
  }
}

/** Shows only the messages of Hookline: tests provoke warnings of the servers on purpose. */
const log: Log = ({ level, message }) => {
  if (level === 'info') console.error(message);
};
