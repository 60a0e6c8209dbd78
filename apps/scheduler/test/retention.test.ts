import { expect, test } from 'vitest';
import { createPartitionsJob } from '../src/jobs/create-partitions-job.ts';
import { createRetentionJob } from '../src/jobs/retention-job.ts';
import { createHarness, type Harness, logger } from './harness.ts';

const TABLES = [
  'events',
  'deliveries',
  'attempts',
  'rejections',
  'skipped_messages',
  'shared_requests',
  'request_sends',
  'local_results',
];
const CREATED = [...TABLES, 'audit_log'];
const never = new AbortController().signal;

/** The day that is this many days from today in UTC, such as `20260131`. */
function stamp(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
}

async function partitions({ asOwner }: Harness): Promise<string[]> {
  const rows = await asOwner<{ name: string }>(
    "select inhrelid::regclass::text as name from pg_inherits where inhrelid::regclass::text ~ '_[0-9]{8}$'",
  );
  return rows.map(({ name }) => name);
}

async function addDay({ asOwner }: Harness, days: number, open: boolean): Promise<void> {
  for (const table of TABLES) {
    await asOwner(
      `create table ${table}_${stamp(days)} partition of ${table} for values from ('${stamp(days)} 00:00Z') to ('${stamp(days + 1)} 00:00Z')`,
    );
  }
  const at = `${stamp(days)} 12:00Z`;
  await asOwner(
    `insert into deliveries (event_id, endpoint_id, tenant_id, event_type, status, due_at, created_at)
     values ($1, 'ep_1', 'acme', 'a.b', $2, $3, $4)`,
    [`evt_${days}`, open ? 'retrying' : 'success', open ? new Date() : null, at],
  );
  await asOwner(`insert into event_keys values ('acme', $1, $1, $2)`, [`evt_${days}`, at]);
}

test('days past retention are dropped with the keys of their events, and younger days and days with open deliveries stay', async () => {
  const harness = await createHarness({ allDays: true });
  const database = harness.openDatabase();
  for (const [days, open] of [
    [-40, false],
    [-35, true],
    [-32, false],
    [-29, false],
  ] as const) {
    await addDay(harness, days, open);
  }
  const job = createRetentionJob(database, { completedDays: 30, failedDays: 30, auditDays: 90 }, logger);
  const result = (await job.run(never)) as { dropped: string[]; kept: string[] };

  expect([...result.dropped].sort()).toEqual(
    [-40, -32].flatMap((days) => TABLES.map((table) => `${table}_${stamp(days)}`)).sort(),
  );
  expect([...result.kept].sort()).toEqual(TABLES.map((table) => `${table}_${stamp(-35)}`).sort());
  const left = await partitions(harness);
  for (const table of TABLES) {
    for (const days of [-35, -29, -1, 0, 7]) expect(left).toContain(`${table}_${stamp(days)}`);
    for (const days of [-40, -32]) expect(left).not.toContain(`${table}_${stamp(days)}`);
  }
  const keys = await harness.asOwner<{ key: string }>('select dedupe_key as key from event_keys order by 1');
  expect(keys.map(({ key }) => key)).toEqual(['evt_-29', 'evt_-35']);

  // Once the open delivery is settled, the day is dropped as well.
  await harness.asOwner("update deliveries set status = 'success', due_at = null where status = 'retrying'");
  expect(await job.run(never)).toEqual({
    dropped: expect.arrayContaining([`deliveries_${stamp(-35)}`]),
    kept: [],
  });
  expect(await job.run(never)).toEqual({ dropped: [], kept: [] });
});

test('a day with a dead letter stays longer, until the dead letter is discarded', async () => {
  const harness = await createHarness({ allDays: true });
  for (const days of [-9, -6, -5, -4]) await addDay(harness, days, false);
  const die = (days: number) =>
    harness.asOwner("update deliveries set status = 'failed' where event_id = $1", [`evt_${days}`]);
  await Promise.all([-9, -6, -5].map(die));
  const job = createRetentionJob(
    harness.openDatabase(),
    { completedDays: 3, failedDays: 7, auditDays: 90 },
    logger,
  );
  const ofDays = (...days: number[]) =>
    days.flatMap((day) => TABLES.map((table) => `${table}_${stamp(day)}`)).sort();
  const first = (await job.run(never)) as { dropped: string[]; kept: string[] };
  expect([...first.dropped].sort()).toEqual(ofDays(-9, -4));
  expect(first.kept).toEqual([]);

  await harness.asOwner(
    `update deliveries set status = 'discarded', discarded = '{}' where event_id = 'evt_-6'`,
  );
  const second = (await job.run(never)) as { dropped: string[] };
  expect([...second.dropped].sort()).toEqual(ofDays(-6));
  expect(await partitions(harness)).toContain(`deliveries_${stamp(-5)}`);
});

test('days of the audit are dropped by an age of their own, whatever deliveries are open', async () => {
  const harness = await createHarness({ allDays: true });
  for (const days of [-91, -90, -40]) {
    await harness.asOwner(
      `create table audit_log_${stamp(days)} partition of audit_log for values from ('${stamp(days)} 00:00Z') to ('${stamp(days + 1)} 00:00Z')`,
    );
  }
  await addDay(harness, -91, true);
  const options = { completedDays: 30, failedDays: 30, auditDays: 90 };
  const job = createRetentionJob(harness.openDatabase(), options, logger);
  expect(((await job.run(never)) as { dropped: string[] }).dropped).toEqual([`audit_log_${stamp(-91)}`]);
  const left = await partitions(harness);
  for (const name of [`audit_log_${stamp(-90)}`, `audit_log_${stamp(-40)}`, `events_${stamp(-91)}`])
    expect(left).toContain(name);
});

test('retention stops between two days at a shutdown', async () => {
  const harness = await createHarness({ allDays: true });
  await addDay(harness, -40, false);
  const job = createRetentionJob(
    harness.openDatabase(),
    { completedDays: 30, failedDays: 30, auditDays: 90 },
    logger,
  );
  await expect(job.run(AbortSignal.abort(new Error('shutting down')))).rejects.toThrow('shutting down');
  expect(await partitions(harness)).toContain(`events_${stamp(-40)}`);
});

test('retention is postponed while a table is in use, and blocks no other statement', async () => {
  const harness = await createHarness({ allDays: true });
  const database = harness.openDatabase();
  await addDay(harness, -40, false);
  const job = createRetentionJob(database, { completedDays: 30, failedDays: 30, auditDays: 90 }, logger);
  await harness.openDatabase().withSystem(async (transaction) => {
    await transaction.execute('select from deliveries');
    await expect(job.run(never)).rejects.toMatchObject({ cause: { code: '55P03' } });
  });
  expect(await job.run(never)).toMatchObject({ kept: [] });
});

test('partitions for a week ahead are created once, and the services can read and write them', async () => {
  const harness = await createHarness({ allDays: true });
  const database = harness.openDatabase();
  for (const table of CREATED) await harness.asOwner(`drop table ${table}_${stamp(1)}, ${table}_${stamp(7)}`);
  const job = createPartitionsJob(database);
  expect(await job.run(never)).toEqual({ made: 2 * CREATED.length });
  expect(await job.run(never)).toEqual({ made: 0 });
  const names = await partitions(harness);
  for (const table of CREATED) expect(names).toContain(`${table}_${stamp(7)}`);
  const unforced = await harness.asOwner(
    "select from pg_class where relname ~ '_[0-9]{8}$' and relkind = 'r' and not (relrowsecurity and relforcerowsecurity)",
  );
  expect(unforced).toEqual([]);
});

test('two replicas can create partitions at the same time', async () => {
  const harness = await createHarness({ allDays: true });
  for (const table of CREATED) await harness.asOwner(`drop table ${table}_${stamp(6)}, ${table}_${stamp(7)}`);
  const made = await Promise.all(
    [harness.openDatabase(), harness.openDatabase()].map((database) =>
      createPartitionsJob(database).run(never),
    ),
  );
  expect(made).toContainEqual({ made: 2 * CREATED.length });
  expect(made).toContainEqual({ made: 0 });
});

test('the functions refuse to drop or create too many partitions', async () => {
  const harness = await createHarness({ allDays: true });
  const database = harness.openDatabase();
  const before = await partitions(harness);
  for (const keepFrom of ["now() - interval '23 hours'", 'now()', "now() + interval '1 year'", 'null']) {
    await expect(database.system(`select * from hookline_drop_partitions(${keepFrom})`)).rejects.toThrow(
      /refusing/,
    );
  }
  for (const days of ['-1, 7', '1, -1', '1, 367', '367, 1', 'null, 7', '1, null']) {
    await expect(database.system(`select hookline_create_partitions(${days})`)).rejects.toThrow(/between/);
  }
  expect(await partitions(harness)).toEqual(before);
});

test('a tenant may not call these functions', async () => {
  const { openDatabase } = await createHarness({ allDays: true });
  const database = openDatabase();
  for (const call of [
    'hookline_create_partitions(1, 7)',
    "hookline_drop_partitions(now() - interval '1 year')",
  ]) {
    await expect(
      database.withTenant('acme', (transaction) => transaction.execute(`select ${call}`)),
    ).rejects.toMatchObject({ cause: { code: '42501' } });
  }
});
