import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createTestDatabase, startTestNats, until } from '../src/index.ts';

async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('test database', () => {
  it('is migrated, and one test does not see the other', async () => {
    const [first, second] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    onTestFinished(async () => {
      await Promise.all([first.drop(), second.drop()]);
    });
    await query(first.ownerUrl, 'create table mine (id int)');
    const tables = (url: string) =>
      query<{ name: string }>(
        url,
        `select tablename as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
      );
    const namesInSecond = (await tables(second.ownerUrl)).map(({ name }) => name);
    expect(namesInSecond).toContain('endpoints');
    expect(namesInSecond).not.toContain('mine');
  });

  it('has the partitions of three days, and on request those of all days that a migration creates', async () => {
    const countDays = async (allDays: boolean) => {
      const database = await createTestDatabase({ allDays });
      onTestFinished(() => database.drop());
      const [row] = await query<{ days: number; missing: number }>(
        database.ownerUrl,
        `select (select count(*)::int from pg_inherits where inhparent = 'events'::regclass) as days,
           hookline_create_partitions(1, 7) as missing`,
      );
      return { days: row?.days, isComplete: row?.missing === 0 };
    };
    expect(await countDays(false)).toEqual({ days: 3, isComplete: false });
    expect(await countDays(true)).toEqual({ days: 10, isComplete: true });
  });

  it('lets services in as a role that is no superuser and bypasses nothing', async () => {
    const database = await createTestDatabase();
    onTestFinished(() => database.drop());
    const roles = await query(
      database.serviceUrl,
      'select rolname, rolsuper, rolbypassrls from pg_roles where rolname = current_user',
    );
    expect(roles).toEqual([{ rolname: 'hookline_service', rolsuper: false, rolbypassrls: false }]);
  });
});

describe('test NATS', () => {
  it('comes back at the same address after SIGKILL', async () => {
    const nats = await startTestNats();
    onTestFinished(() => nats.stop());
    const healthy = async () => (await fetch(`${nats.monitorUrl}/healthz`)).ok;
    expect(await healthy()).toBe(true);
    const { pid, url } = nats;
    await nats.kill();
    await expect(healthy()).rejects.toThrow('fetch failed');
    await nats.restart();
    expect(nats).toMatchObject({ url });
    expect(nats.pid).not.toBe(pid);
    await until(healthy);
  });
});
