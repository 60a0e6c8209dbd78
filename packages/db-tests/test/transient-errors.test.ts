import { createDatabase, isTransientDatabaseError } from '@hookline/db';
import { until } from '@hookline/testkit';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startOwnPostgres } from './support/start-own-postgres.ts';
import { useDatabase } from './support/use-database.ts';

const server = useDatabase();

async function errorOf(work: Promise<unknown>): Promise<Error> {
  return await work.then(
    () => expect.unreachable(),
    (error: Error) => error,
  );
}

describe('a transient error', () => {
  it('is a missing answer: the connection is closed, and the next connection works', async () => {
    const database = createDatabase({
      url: server.serviceUrl,
      applicationName: 'silence',
      maxConnections: 1,
      statementTimeoutMs: 300,
      onConnectionError: () => {},
    });
    onTestFinished(() => database.close());
    const stopped: number[] = [];
    onTestFinished(() => {
      for (const pid of stopped) process.kill(pid, 'SIGCONT');
    });
    // A stopped process answers nothing and closes no connection, like a server that has vanished.
    const standStill = (pid: number) => {
      stopped.push(pid);
      process.kill(pid, 'SIGSTOP');
    };
    const pidOf = async (work: Promise<{ rows: object[] }>) => ((await work).rows[0] as { pid: number }).pid;
    standStill(await pidOf(database.system('select pg_backend_pid() as pid')));
    const inTransaction = database.withTenant('acme', async (transaction) => {
      standStill(await pidOf(transaction.execute(sql`select pg_backend_pid() as pid`)));
      await transaction.execute(sql`select 1`);
    });
    const startedAt = performance.now();
    const errors = await Promise.all([errorOf(database.system('select 1')), errorOf(inTransaction)]);
    expect(errors.map(isTransientDatabaseError)).toEqual([true, true]);
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    expect((await database.system<{ n: number }>('select 1 as n')).rows).toEqual([{ n: 1 }]);
    await database.withTenant('acme', (transaction) => transaction.execute(sql`select 1`));
  }, 40_000);

  it('is every error while Postgres is killed, unavailable and starting', async () => {
    const postgres = await startOwnPostgres();
    const superuser = new pg.Client({ connectionString: postgres.url });
    await superuser.connect();
    await superuser.query('create role hookline_tenant; create role hookline_system');
    await superuser.end();
    const database = createDatabase({
      url: postgres.url,
      applicationName: 'test',
      maxConnections: 3,
      onConnectionError: (error) => errors.push(error),
    });
    onTestFinished(() => database.close());
    const errors: unknown[] = [];
    let successes = 0;
    let stopped = false;
    const note = (work: Promise<unknown>) =>
      work.then(
        () => successes++,
        (error: unknown) => errors.push(error),
      );
    const busy = Array.from({ length: 6 }, async (_, index) => {
      while (!stopped) {
        await note(
          index % 3 === 0
            ? database.system('select pg_sleep(0.01)')
            : index % 3 === 1
              ? database.withTenant('acme', async (transaction) => {
                  await transaction.execute(sql`select pg_sleep(0.01)`);
                  await transaction.execute(sql`select 1`);
                })
              : database.ping(),
        );
      }
    });
    await until(() => successes > 30);
    await postgres.kill();
    await until(() => errors.length > 30);
    await postgres.start();
    const before = successes;
    await until(() => successes > before + 30);
    stopped = true;
    await Promise.all(busy);
    const lasting = errors.filter((error) => !isTransientDatabaseError(error));
    expect(lasting).toEqual([]);
  });

  it('is a connection that was terminated', async () => {
    const client = await server.connect();
    const superuser = await server.connect(server.ownerUrl);
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    const sleeping = errorOf(client.query('select pg_sleep(10)'));
    await superuser.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    expect(await sleeping).toMatchObject({ code: '57P01' });
    expect(isTransientDatabaseError(await sleeping)).toBe(true);
    expect(isTransientDatabaseError(await errorOf(client.query('select 1')))).toBe(true);
  });

  it('is a transaction that was idle for too long, because the process was stopped', async () => {
    const client = await server.connect();
    const broken: Error[] = [];
    client.on('error', (error) => broken.push(error));
    await client.query("set idle_in_transaction_session_timeout = '50ms'; begin");
    await until(() => broken.length > 0);
    expect(broken[0]).toMatchObject({ code: '25P03' });
    expect(isTransientDatabaseError(broken[0])).toBe(true);
  });

  it.each([
    { what: 'a statement timeout', settings: 'set statement_timeout = 50', statement: 'select pg_sleep(10)' },
    {
      what: 'a lock that is not free in time',
      settings: 'set lock_timeout = 50',
      statement: 'lock table sources in access exclusive mode',
    },
  ])('is $what', async ({ settings, statement }) => {
    const holder = await server.connect(server.ownerUrl);
    await holder.query('begin; lock table sources in access exclusive mode');
    const client = await server.connect(server.ownerUrl);
    await client.query(`${settings}; begin`);
    expect(isTransientDatabaseError(await errorOf(client.query(statement)))).toBe(true);
    await holder.query('rollback');
  });

  it('is a deadlock, for the transaction that Postgres cancels', async () => {
    const clients = await Promise.all([server.connect(server.ownerUrl), server.connect(server.ownerUrl)]);
    const [first, second] = clients;
    for (const client of clients) await client.query("set deadlock_timeout = '20ms'; begin");
    await first.query('lock table sources in access exclusive mode');
    await second.query('lock table endpoints in access exclusive mode');
    const outcomes = await Promise.allSettled([
      first.query('lock table endpoints in access exclusive mode'),
      second.query('lock table sources in access exclusive mode'),
    ]);
    const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(failed).toHaveLength(1);
    expect(failed[0]?.reason).toMatchObject({ code: '40P01' });
    expect(isTransientDatabaseError(failed[0]?.reason)).toBe(true);
    for (const client of clients) await client.query('rollback');
  });

  it('is a serialisation failure', async () => {
    const clients = await Promise.all([server.connect(server.ownerUrl), server.connect(server.ownerUrl)]);
    const [first, second] = clients;
    for (const client of clients) {
      await client.query('begin isolation level serializable; select version from endpoint_catalog');
    }
    await first.query('update endpoint_catalog set version = version + 1; commit');
    const error = await errorOf(second.query('update endpoint_catalog set version = version + 1'));
    expect(error).toMatchObject({ code: '40001' });
    expect(isTransientDatabaseError(error)).toBe(true);
    await second.query('rollback');
  });

  it('is a server that refuses writes because it is no longer the primary', async () => {
    const client = await server.connect(server.ownerUrl);
    await client.query('set default_transaction_read_only = on');
    const error = await errorOf(client.query('update endpoint_catalog set version = version'));
    expect(error).toMatchObject({ code: '25006' });
    expect(isTransientDatabaseError(error)).toBe(true);
  });

  it('is a server that has no free connection', async () => {
    const superuser = await server.connect(server.ownerUrl);
    const database = new URL(server.ownerUrl).pathname.slice(1);
    await superuser.query(`alter database ${database} connection limit 0`);
    onTestFinished(async () => {
      await superuser.query(`alter database ${database} connection limit -1`);
    });
    const error = await errorOf(server.connect());
    expect(error).toMatchObject({ code: '53300' });
    expect(isTransientDatabaseError(error)).toBe(true);
  });

  it('is a pool that has no free connection in time', async () => {
    const { database } = await server.open({ maxConnections: 1 });
    const { promise: release, resolve } = Promise.withResolvers<void>();
    const holding = database.withTenant('acme', () => release);
    const error = await errorOf(database.withTenant('acme', async () => {}));
    resolve();
    await holding;
    expect(isTransientDatabaseError(error)).toBe(true);
  });

  it.each(['127.0.0.1', 'localhost', 'no-such-host.invalid'])(
    'is a server that does not answer, by address and by name: %s',
    async (host) => {
      const client = new pg.Client({ connectionString: `postgres://nobody@${host}:1/none` });
      expect(isTransientDatabaseError(await errorOf(client.connect()))).toBe(true);
    },
  );

  it('is recognised inside an error of drizzle as well', async () => {
    const { database } = await server.open({ statementTimeoutMs: 50 });
    const error = await errorOf(
      database.withTenant('acme', (transaction) => transaction.execute(sql`select pg_sleep(10)`)),
    );
    expect(error.constructor.name).toBe('DrizzleQueryError');
    expect(isTransientDatabaseError(error)).toBe(true);
  });
});

describe('an error that is not transient', () => {
  it.each([
    { what: 'a duplicate key', code: '23505', statement: 'insert into endpoint_catalog values (true, 0)' },
    { what: 'a failed check', code: '23514', statement: 'insert into endpoint_catalog values (false, 0)' },
    { what: 'a division by zero', code: '22012', statement: 'select 1 / 0' },
    { what: 'a syntax error', code: '42601', statement: 'selec' },
    { what: 'a missing table', code: '42P01', statement: 'select from nothing' },
    { what: 'invalid UTF-8', code: '22021', statement: "select convert_from('\\xff', 'UTF8')" },
  ])('is $what', async ({ code, statement }) => {
    const client = await server.connect(server.ownerUrl);
    const error = await errorOf(client.query(statement));
    expect(error).toMatchObject({ code });
    expect(isTransientDatabaseError(error)).toBe(false);
    expect(isTransientDatabaseError(new Error('wrapped', { cause: error }))).toBe(false);
  });

  it('is a statement that breaks the protocol, such as a text with NUL', async () => {
    const client = await server.connect();
    const error = await errorOf(client.query("select 'a\0b'"));
    expect(isTransientDatabaseError(error)).toBe(false);
  });

  it('is a refused login', async () => {
    const url = new URL(server.serviceUrl);
    url.username = 'nobody_at_all';
    expect(isTransientDatabaseError(await errorOf(server.connect(url.href)))).toBe(false);
  });

  it('is an error that does not come from Postgres', () => {
    for (const error of [new Error('no'), new TypeError('no'), 'no', undefined, { code: '40001' }]) {
      expect(isTransientDatabaseError(error)).toBe(false);
    }
  });
});
