import { migrateDatabase } from '@hookline/db';
import { findNatsServer, type Log } from '@hookline/stack';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { bundlePrograms } from './bundle-programs.ts';
import { readTestSettings, type TestSettings } from './env.ts';
import './provided-context.ts';
import { removeAbandonedDirectories } from './test-directory.ts';
import { startTestPostgres, type TestPostgres } from './test-postgres.ts';

const TEMPLATE = 'hookline_template';
const TEMPLATE_OF_ALL_DAYS = 'hookline_template_all_days';
const serviceRole = { name: 'hookline_service', password: 'hookline_service' };

/**
 * vitest's globalSetup: starts one Postgres with migrated templates for the tests of all projects, bundles the programs
 * that tests start as processes, and finds nats-server.
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const run = project.vitest.getRootProject();
  // Another project of this run has started the servers.
  if (run.getProvidedContext().postgresUrl !== undefined) return undefined;
  const { servers, home } = readTestSettings(process.env);
  removeAbandonedDirectories();
  const starting = startWithTemplates(servers);
  const [postgres, natsServerPath, programs] = await Promise.all([
    starting,
    findNatsServer({ home, env: process.env, log }),
    bundlePrograms(),
  ]).catch(async (error) => {
    const [started] = await Promise.allSettled([starting]);
    if (started.status === 'fulfilled') await started.value.stop();
    throw error;
  });
  run.provide('postgresUrl', postgres.url);
  run.provide('templateDatabase', TEMPLATE);
  run.provide('templateOfAllDays', TEMPLATE_OF_ALL_DAYS);
  run.provide('serviceRole', serviceRole);
  run.provide('natsServerPath', natsServerPath);
  run.provide('programs', programs);
  return () => postgres.stop();
}

async function startWithTemplates(servers: TestSettings['servers']): Promise<TestPostgres> {
  const postgres = await startTestPostgres(servers, log);
  try {
    await makeTemplates(postgres.url);
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  return postgres;
}

async function makeTemplates(serverUrl: string): Promise<void> {
  await runStatement(serverUrl, `create database ${TEMPLATE_OF_ALL_DAYS}`);
  const url = new URL(serverUrl);
  url.pathname = `/${TEMPLATE_OF_ALL_DAYS}`;
  await migrateDatabase({ ownerUrl: url.href, serviceRole });
  await runStatement(
    serverUrl,
    `create database ${TEMPLATE} template ${TEMPLATE_OF_ALL_DAYS} strategy file_copy`,
  );
  url.pathname = `/${TEMPLATE}`;
  await dropSparePartitions(url.href);
}

async function runStatement(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** A partition of another day than yesterday, today and tomorrow. */
const SPARE_PARTITIONS = `
select format('drop table %s', string_agg(inhrelid::regclass::text, ', ')) as drop
from pg_inherits
join pg_class on pg_class.oid = inhrelid and relkind = 'r'
where abs(to_date(substring(relname from '_(\\d{8})$'), 'YYYYMMDD') - (now() at time zone 'UTC')::date) > 1`;

/**
 * A migrated database has partitions for ten days, with 500 tables and indexes: more than half of the time of a clone,
 * and of the planning of each statement. Most tests need the day on which their run began, and its neighbours.
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
