import { isTransientDatabaseError } from '@hookline/db';
import type pg from 'pg';
import { describe, expect, it } from 'vitest';
import { useDatabase } from './support/use-database.ts';

/** Each test starts with empty partitions for the days from five days ago to tomorrow. */
const server = useDatabase(async (owner) => {
  for (const parent of PARENTS)
    await owner.query(`drop table ${(await partitions(owner, parent)).join(', ')}`);
  await create(owner, 5, 1);
});

const DAY_MS = 86_400_000;
/** Inserts a row with the given time into each partitioned table. Other columns get their defaults. */
const INSERTS: Record<string, string> = {
  events: `insert into events (id, tenant_id, type, source, provider, via, event_time, received_at, stored_at, payload, size_bytes, stream_seq, stream_epoch, matched, created_at)
    values (gen_random_uuid(), 'acme', 'a', '/a', 'app', 'api', $1, $1, $1, '', 0, 1, 'e', 0, $1)`,
  deliveries: `insert into deliveries (event_id, endpoint_id, tenant_id, event_type, status, created_at)
    values (gen_random_uuid(), 'ep', 'acme', 'a', 'success', $1)`,
  attempts: `insert into attempts (event_id, endpoint_id, attempt, tenant_id, trigger, started_at, duration_ms, outcome, created_at)
    values (gen_random_uuid(), 'ep', 1, 'acme', 'schedule', $1, 1, 'success', $1)`,
  rejections: `insert into rejections (id, provider, code, reason, headers, body_start, created_at)
    values (gen_random_uuid(), 'github', 'c', 'r', '{}', '', $1)`,
  skipped_messages: `insert into skipped_messages (stream_epoch, stream_seq, reason, created_at)
    values (gen_random_uuid(), 1, 'malformed', $1)`,
  shared_requests: `insert into shared_requests (id, tenant_id, content, created_at)
    values (gen_random_uuid(), 'acme', '', $1)`,
  audit_log: `insert into audit_log (id, created_at, actor_kind, actor_id, actor_role, operation, outcome, status, request_id)
    values (gen_random_uuid(), $1, 'key', 'key_1', 'operator', 'deleteEndpoint', 'done', 200, 'r')`,
  request_sends: `insert into request_sends (request_id, endpoint_id, event_id, tenant_id, created_at)
    values (gen_random_uuid(), 'ep', 'evt', 'acme', $1)`,
  local_results: `insert into local_results (event_id, number, tenant_id, reporter, duration_ms, response_code, created_at)
    values (gen_random_uuid(), 1, 'acme', 'laptop', 1, 200, $1)`,
};
const PARENTS = Object.keys(INSERTS);
/** Their days are dropped together. The audit is kept for a time of its own. */
const DROPPED_TOGETHER = PARENTS.filter((parent) => parent !== 'audit_log');

function utcDay(days: number): Date {
  return new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS + days * DAY_MS);
}

function suffix(day: Date): string {
  return day.toISOString().slice(0, 10).replaceAll('-', '');
}

async function partitions(client: pg.Client, parent: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select inhrelid::regclass::text as name from pg_inherits
     join pg_class on pg_class.oid = inhrelid and relkind = 'r'
     where inhparent = $1::regclass order by 1`,
    [parent],
  );
  return rows.map(({ name }) => name);
}

/** As retention does: as hookline_system, on a connection of the login. */
async function asSystem(): Promise<pg.Client> {
  const client = await server.connect();
  await client.query('set role hookline_system');
  return client;
}

async function create(client: pg.Client, before: number, after: number): Promise<number> {
  const { rows } = await client.query<{ made: number }>('select hookline_create_partitions($1, $2) as made', [
    before,
    after,
  ]);
  return rows[0]?.made ?? Number.NaN;
}

/** The days with dropped partitions, and the days that were kept although they are old enough. */
async function drop(client: pg.Client, keepFrom: Date) {
  const { rows } = await client.query<{ name: string; dropped: boolean }>(
    'select partition_name as name, dropped from hookline_drop_partitions($1)',
    [keepFrom],
  );
  const days = (dropped: boolean) => [
    ...new Set(rows.filter((row) => row.dropped === dropped).map(({ name }) => name.slice(-8))),
  ];
  return { rows, dropped: days(true), kept: days(false) };
}

describe('partitions', () => {
  it('are created once for each table and each day, past and future', async () => {
    const system = await asSystem();
    expect(await create(system, 6, 3)).toBe(PARENTS.length * 3);
    expect(await create(system, 6, 3)).toBe(0);
    const days = Array.from({ length: 10 }, (_, index) => suffix(utcDay(index - 6)));
    for (const parent of PARENTS) {
      expect(await partitions(system, parent)).toEqual(days.map((day) => `${parent}_${day}`));
    }
  });

  it('are created once by concurrent calls', async () => {
    const clients = await Promise.all([asSystem(), asSystem(), asSystem(), asSystem()]);
    const made = await Promise.all(clients.map((client) => create(client, 5, 20)));
    expect(made.sort((a, b) => a - b)).toEqual([0, 0, 0, PARENTS.length * 19]);
  });

  it('can be created while rows are written', async () => {
    const [system, writer] = await Promise.all([asSystem(), asSystem()]);
    await writer.query('begin');
    await writer.query(INSERTS['events'] ?? '', [new Date()]);
    await system.query("set lock_timeout = '5s'");
    const creating = create(system, 5, 10);
    await writer.query(INSERTS['deliveries'] ?? '', [new Date()]);
    await writer.query('commit');
    expect(await creating).toBe(PARENTS.length * 9);
  });

  it('have row level security forced, and grant no rights of their own', async () => {
    const owner = await server.connect(server.ownerUrl);
    const { rows } = await owner.query<{ name: string; open: boolean }>(`
      select c.relname as name, not (c.relrowsecurity and c.relforcerowsecurity)
        or has_table_privilege('hookline_tenant', c.oid, 'select, insert, update, delete')
        or has_table_privilege('hookline_system', c.oid, 'select, insert, update, delete') as open
      from pg_class c where c.relispartition and c.relkind = 'r'`);
    expect(rows.length).toBe(PARENTS.length * 7);
    expect(rows.filter(({ open }) => open)).toEqual([]);
  });

  it.each(['UTC', 'Asia/Kolkata', 'Pacific/Kiritimati', 'America/Los_Angeles'])(
    'begin and end with the day in UTC, whatever the time zone of the server: %s',
    async (timezone) => {
      const owner = await server.connect(server.ownerUrl);
      await owner.query(`set timezone = '${timezone}'; set datestyle = 'German'`);
      // Next to the days that are there.
      expect(await create(owner, 7, 3)).toBe(PARENTS.length * 4);
      for (const parent of PARENTS) {
        for (const days of [-7, -6, 2, 3]) {
          const day = utcDay(days);
          const last = new Date(day.getTime() + DAY_MS - 1);
          for (const time of [day, last]) {
            const { rows } = await owner.query<{ partition: string }>(
              `${INSERTS[parent]} returning tableoid::regclass::text as partition`,
              [time.toISOString()],
            );
            expect(rows[0]?.partition).toBe(`${parent}_${suffix(day)}`);
          }
        }
      }
    },
  );

  it('are not created for absurd numbers of days', async () => {
    const system = await asSystem();
    for (const days of [
      [-1, 0],
      [0, -1],
      [367, 0],
      [0, 367],
      [null, 0],
      [0, null],
    ]) {
      await expect(
        system.query('select hookline_create_partitions($1::int, $2::int)', days),
        `${days}`,
      ).rejects.toThrow('days must be between 0 and 366');
    }
  });
});

describe('retention', () => {
  it('drops, in every table, the days that ended before the given time, to the second, and the keys of their events', async () => {
    const [system, owner] = await Promise.all([asSystem(), server.connect(server.ownerUrl)]);
    for (const days of [-5, -4, -3, -2]) {
      for (const parent of DROPPED_TOGETHER) await system.query(INSERTS[parent] ?? '', [utcDay(days)]);
      const last = new Date(utcDay(days).getTime() + DAY_MS - 1);
      await system.query("insert into event_keys values ('acme', $1, 'evt', $2), ('acme', $3, 'evt', $4)", [
        `first of ${days}`,
        utcDay(days),
        `last of ${days}`,
        last,
      ]);
    }
    // One second before the end of day -3 the day is kept.
    expect((await drop(system, new Date(utcDay(-2).getTime() - 1_000))).dropped).toEqual([
      suffix(utcDay(-5)),
      suffix(utcDay(-4)),
    ]);
    const { dropped, kept, rows } = await drop(system, utcDay(-2));
    expect({ dropped, kept }).toEqual({ dropped: [suffix(utcDay(-3))], kept: [] });
    expect(rows.map(({ name }) => name).sort()).toEqual(
      DROPPED_TOGETHER.map((parent) => `${parent}_${suffix(utcDay(-3))}`).sort(),
    );
    for (const parent of DROPPED_TOGETHER) {
      expect((await owner.query(`select from ${parent}`)).rowCount).toBe(1);
      expect(await partitions(owner, parent)).toEqual(
        [-2, -1, 0, 1].map((days) => `${parent}_${suffix(utcDay(days))}`),
      );
    }
    const { rows: keys } = await owner.query('select dedupe_key as key from event_keys order by 1');
    expect(keys).toEqual([{ key: 'first of -2' }, { key: 'last of -2' }]);
    expect((await drop(system, utcDay(-2))).rows).toEqual([]);
  });

  it.each([
    { status: 'pending', due: "now() + interval '1 hour'", lease: null },
    { status: 'retrying', due: "now() + interval '1 hour'", lease: null },
    { status: 'sending', due: 'now()', lease: 'lease' },
    { status: 'failed, its dead letter still to be published', due: 'now()', lease: null },
  ])('keeps all of a day with one open delivery: $status', async ({ status, due, lease }) => {
    const system = await asSystem();
    await system.query(
      `insert into deliveries (event_id, endpoint_id, tenant_id, event_type, status, due_at, lease_id, created_at)
       values ('evt_open', 'ep', 'acme', 'a', $1, ${due}, $2, $3)`,
      [status.split(',')[0], lease, new Date(utcDay(-3).getTime() - 1)],
    );
    await system.query("insert into event_keys values ('acme', 'open', 'evt_open', $1)", [utcDay(-4)]);
    const { dropped, kept, rows } = await drop(system, utcDay(-2));
    expect({ dropped, kept }).toEqual({
      dropped: [suffix(utcDay(-5)), suffix(utcDay(-3))],
      kept: [suffix(utcDay(-4))],
    });
    expect(rows.filter((row) => !row.dropped)).toHaveLength(DROPPED_TOGETHER.length);
    expect((await system.query('select from event_keys')).rowCount).toBe(1);

    await system.query("update deliveries set status = 'success', due_at = null, lease_id = null");
    expect((await drop(system, utcDay(-2))).dropped).toEqual([suffix(utcDay(-4))]);
    expect((await system.query('select from event_keys')).rowCount).toBe(0);
  });

  it('waits for a concurrent transaction that reopens a delivery, and then keeps the day of the delivery', async () => {
    const [system, operator] = await Promise.all([asSystem(), asSystem()]);
    await system.query(INSERTS['deliveries'] ?? '', [utcDay(-4)]);
    await operator.query('begin');
    await operator.query("update deliveries set status = 'pending', due_at = now()");
    const dropping = drop(system, utcDay(-2));
    const owner = await server.connect(server.ownerUrl);
    for (;;) {
      const { rowCount } = await owner.query(
        // The tables of all databases that are cloned from one template have the same numbers.
        `select from pg_locks join pg_database on pg_database.oid = pg_locks.database
         where datname = current_database() and not granted and relation::regclass::text like 'deliveries%'`,
      );
      if (rowCount) break;
    }
    await operator.query('commit');
    expect((await dropping).kept).toEqual([suffix(utcDay(-4))]);
  });

  it('gives up without dropping anything when it may not wait long for a lock', async () => {
    const [system, operator] = await Promise.all([asSystem(), asSystem()]);
    await operator.query('begin');
    await operator.query(INSERTS['deliveries'] ?? '', [utcDay(-4)]);
    await system.query("set lock_timeout = '50ms'");
    const error = await drop(system, utcDay(-2)).catch((each: unknown) => each);
    expect(isTransientDatabaseError(error)).toBe(true);
    await operator.query('rollback');
    expect((await drop(system, utcDay(-2))).dropped).toHaveLength(3);
  });

  it('drops the days of the audit by a call of their own, and no other table', async () => {
    const [system, owner] = await Promise.all([asSystem(), server.connect(server.ownerUrl)]);
    const dropAudit = async (keepFrom: Date) =>
      (
        await system.query<{ name: string }>('select name from hookline_drop_audit_partitions($1) as name', [
          keepFrom,
        ])
      ).rows.map(({ name }) => name);
    await drop(system, utcDay(-3));
    expect(await partitions(owner, 'audit_log')).toContain(`audit_log_${suffix(utcDay(-5))}`);
    expect(await dropAudit(new Date(utcDay(-3).getTime() - 1_000))).toEqual([
      `audit_log_${suffix(utcDay(-5))}`,
    ]);
    expect(await dropAudit(utcDay(-3))).toEqual([`audit_log_${suffix(utcDay(-4))}`]);
    expect(await dropAudit(utcDay(-3))).toEqual([]);
    expect(await partitions(owner, 'events')).toContain(`events_${suffix(utcDay(-3))}`);
    for (const keepFrom of [new Date(), new Date('2040-01-01'), null]) {
      await expect(
        system.query('select hookline_drop_audit_partitions($1)', [keepFrom]),
        `${keepFrom}`,
      ).rejects.toThrow('refusing to drop partitions younger than a day');
    }
  });

  it('drops each day once when two calls are concurrent', async () => {
    const clients = await Promise.all([asSystem(), asSystem()]);
    const results = await Promise.all(clients.map((client) => drop(client, utcDay(-2))));
    expect(results.flatMap(({ rows }) => rows)).toHaveLength(DROPPED_TOGETHER.length * 3);
  });

  it('does not drop tables that only have a name like a partition', async () => {
    const [system, owner] = await Promise.all([asSystem(), server.connect(server.ownerUrl)]);
    await owner.query(
      'create table events_20200101 (id text); create table other (id text, at date) partition by range (at)',
    );
    await owner.query(
      "create table other_20200101 partition of other for values from ('2020-01-01') to ('2020-01-02')",
    );
    await drop(system, utcDay(-2));
    for (const name of ['events_20200101', 'other_20200101']) {
      expect((await owner.query('select to_regclass($1) as found', [name])).rows[0]?.found).not.toBeNull();
    }
  });

  it('refuses to drop partitions younger than a day, whatever the arguments', async () => {
    const system = await asSystem();
    const almostADayAgo = new Date(Date.now() - DAY_MS + 3_600_000);
    for (const keepFrom of [new Date(), almostADayAgo, new Date('2040-01-01'), 'infinity', null]) {
      await expect(
        system.query('select hookline_drop_partitions($1)', [keepFrom]),
        `${keepFrom}`,
      ).rejects.toThrow('refusing to drop partitions younger than a day');
    }
    expect((await partitions(system, 'events')).length).toBe(7);
  });

  it('cannot be called by a tenant or by the login itself', async () => {
    const client = await server.connect();
    for (const role of ['none', 'hookline_tenant']) {
      await client.query(`set role ${role}`);
      await expect(
        client.query("select hookline_drop_partitions(now() - interval '9 days')"),
      ).rejects.toThrow(/permission denied/);
      await expect(client.query('select hookline_create_partitions(1, 1)')).rejects.toThrow(
        /permission denied/,
      );
    }
  });

  it('does not use tables of the caller that have the names of system tables', async () => {
    const system = await asSystem();
    await system.query('create temporary table pg_class (oid oid, relname name, relkind "char")');
    await system.query('create temporary table pg_inherits (inhrelid oid, inhparent oid)');
    expect((await drop(system, utcDay(-2))).dropped).toHaveLength(3);
  });
});
