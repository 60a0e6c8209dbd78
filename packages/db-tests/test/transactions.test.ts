import { once } from 'node:events';
import { createServer } from 'node:net';
import { createDatabase, isTransientDatabaseError, type Transaction } from '@hookline/db';
import { endConnections, until } from '@hookline/testkit';
import { sql } from 'drizzle-orm';
import { describe, expect, expectTypeOf, it, onTestFinished } from 'vitest';
import { type OpenDatabase, useDatabase } from './support/use-database.ts';

const server = useDatabase();
const openDatabase = server.open;

const insertSource = (transaction: Transaction, id: string, tenant: string) =>
  transaction.execute(
    sql`insert into sources (id, tenant_id, provider, token, secrets) values (${id}, ${tenant}, 'github', ${id}, '{}')`,
  );

/** Returns the ids of the stored rows, and deletes the rows. */
async function takeSourceIds({ owner }: OpenDatabase): Promise<string[]> {
  const { rows } = await owner.query<{ id: string }>(
    'with taken as (delete from sources returning id) select id from taken order by id',
  );
  return rows.map(({ id }) => id);
}

async function backendOf(transaction: Transaction): Promise<number> {
  const { rows } = await transaction.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
  return rows[0]?.pid ?? 0;
}

/** Ends a backend and waits until it is gone. */
async function terminate({ owner }: OpenDatabase, pid: number): Promise<void> {
  await owner.query('select pg_terminate_backend($1)', [pid]);
  await until(
    async () => (await owner.query('select from pg_stat_activity where pid = $1', [pid])).rowCount === 0,
  );
}

describe('a transaction', () => {
  it('is committed when it resolves, and has no effect when it rejects', async () => {
    const open = await openDatabase();
    const error = new Error('the work failed');
    await open.database.withTenant('acme', (transaction) => insertSource(transaction, 'src_kept', 'acme'));
    await expect(
      open.database.withTenant('acme', async (transaction) => {
        await insertSource(transaction, 'src_1', 'acme');
        throw error;
      }),
    ).rejects.toBe(error);
    await expect(
      open.database.withTenant('acme', async (transaction) => {
        await insertSource(transaction, 'src_2', 'acme');
        await insertSource(transaction, 'src_kept', 'acme');
      }),
    ).rejects.toThrow();
    expect(await takeSourceIds(open)).toEqual(['src_kept']);
  });

  it('rejects after a failed statement, even if the work ignored the failure', async () => {
    // Postgres answers that COMMIT with ROLLBACK and no error: nothing was stored.
    const open = await openDatabase();
    await expect(
      open.database.withTenant('acme', async (transaction) => {
        await insertSource(transaction, 'src_1', 'acme');
        await transaction.execute(sql`select 1 / 0`).catch(() => {});
        return 'done';
      }),
    ).rejects.toMatchObject({ code: 'not_committed' });
    expect(await takeSourceIds(open)).toEqual([]);
  });

  it('offers no nested transaction: drizzle would end the outer transaction with it', () => {
    expectTypeOf<Transaction>().not.toHaveProperty('transaction');
  });

  it('reports the text of a failed statement, and never its values', async () => {
    const { database } = await openDatabase();
    const failing = database.withSystem((transaction) =>
      transaction.execute(sql`select ${'hunter2'}::text, ${'hunter3'}::integer`),
    );
    const error = await failing.then(
      () => expect.unreachable(),
      (each: Error) => each,
    );
    expect(error.message).toContain('::integer');
    expect(JSON.stringify({ ...error, message: error.message, stack: error.stack })).not.toContain('hunter2');
    expect(error.cause).toMatchObject({ code: '22P02' });
  });

  it('waits for a free connection, so that many transactions share a few connections', async () => {
    const { database } = await openDatabase({ maxConnections: 2 });
    const tenants = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        database.withTenant(`tenant ${index}`, async (transaction) => {
          const { rows } = await transaction.execute<{ tenant: string }>(
            sql`select hookline_tenant() as tenant`,
          );
          return rows[0]?.tenant;
        }),
      ),
    );
    expect(tenants).toEqual(Array.from({ length: 50 }, (_, index) => `tenant ${index}`));
    expect(database.counters).toEqual({ statements: 0, transactions: 50 });
  });

  it('fails with a transient error at the statement timeout', async () => {
    const { database } = await openDatabase({ statementTimeoutMs: 100, maxConnections: 1 });
    const error = await database
      .withTenant('acme', (transaction) => transaction.execute(sql`select pg_sleep(10)`))
      .catch((each: unknown) => each);
    expect(isTransientDatabaseError(error)).toBe(true);
    await database.ping();
  });
});

describe('a tenant', () => {
  const HOW_IT_ENDS: ((transaction: Transaction, open: OpenDatabase) => Promise<unknown>)[] = [
    async () => 'well',
    async () => {
      throw new Error('the work failed');
    },
    (transaction) => transaction.execute(sql`select 1 / 0`),
    (transaction) => transaction.execute(sql`select 1 / 0`).catch(() => {}),
    async (transaction, open) => terminate(open, await backendOf(transaction)),
    async (transaction, open) => {
      await terminate(open, await backendOf(transaction));
      await transaction.execute(sql`select 1`).catch(() => {});
    },
    async (transaction, open) => {
      const pid = await backendOf(transaction);
      const sleeping = transaction.execute(sql`select pg_sleep(10)`);
      await Promise.all([sleeping, terminate(open, pid)]);
    },
    (transaction) => transaction.execute(sql`set role hookline_system`),
    (transaction) => transaction.execute(sql`set hookline.tenant = 'somebody else'`),
    (transaction) => transaction.execute(sql`commit`),
    (transaction) => transaction.execute(sql`rollback`),
  ];

  it.each([1, 2].map((maxConnections) => ({ maxConnections })))(
    'does not stay on a pooled connection ($maxConnections of them), however its transaction ends',
    async ({ maxConnections }) => {
      const open = await openDatabase({ maxConnections });
      const run = HOW_IT_ENDS.flatMap((work, index) => {
        const tenant = `tenant ${index}`;
        const check = (expected: string | null, role: string) => async (transaction: Transaction) => {
          const { rows } = await transaction.execute(
            sql`select hookline_tenant() as tenant, current_user as role, session_user as login`,
          );
          expect(rows).toEqual([{ tenant: expected, role, login: 'hookline_service' }]);
        };
        return [
          open.database
            .withTenant(tenant, async (transaction) => {
              await check(tenant, 'hookline_tenant')(transaction);
              await work(transaction, open);
            })
            .catch(() => {}),
          open.database.withTenant(`after ${tenant}`, check(`after ${tenant}`, 'hookline_tenant')),
          open.database.withSystem(check(null, 'hookline_system')),
        ];
      });
      await Promise.all(run);
    },
  );

  it('may have any name', async () => {
    const { database } = await openDatabase({ maxConnections: 1 });
    for (const tenant of [
      "o'neill",
      'back\\slash',
      '$$',
      '%s',
      '; rollback',
      'ä 😀',
      ' ',
      "\\'",
      'x'.repeat(5_000),
    ]) {
      const { rows } = await database.withTenant(tenant, (transaction) =>
        transaction.execute(sql`select hookline_tenant() as tenant, current_user as role`),
      );
      expect(rows).toEqual([{ tenant, role: 'hookline_tenant' }]);
    }
  });

  it('with an empty name, or a name that Postgres cannot store, is refused and cannot pass for another tenant', async () => {
    const { database } = await openDatabase({ maxConnections: 1 });
    await expect(database.withTenant('', async () => {})).rejects.toThrow();
    const error = await database.withTenant('a\0b', async () => {}).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(Error);
    // A retry would not help.
    expect(isTransientDatabaseError(error)).toBe(false);
    await database.withTenant('a', async () => {});
  });

  it('is set by withScope, which sees all tenants only when no tenant is named', async () => {
    const { database } = await openDatabase();
    const role = async (transaction: Transaction) =>
      (await transaction.execute<{ role: string }>(sql`select current_user as role`)).rows[0]?.role;
    expect(await database.withScope('acme', role)).toBe('hookline_tenant');
    expect(await database.withScope(undefined, role)).toBe('hookline_system');
    await expect(database.withScope('', role)).rejects.toThrow();
  });
});

describe('a connection that breaks', () => {
  it.each([
    {
      when: 'between two statements',
      work: async (transaction: Transaction, open: OpenDatabase) => {
        await terminate(open, await backendOf(transaction));
        await transaction.execute(sql`select 1`);
      },
    },
    {
      when: 'during a statement',
      work: async (transaction: Transaction, open: OpenDatabase) => {
        const pid = await backendOf(transaction);
        await Promise.all([transaction.execute(sql`select pg_sleep(10)`), terminate(open, pid)]);
      },
    },
    {
      when: 'before the commit',
      work: async (transaction: Transaction, open: OpenDatabase) => {
        await insertSource(transaction, 'src_1', 'acme');
        await terminate(open, await backendOf(transaction));
      },
    },
  ])(
    '$when fails its transaction with an error that passes by itself, and no other one',
    async ({ work }) => {
      const open = await openDatabase({ maxConnections: 1 });
      const error = await open.database
        .withTenant('acme', (transaction) => work(transaction, open))
        .then(
          () => expect.unreachable(),
          (each: unknown) => each,
        );
      expect(isTransientDatabaseError(error)).toBe(true);
      expect(await takeSourceIds(open)).toEqual([]);
      await open.database.withTenant('acme', (transaction) => insertSource(transaction, 'src_2', 'acme'));
      expect(await takeSourceIds(open)).toEqual(['src_2']);
    },
  );

  it('while it is being established does not end the process', async () => {
    const broken: Error[] = [];
    const database = createDatabase({
      url: await startDyingPostgres(),
      applicationName: 'test',
      onConnectionError: (error) => broken.push(error),
    });
    onTestFinished(() => database.close());
    for (const work of [
      database.withTenant('acme', async () => {}),
      database.withSystem(async () => {}),
      database.system('select 1'),
      database.ping(),
    ]) {
      expect(isTransientDatabaseError(await work.catch((error: unknown) => error))).toBe(true);
    }
    expect(broken.length).toBeGreaterThan(0);
  });

  it('while it is idle is replaced without a failed transaction', async () => {
    const open = await openDatabase();
    await open.database.ping();
    await open.database.system('select 1');
    await endConnections(server.ownerUrl, { applicationName: 'db-tests' });
    await until(() => open.connectionErrors.length === 2);
    await open.database.ping();
    await open.database.system('select 1');
    await open.database.withTenant('acme', async () => {});
  });
});

describe('system', () => {
  it('runs one statement as hookline_system, which a connection prepares and plans once', async () => {
    const { database } = await openDatabase({ maxConnections: 1 });
    for (const n of [1, 2, 3, 4, 5, 6, 7]) {
      expect(await database.system('select current_user as role, $1::int + 1 as n', [n])).toEqual({
        rows: [{ role: 'hookline_system', n: n + 1 }],
        rowCount: 1,
      });
    }
    const { rows } = await database.system(
      `select statement, generic_plans::int as generic, custom_plans::int as custom from pg_prepared_statements
       where statement like 'select current_user%'`,
    );
    expect(rows).toEqual([
      { statement: 'select current_user as role, $1::int + 1 as n', generic: 7, custom: 0 },
    ]);
    expect(database.counters).toEqual({ statements: 8, transactions: 8 });
  });

  it('fails with its connection, and works again on a new one, with its prepared statements', async () => {
    const open = await openDatabase({ maxConnections: 1 });
    const ask = () => open.database.system<{ n: number }>('select $1::int as n', [1]);
    await ask();
    const { rows } = await open.database.system<{ pid: number }>('select pg_backend_pid() as pid');
    const sleeping = open.database.system('select pg_sleep(10)').catch((error: unknown) => error);
    await terminate(open, rows[0]?.pid ?? 0);
    expect(isTransientDatabaseError(await sleeping)).toBe(true);
    expect((await ask()).rows).toEqual([{ n: 1 }]);
    expect((await open.database.system('select current_user as role')).rows).toEqual([
      { role: 'hookline_system' },
    ]);
  });

  it('keeps its role and its planner settings after a statement that failed', async () => {
    const { database } = await openDatabase({ maxConnections: 1 });
    await expect(database.system('select 1 / 0')).rejects.toMatchObject({ code: '22012' });
    const { rows } = await database.system(
      "select current_user as role, current_setting('enable_seqscan') as seqscan, current_setting('jit') as jit",
    );
    expect(rows).toEqual([{ role: 'hookline_system', seqscan: 'off', jit: 'off' }]);
  });
});

it('close waits for running transactions, and can be called again', async () => {
  const { database } = await openDatabase();
  const working = database.withTenant('acme', (transaction) =>
    transaction.execute(sql`select pg_sleep(0.3)`),
  );
  await until(() => database.counters.transactions === 1);
  await Promise.all([database.close(), working]);
  await database.close();
  await expect(database.ping()).rejects.toThrow();
});

/** Accepts each login and ends the session in the same packet, as a server does that is killed at that moment. */
async function startDyingPostgres(): Promise<string> {
  const message = (type: string, ...fields: (string | number)[]) => {
    const body = Buffer.concat(
      fields.map((field) =>
        typeof field === 'string' ? Buffer.from(`${field}\0`) : Buffer.from([0, 0, 0, field]),
      ),
    );
    const head = Buffer.alloc(5, type);
    head.writeInt32BE(body.length + 4, 1);
    return Buffer.concat([head, body]);
  };
  const readyForQuery = Buffer.from('Z\0\0\0\x05I');
  const goodbye = message(
    'E',
    'SFATAL',
    'C57P01',
    'Mterminating connection due to unexpected postmaster exit',
    '',
  );
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(Buffer.concat([message('R', 0), readyForQuery, goodbye])));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return `postgres://nobody@127.0.0.1:${(server.address() as { port: number }).port}/none`;
}
