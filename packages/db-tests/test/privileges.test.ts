import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { useDatabase } from './support/use-database.ts';

const server = useDatabase();

/** The rights of a tenant's transaction. A new grant must be added here. */
const TENANT_MAY: Record<string, string> = {
  alert_notifications: 'select',
  alert_rules: 'delete, insert, select, update',
  alerts: 'delete, select, update',
  announcements: 'insert, select',
  api_keys: 'select',
  attempts: 'select',
  audit_log: 'select',
  bulk_jobs: 'insert, select, update',
  connection_announcements: 'insert, select',
  connection_bulk_jobs: 'insert, select, update',
  connection_imports: 'select',
  connection_journal: 'insert, select',
  connection_links: 'insert, select, update',
  connection_routes: 'select',
  connection_tasks: 'delete, insert, select, update',
  connection_tokens: 'delete, insert, select, update',
  connections: 'insert, select, update',
  deliveries: 'select, update',
  endpoint_catalog: 'select, update',
  endpoint_failures: 'select',
  endpoints: 'insert, select, update',
  event_keys: 'select',
  event_types: 'delete, insert, select, update',
  events: 'select',
  grant_revocations: 'select',
  idempotency_keys: 'select',
  local_results: 'delete, insert, select',
  oauth_apps: 'insert, select, update',
  oauth_flows: 'insert, select',
  parked_keys: 'delete, select',
  platform_webhooks: 'insert, select, update',
  portal_sessions: 'select',
  portal_tokens: 'select',
  reconciliation_days: 'select',
  rejections: 'select',
  replays: 'insert, select, update',
  request_sends: 'insert, select',
  saved_views: 'delete, insert, select, update',
  schedules: 'delete, insert, select, update',
  sessions: 'select',
  shared_requests: 'delete, select',
  skipped_messages: 'select',
  sources: 'insert, select, update',
  statistics: 'select',
  statistics_changes: 'insert, select',
};

async function query<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
  const owner = await server.connect(server.ownerUrl);
  return (await owner.query<Row>(text, values)).rows;
}

/** The granted verbs of each table and view in our schemas. */
async function privilegesOf(role: string): Promise<Record<string, string>> {
  const rows = await query<{ name: string; verbs: string }>(
    `select c.relname as name, string_agg(verb, ', ' order by verb) as verbs
     from pg_class c, unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) as verb
     where c.relnamespace in ('public'::regnamespace, 'drizzle'::regnamespace) and c.relkind in ('r', 'p', 'v', 'm', 'f')
       and has_table_privilege($1, c.oid, verb)
     group by 1 order by 1`,
    [role],
  );
  return Object.fromEntries(rows.map(({ name, verbs }) => [name, verbs]));
}

describe('rights', () => {
  it('of a tenant are exactly these, and none on a partition itself', async () => {
    expect(await privilegesOf('hookline_tenant')).toEqual(TENANT_MAY);
  });

  it('of the system are to read and write rows, and to change no table', async () => {
    const verbs = Object.values(await privilegesOf('hookline_system'));
    expect(verbs.length).toBeGreaterThan(0);
    for (const each of verbs) expect(each).not.toMatch(/truncate|references|trigger/);
  });

  it('of nobody but the owner are to change or delete what is in the audit', async () => {
    expect((await privilegesOf('hookline_system'))['audit_log']).toBe('insert, select');
    const { database, owner } = await server.open();
    await owner.query(`insert into audit_log (id, created_at, actor_kind, actor_id, actor_role, operation, outcome, status, request_id)
      values ('aud_1', now(), 'key', 'key_1', 'operator', 'deleteEndpoint', 'done', 200, 'r')`);
    for (const text of [
      "update audit_log set actor_id = 'nobody'",
      'delete from audit_log',
      'truncate audit_log',
    ])
      await expect(database.withSystem((tx) => tx.execute(sql.raw(text)))).rejects.toMatchObject({
        cause: { message: expect.stringContaining('permission denied') },
      });
    expect((await owner.query('select from audit_log')).rowCount).toBe(1);
  });

  it('of the login without either role are to count the migrations', async () => {
    expect(await privilegesOf('hookline_service')).toEqual({ __drizzle_migrations: 'select' });
  });

  it('of all three roles do not include to own, create or bypass anything', async () => {
    const roles = await query(`
      select rolname as name, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication as strong,
        has_schema_privilege(oid, 'public', 'create') as creates,
        exists (select from pg_class where relowner = r.oid) or exists (select from pg_proc where proowner = r.oid) as owns
      from pg_roles r where rolname in ('hookline_tenant', 'hookline_system', 'hookline_service') order by 1`);
    expect(roles).toEqual(
      ['hookline_service', 'hookline_system', 'hookline_tenant'].map((name) => ({
        name,
        strong: false,
        creates: false,
        owns: false,
      })),
    );
  });

  it('of a tenant do not include direct access to a partition, which the policies of the table do not cover', async () => {
    const client = await server.connect();
    const [partition] = await query<{ name: string }>(
      "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'events'::regclass limit 1",
    );
    await client.query('begin; set local role hookline_tenant');
    await expect(client.query(`select from ${partition?.name}`)).rejects.toThrow(/permission denied/);
    await client.query('rollback');
  });
});

describe('policies', () => {
  it('are each for one of our roles, never for all roles', async () => {
    const rows = await query(`
      select tablename, policyname, roles::text from pg_policies
      where schemaname = 'public' and roles && '{public}'`);
    expect(rows).toEqual([]);
  });

  it('of a tenant require its own tenant in the rows it reads and in the rows it writes', async () => {
    const rows = await query<{
      table: string;
      using: string;
      check: string;
      permissive: string;
      cmd: string;
    }>(`
      select tablename as table, qual as using, with_check as check, permissive, cmd from pg_policies
      where schemaname = 'public' and 'hookline_tenant' = any (roles) and tablename <> 'endpoint_catalog'
        and (tablename, policyname) not in (('oauth_apps', 'installation'), ('endpoint_failures', 'own_endpoints'))`);
    const others = ['endpoint_catalog', 'endpoint_failures'];
    expect(rows.map(({ table }) => table).sort()).toEqual(
      Object.keys(TENANT_MAY).filter((table) => !others.includes(table)),
    );
    for (const row of rows) {
      expect(row).toMatchObject({
        using: '(tenant_id = hookline_tenant())',
        check: '(tenant_id = hookline_tenant())',
        permissive: 'PERMISSIVE',
        cmd: 'ALL',
      });
    }
  });

  it('let a tenant read the OAuth applications of the installation, and change none of them', async () => {
    const { database, owner } = await server.open();
    await owner.query(`insert into oauth_apps (id, tenant_id, provider, client_id, client_secret, source)
      values ('oap_all', null, 'github', 'c', 's', 'environment'), ('oap_other', 'other', 'github', 'c', 's', 'api')`);
    const run = (text: string) => database.withTenant('acme', (tx) => tx.execute(sql.raw(text)));
    expect((await run('select id from oauth_apps')).rows).toEqual([{ id: 'oap_all' }]);
    expect((await run("update oauth_apps set client_secret = 'own' returning id")).rows).toEqual([]);
    await expect(
      run(`insert into oauth_apps (id, tenant_id, provider, client_id, client_secret, source)
        values ('oap_own', null, 'github', 'c2', 's', 'api')`),
    ).rejects.toThrow();
  });

  it('let a tenant read the failures of its own endpoints alone, and change none of them', async () => {
    const { database, owner } = await server.open();
    await owner.query(`insert into endpoints (id, tenant_id, name, url, events, secrets, version)
      values ('ep_own', 'acme', 'n', 'u', '{*}', '[]', 1), ('ep_other', 'other', 'n', 'u', '{*}', '[]', 1)`);
    await owner.query(`insert into endpoint_failures (endpoint_id, failures, first_failed_at, last_failed_at)
      select id, 1, now(), now() from endpoints where id in ('ep_own', 'ep_other')`);
    const run = (text: string) => database.withTenant('acme', (tx) => tx.execute(sql.raw(text)));
    expect((await run('select endpoint_id from endpoint_failures')).rows).toEqual([
      { endpoint_id: 'ep_own' },
    ]);
    await expect(run('delete from endpoint_failures')).rejects.toThrow();
  });

  it.each(['sources', 'endpoints', 'deliveries'])(
    'do not let a tenant move a row to another tenant, or take over a row: %s',
    async (table) => {
      const { database, owner } = await server.open();
      await owner.query(`truncate ${table} cascade`);
      const columns: Record<string, string> = {
        sources: "(id, tenant_id, provider, token, secrets) values ('src', 'acme', 'github', 't', '{}')",
        endpoints:
          "(id, tenant_id, name, url, events, secrets, version) values ('ep', 'acme', 'n', 'u', '{*}', '[]', 1)",
        deliveries:
          "(event_id, endpoint_id, tenant_id, event_type, status, created_at) values ('evt', 'ep', 'acme', 'a', 'success', now())",
      };
      await owner.query(`insert into ${table} ${columns[table]}`);
      const giveAway = database.withTenant('acme', (transaction) =>
        transaction.execute(`update ${table} set tenant_id = 'other'`),
      );
      await expect(giveAway).rejects.toMatchObject({
        cause: { message: expect.stringContaining('row-level security policy') },
      });
      const take = await database.withTenant('other', (transaction) =>
        transaction.execute(`update ${table} set tenant_id = 'other'`),
      );
      expect(take.rowCount).toBe(0);
    },
  );
});

describe('functions that run as the owner', () => {
  it('are three, callable by the system only, with a fixed search path', async () => {
    const rows = await query<{ name: string; config: string[]; callers: string[] }>(`
      select proname as name, proconfig as config,
        array(select rolname::text from pg_roles
              where rolname like 'hookline%' and has_function_privilege(pg_roles.oid, p.oid, 'execute') order by 1) as callers
      from pg_proc p where pronamespace = 'public'::regnamespace and prosecdef order by 1`);
    expect(rows).toEqual(
      ['hookline_create_partitions', 'hookline_drop_audit_partitions', 'hookline_drop_partitions'].map(
        (name) => ({
          name,
          config: ['search_path=pg_catalog, public, pg_temp'],
          callers: ['hookline_system'],
        }),
      ),
    );
  });
});

describe('two tenants', () => {
  it('may use the same key, and neither can detect the other by it', async () => {
    const { owner } = await server.open();
    await owner.query(`
      insert into event_keys (tenant_id, dedupe_key, event_id, created_at)
      values ('acme', 'key', 'evt_1', now()), ('other', 'key', 'evt_2', now())`);
  });
});
