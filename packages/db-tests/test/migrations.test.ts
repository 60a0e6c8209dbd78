import { randomBytes } from 'node:crypto';
import {
  createDatabase,
  listMigrations,
  type Migration,
  migrateDatabase,
  verifyDatabase,
} from '@hookline/db';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { useDatabase } from './support/use-database.ts';

const server = useDatabase();

const unique = (prefix: string) => `${prefix}_${randomBytes(6).toString('hex')}`;

function urlOf(change: { database?: string; user?: string; password?: string }): string {
  const url = new URL(server.ownerUrl);
  if (change.database) url.pathname = `/${change.database}`;
  if (change.user) url.username = change.user;
  if (change.password) url.password = change.password;
  return url.href;
}

interface Owned {
  ownerUrl: string;
  database: string;
  owner: string;
}

/** An empty database, and an owner of it that may create roles and nothing more. */
async function createOwned(superuser: pg.Client): Promise<Owned> {
  const [database, owner, password] = [unique('db'), unique('owner'), unique('password')];
  await superuser.query(
    `create role ${owner} login createrole nosuperuser nobypassrls password '${password}'`,
  );
  // As if this owner had created the roles. In fact the superuser created them, with the template of the test run.
  await superuser.query(
    `grant hookline_tenant, hookline_system to ${owner} with admin true, inherit false, set false`,
  );
  await superuser.query(`create database ${database} owner ${owner}`);
  return { ownerUrl: urlOf({ database, user: owner, password }), database, owner };
}

async function makeOwned(): Promise<Owned> {
  const superuser = await server.connect(server.ownerUrl);
  const owned = await createOwned(superuser);
  onTestFinished(() => drop(superuser, owned));
  return owned;
}

async function drop(superuser: pg.Client, { database }: Owned): Promise<void> {
  await superuser.query(`drop database ${database} with (force)`);
}

/** A database that its owner has migrated. The tests clone it, which is faster than a migration. */
let template: Owned;
beforeAll(async () => {
  await asSuperuser(async (superuser) => {
    template = await createOwned(superuser);
    await migrateDatabase({ ownerUrl: template.ownerUrl });
  });
});
afterAll(() => asSuperuser((superuser) => drop(superuser, template)));

async function asSuperuser(work: (superuser: pg.Client) => Promise<void>): Promise<void> {
  const superuser = new pg.Client({ connectionString: server.ownerUrl });
  await superuser.connect();
  await work(superuser).finally(() => superuser.end());
}

/** As `makeOwned`, and the owner has migrated the database. */
async function makeMigrated(): Promise<Owned> {
  const superuser = await server.connect(server.ownerUrl);
  const database = unique('db');
  await superuser.query(
    `create database ${database} template ${template.database} owner ${template.owner} strategy file_copy`,
  );
  const url = new URL(template.ownerUrl);
  url.pathname = `/${database}`;
  const owned = { ...template, ownerUrl: url.href, database };
  onTestFinished(() => drop(superuser, owned));
  return owned;
}

function serviceRole() {
  return { name: unique('service'), password: unique('password') };
}

async function query<Row extends pg.QueryResultRow>(url: string, text: string): Promise<Row[]> {
  const client = await server.connect(url);
  return (await client.query<Row>(text)).rows;
}

describe('a migration as an owner that is not a superuser', () => {
  it('creates a login that a service can use, and can be repeated', async () => {
    const { ownerUrl, database } = await makeOwned();
    const role = serviceRole();
    await migrateDatabase({ ownerUrl, serviceRole: role });
    await migrateDatabase({ ownerUrl, serviceRole: role });
    const url = urlOf({ database, user: role.name, password: role.password });
    await verifyDatabase(url);

    const service = createDatabase({ url, applicationName: 'test', onConnectionError: () => {} });
    onTestFinished(() => service.close());
    expect((await service.system('select hookline_create_partitions(0, 20) as made')).rows).toEqual([
      { made: 117 },
    ]);
    await service.withTenant('acme', async () => {});
  });

  it('changes the password of an existing login', async () => {
    const { ownerUrl, database } = await makeMigrated();
    const { name } = serviceRole();
    await migrateDatabase({ ownerUrl, serviceRole: { name, password: 'first' } });
    await migrateDatabase({ ownerUrl, serviceRole: { name, password: "it's the \\second" } });
    const [role] = await query<{ rolpassword: string }>(
      server.ownerUrl,
      `select rolpassword from pg_authid where rolname = '${name}'`,
    );
    expect(role?.rolpassword).toMatch(/^SCRAM/);
    await verifyDatabase(urlOf({ database, user: name, password: "it's the \\second" }));
  });

  it('revokes excess rights of an existing login', async () => {
    const { ownerUrl, database } = await makeMigrated();
    const role = serviceRole();
    await query(server.ownerUrl, `create role ${role.name} login superuser`);
    const migrating = migrateDatabase({ ownerUrl, serviceRole: role });
    // Only a superuser can revoke them. Any other owner must get an error.
    await expect(migrating).rejects.toThrow();
    await migrateDatabase({ ownerUrl: urlOf({ database }), serviceRole: role });
    await verifyDatabase(urlOf({ database, user: role.name, password: role.password }));
  });
});

describe('concurrent migrations', () => {
  it('of one database, with the same new login, leave one schema and one login', async () => {
    const { ownerUrl, database } = await makeOwned();
    const role = serviceRole();
    await Promise.all(Array.from({ length: 4 }, () => migrateDatabase({ ownerUrl, serviceRole: role })));
    const [{ n } = { n: 0 }] = await query<{ n: number }>(
      ownerUrl,
      'select count(*)::int as n from drizzle.__drizzle_migrations',
    );
    expect(n).toBe(listMigrations().length);
    await verifyDatabase(urlOf({ database, user: role.name, password: role.password }));
  });

  it('of several databases of one server, which share their roles, succeed', async () => {
    const owned = await Promise.all(Array.from({ length: 3 }, makeOwned));
    const role = serviceRole();
    // As a superuser, because only the creator of a role may grant it.
    await Promise.all(
      owned.map(({ database }) => migrateDatabase({ ownerUrl: urlOf({ database }), serviceRole: role })),
    );
    for (const { database } of owned) {
      await verifyDatabase(urlOf({ database, user: role.name, password: role.password }));
    }
  });
});

describe('a migration that is interrupted', () => {
  it('leaves no partial changes, and the next migration applies all of them', async () => {
    const { ownerUrl, database } = await makeOwned();
    const breaker = await server.connect(server.ownerUrl);
    const migrating = migrateDatabase({ ownerUrl });
    const broken = expect(migrating).rejects.toThrow();
    const terminate = async () =>
      (
        await breaker.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = $1 and application_name = 'hookline-migrate'`,
          [database],
        )
      ).rowCount;
    while (!(await terminate()));
    await broken;
    await migrateDatabase({ ownerUrl });
    const [{ n } = { n: 0 }] = await query<{ n: number }>(
      ownerUrl,
      'select count(*)::int as n from drizzle.__drizzle_migrations',
    );
    expect(n).toBe(listMigrations().length);
  });

  it('reports the error of Postgres, not the text of the migration', async () => {
    const { ownerUrl } = await makeOwned();
    await query(ownerUrl, 'create table sources (id text)');
    await expect(migrateDatabase({ ownerUrl })).rejects.toMatchObject({
      message: 'relation "sources" already exists',
      code: '42P07',
    });
  });
});

describe('a service that starts', () => {
  it('refuses the owner of the tables, which can switch row level security off', async () => {
    const { ownerUrl } = await makeMigrated();
    await expect(verifyDatabase(ownerUrl)).rejects.toMatchObject({
      code: 'unsafe_role',
      message: expect.stringContaining('owns'),
    });
  });

  it('refuses a login that may act as the owner', async () => {
    const { name, password } = serviceRole();
    const owner = new URL(server.ownerUrl).username;
    await query(
      server.ownerUrl,
      `create role ${name} login password '${password}' in role hookline_tenant, hookline_system, ${owner}`,
    );
    await expect(verifyDatabase(urlOf({ user: name, password }))).rejects.toMatchObject({
      code: 'unsafe_role',
      message: expect.stringContaining('may act as its owner'),
    });
  });

  it('refuses a login that bypasses row level security', async () => {
    const { ownerUrl, database } = await makeMigrated();
    const role = serviceRole();
    await migrateDatabase({ ownerUrl, serviceRole: role });
    await query(server.ownerUrl, `alter role ${role.name} bypassrls`);
    const url = urlOf({ database, user: role.name, password: role.password });
    await expect(verifyDatabase(url)).rejects.toMatchObject({ code: 'unsafe_role' });
  });

  it('refuses a login that is not a member of the services’ roles', async () => {
    const { ownerUrl, database } = await makeMigrated();
    const role = serviceRole();
    await query(server.ownerUrl, `create role ${role.name} login password '${role.password}'`);
    const url = urlOf({ database, user: role.name, password: role.password });
    await expect(verifyDatabase(url)).rejects.toMatchObject({ code: 'missing_rights' });
    await query(ownerUrl, `grant usage on schema drizzle to ${role.name}`);
    await query(ownerUrl, `grant select on drizzle.__drizzle_migrations to ${role.name}`);
    await expect(verifyDatabase(url)).rejects.toMatchObject({
      code: 'missing_rights',
      message: expect.stringContaining(`"${role.name}" may not act as hookline_tenant`),
    });
    await query(ownerUrl, `grant hookline_tenant, hookline_system to ${role.name}`);
    await verifyDatabase(url);
  });

  it('refuses a database that lacks migrations, and says how to migrate it', async () => {
    const { database } = await makeOwned();
    const role = serviceRole();
    const url = urlOf({ database, user: role.name, password: role.password });
    await query(server.ownerUrl, `create role ${role.name} login password '${role.password}'`);
    await expect(verifyDatabase(url)).rejects.toMatchObject({
      code: 'migrations_missing',
      message: expect.stringContaining('npm run db:migrate'),
    });
    await migrateDatabase({ ownerUrl: urlOf({ database }), serviceRole: role });
    await verifyDatabase(url);
    await query(
      urlOf({ database }),
      'delete from drizzle.__drizzle_migrations where id = (select max(id) from drizzle.__drizzle_migrations)',
    );
    await expect(verifyDatabase(url)).rejects.toMatchObject({
      code: 'migrations_missing',
      message: expect.stringContaining(`${listMigrations().length - 1} of ${listMigrations().length}`),
    });
  });

  it('refuses a database that another version of a migration created, and names the migration', async () => {
    const { ownerUrl, database } = await makeMigrated();
    const role = serviceRole();
    await migrateDatabase({ ownerUrl, serviceRole: role });
    const { name, createdAtMs } = listMigrations()[3] as Migration;
    await query(
      urlOf({ database }),
      `update drizzle.__drizzle_migrations set hash = 'of another text' where created_at = ${createdAtMs}`,
    );
    await expect(
      verifyDatabase(urlOf({ database, user: role.name, password: role.password })),
    ).rejects.toMatchObject({
      code: 'migrations_changed',
      message: expect.stringContaining(`another version of ${name}.`),
    });
  });

  it('refuses a table, and a partition, that row level security does not protect', async () => {
    const { ownerUrl, database } = await makeMigrated();
    const role = serviceRole();
    await migrateDatabase({ ownerUrl, serviceRole: role });
    const url = urlOf({ database, user: role.name, password: role.password });
    for (const [table, make] of [
      ['unprotected', 'create table unprotected (id text)'],
      ['unforced', 'create table unforced (id text); alter table unforced enable row level security'],
      ['events_default', 'create table events_default partition of events default'],
    ] as const) {
      await query(ownerUrl, make);
      await expect(verifyDatabase(url)).rejects.toMatchObject({
        code: 'unprotected_table',
        message: `row level security is not forced on: ${table}`,
      });
      await query(ownerUrl, `drop table ${table}`);
    }
    await verifyDatabase(url);
  });

  it('refuses a view that tenants can read and that shows the rows its owner sees', async () => {
    const { ownerUrl, database } = await makeMigrated();
    const role = serviceRole();
    await migrateDatabase({ ownerUrl, serviceRole: role });
    const url = urlOf({ database, user: role.name, password: role.password });
    await query(ownerUrl, 'create view all_sources as select * from sources');
    await query(ownerUrl, 'create materialized view source_count as select count(*) from sources');
    // A view that the services cannot read is no problem.
    await verifyDatabase(url);
    await query(ownerUrl, 'grant select on all_sources, source_count to hookline_tenant');
    await expect(verifyDatabase(url)).rejects.toMatchObject({
      code: 'unprotected_table',
      message: 'row level security is not forced on: all_sources, source_count',
    });
    await query(ownerUrl, 'drop materialized view source_count');
    await query(ownerUrl, 'alter view all_sources set (security_invoker = on)');
    await verifyDatabase(url);
  });
});
