import { randomBytes } from 'node:crypto';
import { countMigrations, isTransientDatabaseError, migrateDatabase, verifyDatabase } from '@hookline/db';
import { createTestDatabase, type TestDatabase } from '@hookline/testkit';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';

let testDatabase: TestDatabase;
let owner: pg.Client;
const made: string[] = [];

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  owner = new pg.Client({ connectionString: testDatabase.ownerUrl });
  await owner.connect();
});

afterAll(async () => {
  for (const name of made) await owner.query(`drop database if exists ${name} with (force)`);
  await owner?.end();
  await testDatabase?.drop();
});

async function emptyDatabase(): Promise<string> {
  const name = `empty_${randomBytes(6).toString('hex')}`;
  await owner.query(`create database ${name}`);
  made.push(name);
  const url = new URL(testDatabase.ownerUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

test('four that migrate at once, and a fifth afterwards, leave one schema', async () => {
  const ownerUrl = await emptyDatabase();
  await Promise.all([1, 2, 3, 4].map(() => migrateDatabase({ ownerUrl })));
  await migrateDatabase({ ownerUrl });
  const { rows } = await withClient(ownerUrl, (client) =>
    client.query<{ n: number }>('select count(*)::int as n from drizzle.__drizzle_migrations'),
  );
  expect(rows[0]?.n).toBe(countMigrations());
});

test('a service refuses a role that bypasses row level security, an empty database, and an unprotected table', async () => {
  await expect(verifyDatabase(testDatabase.ownerUrl)).rejects.toMatchObject({ code: 'unsafe_role' });
  await expect(verifyDatabase(testDatabase.serviceUrl)).resolves.toBeUndefined();

  const emptyUrl = new URL(testDatabase.serviceUrl);
  emptyUrl.pathname = new URL(await emptyDatabase()).pathname;
  await expect(verifyDatabase(emptyUrl.href)).rejects.toMatchObject({ code: 'migrations_missing' });

  await owner.query('create table unprotected (id text)');
  await expect(verifyDatabase(testDatabase.serviceUrl)).rejects.toMatchObject({ code: 'unprotected_table' });
  await owner.query('drop table unprotected');
});

test('an owner that is no superuser can migrate, and its retention sees open deliveries although security is forced', async () => {
  const role = `owner_${randomBytes(4).toString('hex')}`;
  const password = randomBytes(12).toString('hex');
  await owner.query(`create role ${role} login createrole nosuperuser password '${password}'`);
  const name = `owned_${randomBytes(6).toString('hex')}`;
  await owner.query(`create database ${name} owner ${role}`);
  made.push(name);
  const url = new URL(testDatabase.ownerUrl);
  url.pathname = `/${name}`;
  url.username = role;
  url.password = password;
  await migrateDatabase({ ownerUrl: url.href });

  const superuser = new URL(testDatabase.ownerUrl);
  superuser.pathname = `/${name}`;
  await withClient(superuser.href, async (client) => {
    await client.query('select hookline_create_partitions(10, 1)');
    await client.query(
      `insert into event_keys values ('t', 'open', 'e1', now() - interval '9 days'), ('t', 'done', 'e2', now() - interval '8 days')`,
    );
    await client.query(`
      insert into deliveries (event_id, endpoint_id, tenant_id, event_type, status, due_at, created_at)
      values ('e1', 'p', 't', 'a', 'pending', now(), now() - interval '9 days'),
             ('e2', 'p', 't', 'a', 'success', null, now() - interval '8 days')`);
  });
  await withClient(url.href, async (client) => {
    const { rows } = await client.query<{ partition_name: string; dropped: boolean }>(
      "select * from hookline_drop_partitions(now() - interval '5 days')",
    );
    const kept = rows.filter(({ dropped }) => !dropped).map(({ partition_name }) => partition_name);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.some((each) => each.startsWith('deliveries_'))).toBe(true);
    expect(rows.filter(({ dropped }) => dropped).length).toBeGreaterThan(kept.length);
  });
  await withClient(superuser.href, async (client) => {
    expect((await client.query('select dedupe_key from event_keys')).rows).toEqual([{ dedupe_key: 'open' }]);
    expect((await client.query('select event_id from deliveries')).rows).toEqual([{ event_id: 'e1' }]);
  });
});

test('partitions are made once however often and from wherever, at the borders of UTC days', async () => {
  const url = testDatabase.ownerUrl;
  await Promise.all(
    [1, 2, 3].map(() => withClient(url, (client) => client.query('select hookline_create_partitions(3, 9)'))),
  );
  await withClient(url, async (client) => {
    await client.query("set timezone = 'Asia/Kolkata'");
    expect((await client.query('select hookline_create_partitions(3, 9) as made')).rows).toEqual([
      { made: 0 },
    ]);
    const at = new Date();
    at.setUTCHours(23, 59, 59, 999);
    await client.query(
      `insert into event_keys (tenant_id, dedupe_key, event_id, created_at) values ('t', 'border', 'e', $1)`,
      [at],
    );
    await client.query(
      `insert into skipped_messages (stream_epoch, stream_seq, reason, created_at) values ('border', 1, 'malformed', $1)`,
      [at],
    );
    const { rows } = await client.query<{ partition: string }>(
      "select tableoid::regclass::text as partition from skipped_messages where stream_epoch = 'border'",
    );
    const day = at.toISOString().slice(0, 10).replaceAll('-', '');
    expect(rows).toEqual([{ partition: `skipped_messages_${day}` }]);
  });
});

test('retention refuses what would drop yesterday, and nonsense', async () => {
  await expect(owner.query('select hookline_drop_partitions(now())')).rejects.toThrow(/refusing/);
  await expect(owner.query('select hookline_create_partitions(-1, 5)')).rejects.toThrow(/between/);
  await expect(owner.query('select hookline_create_partitions(0, 10000)')).rejects.toThrow(/between/);
});

test('errors that pass by themselves are told from defects', async () => {
  const failing = (text: string, settings = '') =>
    withClient(testDatabase.ownerUrl, async (client) => {
      client.on('error', () => {});
      if (settings) await client.query(settings);
      return client.query(text).then(
        () => undefined,
        (error: unknown) => error,
      );
    });
  expect(
    isTransientDatabaseError(
      await failing('select pg_terminate_backend(pg_backend_pid())').catch((error: unknown) => error),
    ),
  ).toBe(true);
  expect(isTransientDatabaseError(await failing('select pg_sleep(5)', 'set statement_timeout = 50'))).toBe(
    true,
  );
  expect(isTransientDatabaseError(await failing('select 1 / 0'))).toBe(false);
  expect(isTransientDatabaseError(await failing('select nonsense'))).toBe(false);
  const unreachable = withClient('postgres://nobody@127.0.0.1:1/none', async () => {}).catch(
    (error: unknown) => error,
  );
  expect(isTransientDatabaseError(await unreachable)).toBe(true);
});
