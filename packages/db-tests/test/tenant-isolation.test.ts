import { createDatabase, type Database } from '@hookline/db';
import { createTestDatabase, type TestDatabase } from '@hookline/testkit';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';

let testDatabase: TestDatabase;
let owner: pg.Client;
let database: Database;
const errors: Error[] = [];

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  owner = new pg.Client({ connectionString: testDatabase.ownerUrl });
  await owner.connect();
  database = createDatabase({
    url: testDatabase.serviceUrl,
    applicationName: 'test',
    // Two connections, so that a transaction meets anything that an earlier transaction left behind.
    maxConnections: 2,
    onConnectionError: (error) => errors.push(error),
  });
});

afterAll(async () => {
  await database?.close();
  await owner?.end();
  await testDatabase?.drop();
});

/** For each table with a tenant, a row in SQL. The first test fails if a table is missing here. */
const SAMPLES: Record<string, (tenant: string) => string> = {
  api_keys: (t) =>
    `insert into api_keys (id, tenant_id, role, key_hash, prefix, scopes) values ('key_${t}', '${t}', 'tenant', 'hash ${t}', 'hl_', '{*}')`,
  sessions: (t) =>
    `insert into sessions (id, tenant_id, role, secret_hash, scopes, subject, expires_at) values ('ses_${t}', '${t}', 'tenant', 'hash ${t}', '{*}', 's', now())`,
  portal_sessions: (t) =>
    `insert into portal_sessions (id, tenant_id, token_hash, capabilities, return_url, maker_id, expires_at) values ('pts_${t}', '${t}', 'hash ${t}', '{}', 'u', 'key_1', now())`,
  portal_tokens: (t) =>
    `insert into portal_tokens (token_hash, tenant_id, session_id, expires_at) values ('hash ${t}', '${t}', 'pts_${t}', now())`,
  saved_views: (t) =>
    `insert into saved_views (id, tenant_id, owner_id, list, name, filters, columns, shared, position) values ('vw_${t}', '${t}', 'key_1', 'events', 'n', '{}', '{}', true, 0)`,
  idempotency_keys: (t) =>
    `insert into idempotency_keys (tenant_id, operation, key, request_hash, run_id, lease_until) values ('${t}', 'createEndpoint', 'k', '', 'r', now())`,
  audit_log: (t) =>
    `insert into audit_log (id, created_at, tenant_id, actor_kind, actor_id, actor_role, operation, outcome, status, request_id) values ('aud_${t}', now(), '${t}', 'key', 'key_1', 'operator', 'deleteEndpoint', 'done', 200, 'r')`,
  alert_rules: (t) =>
    `insert into alert_rules (id, tenant_id, name, active, kind, condition, fires_after_seconds, recovers_after_seconds, notices_per_hour, channels, sealed_secrets) values ('alr_${t}', '${t}', 'n', true, 'endpoint_failing', '{}', 0, 0, 6, '[]', '')`,
  alerts: (t) =>
    `insert into alerts (id, tenant_id, rule_id, rule_name, kind, state, subject_type, subject_id, value, since) values ('alt_${t}', '${t}', 'alr_${t}', 'n', 'endpoint_failing', 'pending', 'endpoint', 'ep_${t}', '{}', now())`,
  alert_notifications: (t) =>
    `insert into alert_notifications (id, tenant_id, rule_id, alert_id, kind, channel, channel_type, message) values ('ntf_${t}', '${t}', 'alr_${t}', 'alt_${t}', 'firing', 'event', 'event', '{}')`,
  sources: (t) =>
    `insert into sources (id, tenant_id, provider, token, secrets) values ('src_${t}', '${t}', 'github', 'token ${t}', '{}')`,
  rejections: (t) =>
    `insert into rejections (id, tenant_id, provider, code, reason, headers, body_start, created_at) values ('rej_${t}', '${t}', 'github', 'c', 'r', '{}', '', now())`,
  endpoints: (t) =>
    `insert into endpoints (id, tenant_id, name, url, events, secrets, version) values ('ep_${t}', '${t}', 'n', 'u', '{*}', '[]', 1)`,
  events: (t) =>
    `insert into events (id, tenant_id, type, source, provider, via, event_time, received_at, stored_at, payload, size_bytes, stream_seq, stream_epoch, matched, created_at) values ('evt_${t}', '${t}', 'a', '/a', 'app', 'api', now(), now(), now(), '', 0, 1, 'e', 0, now())`,
  event_types: (t) => `insert into event_types (tenant_id, type, registered) values ('${t}', 'a', true)`,
  event_keys: (t) =>
    `insert into event_keys (tenant_id, dedupe_key, event_id, created_at) values ('${t}', 'k', 'evt_${t}', now())`,
  skipped_messages: (t) =>
    `insert into skipped_messages (stream_epoch, stream_seq, reason, tenant_id, created_at) values ('e', ${t === 'a' ? 1 : 2}, 'duplicate', '${t}', now())`,
  schedules: (t) =>
    `insert into schedules (id, tenant_id, cron, time_zone, type, data, catch_up, active) values ('sch_${t}', '${t}', '0 9 * * *', 'UTC', 'tick', 'null', 'one', true)`,
  shared_requests: (t) =>
    `insert into shared_requests (id, tenant_id, content, created_at) values ('evt_${t}', '${t}', '', now())`,
  request_sends: (t) =>
    `insert into request_sends (request_id, endpoint_id, event_id, tenant_id, created_at) values ('evt_${t}', 'ep_${t}', 'evt_${t}', '${t}', now())`,
  local_results: (t) =>
    `insert into local_results (event_id, number, tenant_id, reporter, duration_ms, response_code, created_at) values ('evt_${t}', 1, '${t}', 'laptop', 1, 200, now())`,
  deliveries: (t) =>
    `insert into deliveries (event_id, endpoint_id, tenant_id, event_type, status, due_at, created_at) values ('evt_${t}', 'ep_${t}', '${t}', 'a', 'pending', now(), now())`,
  parked_keys: (t) =>
    `insert into parked_keys (endpoint_id, ordering_key, tenant_id, event_id) values ('ep_${t}', 'k', '${t}', 'evt_${t}')`,
  announcements: (t) =>
    `insert into announcements (id, tenant_id, endpoint_id, type, data) values ('ann_${t}', '${t}', 'ep_${t}', 'endpoint.disabled', '{}')`,
  replays: (t) =>
    `insert into replays (id, tenant_id, status, requested_by, selection, until, total, total_exact, due_at) values ('rpl_${t}', '${t}', 'running', 'tenant', '{}', now(), 0, true, now())`,
  bulk_jobs: (t) =>
    `insert into bulk_jobs (id, tenant_id, kind, action, filter, status, requested_by, actor, until, total, total_exact, due_at) values ('blk_${t}', '${t}', 'deliveries', 'cancel', '{}', 'running', 'tenant', 'tenant key', now(), 0, true, now())`,
  statistics_changes: (t) =>
    `insert into statistics_changes (tenant_id, endpoint_id, event_type, bucket) values ('${t}', 'ep_${t}', 'a', now())`,
  statistics: (t) =>
    `insert into statistics values ('${t}', 'ep_${t}', 300, now(), 'a', 0, 0, 0, 0, 0, 0, 0, 0, 0, '{}', '{}')`,
  oauth_apps: (t) =>
    `insert into oauth_apps (id, tenant_id, provider, client_id, client_secret, source) values ('oap_${t}', '${t}', 'github', 'c', 's', 'api')`,
  oauth_flows: (t) =>
    `insert into oauth_flows (state_hash, tenant_id, provider, app_id, browser_hash, redirect_uri, scopes, user_scopes, key_id, expires_at) values ('${t}', '${t}', 'github', 'oap_${t}', '', 'u', '{}', '{}', 'key_1', now())`,
  connection_links: (t) =>
    `insert into connection_links (token_hash, tenant_id, provider, app_id, key_id, expires_at) values ('${t}', '${t}', 'github', 'oap_${t}', 'key_1', now())`,
  connections: (t) =>
    `insert into connections (id, tenant_id, provider, app_id, account_id, scopes_requested, status, consent_at) values ('con_${t}', '${t}', 'github', 'oap_${t}', '1', '{}', 'connected', now())`,
  connection_tokens: (t) =>
    `insert into connection_tokens (connection_id, kind, tenant_id, access_sealed) values ('con_${t}', 'access', '${t}', 's')`,
  grant_revocations: (t) =>
    `insert into grant_revocations (id, tenant_id, reason, provider, app_id, origins, kind, access_sealed, sealed_for, due_at, ends_at) values ('grv_${t}', '${t}', 'disconnected', 'github', 'oap_${t}', '{}', 'access', 's', 'con_${t}', now(), now())`,
  connection_imports: (t) =>
    `insert into connection_imports (import_hash, tenant_id) values ('${t}', '${t}')`,
  connection_announcements: (t) =>
    `insert into connection_announcements (id, tenant_id, type, source, payload) values ('can_${t}', '${t}', 'a.b', '/a', '{}')`,
  connection_journal: (t) =>
    `insert into connection_journal (id, connection_id, tenant_id, kind, outcome, text) values ('cjn_${t}', 'con_${t}', '${t}', 'status', 'o', 't')`,
  connection_tasks: (t) =>
    `insert into connection_tasks (id, connection_id, tenant_id, app_id, kind, name, interval_seconds, phase, due_at) values ('tsk_${t}', 'con_${t}', '${t}', 'oap_${t}', 'poll', 'n', 60, 0, now())`,
  connection_bulk_jobs: (t) =>
    `insert into connection_bulk_jobs (id, tenant_id, kind, action, filter, status, requested_by, actor, until, total, total_exact, due_at) values ('cbj_${t}', '${t}', 'connections', 'pause', '{}', 'running', 'tenant', 'tenant key', now(), 0, true, now())`,
  platform_webhooks: (t) =>
    `insert into platform_webhooks (id, tenant_id, platform, watch, resource, connection_ids, connection_id, app_id, account_id, webhook_url, status) values ('pwh_${t}', '${t}', 'github', 'w', 'r', '{}', 'con_${t}', 'oap_${t}', 'a', 'u', 'pending')`,
  connection_routes: (t) =>
    `insert into connection_routes (app_id, account_key, connection_id, tenant_id) values ('oap_${t}', 'k', 'con_${t}', '${t}')`,
  reconciliation_days: (t) =>
    `insert into reconciliation_days (connection_id, day, stream, tenant_id) values ('con_${t}', '2026-01-01', 's', '${t}')`,
  attempts: (t) =>
    `insert into attempts (event_id, endpoint_id, attempt, tenant_id, trigger, started_at, duration_ms, outcome, created_at) values ('evt_${t}', 'ep_${t}', 1, '${t}', 'schedule', now(), 1, 'success', now())`,
};

async function tenantTables(): Promise<string[]> {
  const { rows } = await owner.query<{ name: string }>(`
    select c.relname as name
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    order by 1`);
  return rows.map(({ name }) => name);
}

test('every table with a tenant is covered by these tests', async () => {
  expect(await tenantTables()).toEqual(Object.keys(SAMPLES).sort());
});

test('row level security is on and forced for every table and every partition', async () => {
  const { rows } = await owner.query(`
    select relname from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not (relrowsecurity and relforcerowsecurity)`);
  expect(rows).toEqual([]);
});

test('a tenant sees and changes its own rows, in every table, and never another one’s', async () => {
  for (const [table, sample] of Object.entries(SAMPLES)) {
    await owner.query(sample('a'));
    await owner.query(sample('b'));

    const seen = await database.withTenant('a', (tx) =>
      tx.execute(sql.raw(`select tenant_id from ${table}`)),
    );
    expect(seen.rows, `${table}: select`).toEqual([{ tenant_id: 'a' }]);

    for (const verb of [
      `update ${table} set tenant_id = tenant_id where tenant_id = 'b'`,
      `delete from ${table} where tenant_id = 'b'`,
    ]) {
      const changed = await database
        .withTenant('a', (tx) => tx.execute(sql.raw(verb)))
        .then(({ rowCount }) => rowCount)
        // To have no right at all is as good.
        .catch((error: Error) => (/permission denied/.test(String(error.cause)) ? 0 : Promise.reject(error)));
      expect(changed, `${table}: ${verb}`).toBe(0);
    }

    const smuggled = database.withTenant('a', (tx) =>
      tx.execute(sql.raw(sample('c').replaceAll("'c'", "'b'").replace("'hash c'", "'hash x'"))),
    );
    await expect(smuggled, `${table}: insert`).rejects.toThrow();

    const all = await database.withSystem((tx) =>
      tx.execute(sql.raw(`select tenant_id from ${table} order by 1`)),
    );
    expect(all.rows, `${table}: system`).toEqual([{ tenant_id: 'a' }, { tenant_id: 'b' }]);
  }
});

test('without a role, or without a tenant, no rows are visible', async () => {
  const login = new pg.Client({ connectionString: testDatabase.serviceUrl });
  await login.connect();
  await expect(login.query('select * from events')).rejects.toThrow(/permission denied/);
  await login.query('begin; set local role hookline_tenant');
  expect((await login.query('select * from events')).rows).toEqual([]);
  await login.query('commit');
  await login.end();
});

test('a tenant does not stay on a pooled connection, however its transaction ends', async () => {
  const tenants = Array.from({ length: 60 }, (_, index) => `tenant ${index % 7}`);
  const results = await Promise.allSettled(
    tenants.map((tenant, index) =>
      database.withTenant(tenant, async (tx) => {
        const { rows } = await tx.execute<{ tenant: string }>(sql`select hookline_tenant() as tenant`);
        expect(rows[0]?.tenant).toBe(tenant);
        if (index % 5 === 1) throw new Error('the work failed');
        if (index % 5 === 2) await tx.execute(sql`select 1 / 0`);
        return tenant;
      }),
    ),
  );
  expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(24);
  const after = await database.withSystem((tx) =>
    tx.execute<{ tenant: string | null; role: string }>(
      sql`select hookline_tenant() as tenant, current_user as role`,
    ),
  );
  expect(after.rows).toEqual([{ tenant: null, role: 'hookline_system' }]);
});

test('a tenant name that looks like SQL is only a name', async () => {
  const tenant = `x'; set local role hookline_system; --`;
  const { rows } = await database.withTenant(tenant, (tx) =>
    tx.execute<{ tenant: string; role: string }>(
      sql`select hookline_tenant() as tenant, current_user as role`,
    ),
  );
  expect(rows).toEqual([{ tenant, role: 'hookline_tenant' }]);
});

test('a connection that breaks fails its own transaction and no other', async () => {
  const cut = database.withSystem(async (tx) => {
    const { rows } = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
    await owner.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    await tx.execute(sql`select 1`);
  });
  await expect(cut).rejects.toThrow();
  expect((await database.system<{ n: number }>('select 1 as n')).rows).toEqual([{ n: 1 }]);
  await database.ping();
});

test('an open delivery cannot be without a due time', async () => {
  const insert = (status: string, due: string, lease: string) =>
    owner.query(
      `insert into deliveries (event_id, endpoint_id, tenant_id, event_type, status, due_at, lease_id, created_at)
       values ('evt_' || gen_random_uuid(), 'ep', 't', 'a', '${status}', ${due}, ${lease}, now())`,
    );
  for (const status of ['pending', 'retrying', 'sending']) {
    await expect(insert(status, 'null', 'null'), status).rejects.toThrow(/check constraint/);
  }
  await expect(insert('sending', 'now()', 'null')).rejects.toThrow(/check constraint/);
  await expect(insert('success', 'now()', 'null')).rejects.toThrow(/check constraint/);
  await expect(insert('lost', 'null', 'null')).rejects.toThrow(/check constraint/);
  await insert('sending', 'now()', "'l'");
  await insert('failed', 'now()', "'l'");
  await insert('success', 'null', 'null');
});
