import { createDatabase, migrateDatabase, verifyDatabase } from '@hookline/db';
import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { startOwnPostgres } from './support/start-own-postgres.ts';

it('on a new server an owner that only has CREATEROLE can migrate, and can migrate again', async () => {
  const { url } = await startOwnPostgres();
  const superuser = new pg.Client({ connectionString: url });
  await superuser.connect();
  onTestFinished(() => superuser.end());
  await superuser.query("create role hookline_owner login createrole password 'owner'");
  await superuser.query('create database hookline owner hookline_owner');
  const urlOf = (user: string, password: string) => {
    const address = new URL(url);
    address.username = user;
    address.password = password;
    address.pathname = '/hookline';
    return address.href;
  };

  const ownerUrl = urlOf('hookline_owner', 'owner');
  const serviceRole = { name: 'hookline_service', password: 'service' };
  await migrateDatabase({ ownerUrl, serviceRole });
  await migrateDatabase({ ownerUrl, serviceRole });

  const serviceUrl = urlOf('hookline_service', 'service');
  await verifyDatabase(serviceUrl);
  const database = createDatabase({ url: serviceUrl, applicationName: 'test', onConnectionError: () => {} });
  onTestFinished(() => database.close());

  // Retention runs as the owner. Row level security is forced on the owner too, and retention must see open work and
  // old keys.
  await database.system('select hookline_create_partitions(10, 1)');
  await database.system(`
    insert into deliveries (event_id, endpoint_id, tenant_id, event_type, status, due_at, created_at)
    values ('evt_open', 'ep', 'acme', 'a', 'pending', now(), now() - interval '9 days'),
           ('evt_done', 'ep', 'acme', 'a', 'success', null, now() - interval '8 days')`);
  await database.system(`
    insert into event_keys (tenant_id, dedupe_key, event_id, created_at)
    values ('acme', 'open', 'evt_open', now() - interval '9 days'),
           ('acme', 'done', 'evt_done', now() - interval '8 days'),
           ('acme', 'new', 'evt_new', now())`);
  const { rows } = await database.system<{ dropped: boolean; n: number }>(`
    select dropped, count(*)::int as n from hookline_drop_partitions(now() - interval '5 days')
    group by dropped order by dropped`);
  // A day has eight tables. The day with open work is kept whole, and four other days were dropped.
  expect(rows).toEqual([
    { dropped: false, n: 8 },
    { dropped: true, n: 32 },
  ]);
  const { rows: keys } = await database.system('select dedupe_key as key from event_keys order by 1');
  expect(keys).toEqual([{ key: 'new' }, { key: 'open' }]);

  // The owner sees no events of tenants.
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  onTestFinished(() => owner.end());
  await database.system(`
    insert into sources (id, tenant_id, provider, token, secrets) values ('src_1', 'acme', 'github', 't', '{}')`);
  expect((await owner.query('select * from sources')).rows).toEqual([]);
});
