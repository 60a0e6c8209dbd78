import { EMULATED_CLIENTS } from '@hookline/emulators';
import { until } from '@hookline/testkit';
import { expect, test } from 'vitest';
import { factsOf, type SchedulerScene, startScheduler } from '../support/start-scheduler.ts';

const RETURN = 'https://app.example.com/';
let inserted = 0;

/** Inserts connections without tokens, which no provider has to answer for. */
async function insertConnections(
  { asOwner }: SchedulerScene,
  tenant: string,
  provider: string,
  count: number,
): Promise<string[]> {
  const rows = await asOwner<{ id: string }>(
    `insert into connections (id, tenant_id, provider, app_id, account_id, scopes_requested, status, consent_at)
     select 'con_' || lpad(($1::int + n)::text, 26, '0'), $2, $3, 'oap_none', 'account ' || ($1::int + n), '{}', 'connected', now()
     from generate_series(1, $4::int) n returning id`,
    [inserted, tenant, provider, count],
  );
  inserted += count;
  return rows.map(({ id }) => id);
}

const bulk = (scene: SchedulerScene, body: object, as = 'acme') =>
  scene.call('POST', '/api/connections/bulk', { as, body });

/** Waits until a job is completed, and returns it. */
const waitForJob = (scene: SchedulerScene, id: string, as = 'acme') =>
  until(
    async () => {
      const { json } = await scene.call('GET', `/api/connections/bulk-jobs/${id}`, { as });
      return json.data.status === 'completed' ? json.data : undefined;
    },
    { what: `bulk job ${id}`, timeoutMs: 120_000 },
  );

async function countByStatus({ asOwner }: SchedulerScene): Promise<Record<string, number>> {
  const rows = await asOwner<{ name: string; n: number }>(
    `select tenant_id || ' ' || provider || ' ' || status as name, count(*)::int as n from connections group by 1`,
  );
  return Object.fromEntries(rows.map(({ name, n }) => [name, n]));
}

test('connections are paused and resumed by provider in parts, as the dry run says; other tenants and providers keep theirs', async () => {
  const scene = await startScheduler();
  const [stuck] = await insertConnections(scene, 'acme', 'github', 60);
  await insertConnections(scene, 'acme', 'slack', 2);
  await insertConnections(scene, 'beta', 'github', 3);
  await scene.asOwner("update connections set status = 'needs_reauth' where id = $1", [stuck]);

  const pause = { action: 'pause', filter: { provider: 'github' } };
  const dry = await bulk(scene, { ...pause, dryRun: true });
  expect(dry).toMatchObject({
    status: 202,
    json: {
      data: {
        total: 60,
        totalExact: true,
        wouldChange: 59,
        skipped: 1,
        skips: [{ reason: 'not_possible', count: 1 }],
      },
    },
  });
  expect((await bulk(scene, { ...pause, expectedCount: 59 })).status).toBe(409);
  expect((await bulk(scene, { action: 'pause', filter: {} })).status).toBe(400);
  const made = await bulk(scene, { ...pause, expectedCount: 60 });
  expect(made.json.data).toMatchObject({
    id: expect.stringMatching(/^cbj_/),
    kind: 'connections',
    action: 'pause',
    status: 'running',
  });
  expect(await waitForJob(scene, made.json.data.id)).toMatchObject({ total: 60, changed: 59, skipped: 1 });
  expect(await countByStatus(scene)).toEqual({
    'acme github needs_reauth': 1,
    'acme github paused': 59,
    'acme slack connected': 2,
    'beta github connected': 3,
  });
  const again = await bulk(scene, pause);
  expect((await waitForJob(scene, again.json.data.id)).skips).toEqual(
    expect.arrayContaining([
      { reason: 'not_possible', count: 1 },
      { reason: 'unchanged', count: 59 },
    ]),
  );

  const resumed = await bulk(scene, { action: 'resume', filter: { status: 'paused' } });
  expect(await waitForJob(scene, resumed.json.data.id)).toMatchObject({ total: 59, changed: 59 });
  expect(await countByStatus(scene)).toMatchObject({ 'acme github connected': 59 });
  const journal = await scene.asOwner<{ n: number }>(
    "select count(*)::int as n from connection_journal where kind = 'status'",
  );
  expect(journal).toEqual([{ n: 118 }]);
});

test('only the tenant of a bulk job and operators see it', async () => {
  const scene = await startScheduler();
  await insertConnections(scene, 'acme', 'github', 1);
  const made = await bulk(scene, { action: 'pause', filter: {}, all: true });
  const { id } = made.json.data;
  await waitForJob(scene, id);
  const path = `/api/connections/bulk-jobs/${id}`;
  expect((await scene.call('GET', path, { as: 'beta' })).status).toBe(404);
  expect((await scene.call('POST', `${path}/cancel`, { as: 'beta' })).status).toBe(404);
  expect((await scene.call('POST', `${path}/cancel`)).status).toBe(409);
  expect((await scene.call('GET', path, { as: 'operator' })).json.data).toMatchObject({ userId: 'acme' });
  const list = async (as: string) =>
    (await scene.call('GET', '/api/connections/bulk-jobs', { as })).json.data.map(
      (job: { id: string }) => job.id,
    );
  expect([await list('acme'), await list('beta'), await list('operator')]).toEqual([[id], [], [id]]);
});

test('polls and refreshes of the connections that match are due at once, and those that cannot be asked are skipped', async () => {
  const scene = await startScheduler();
  await scene.addApp('spotify', EMULATED_CLIENTS.spotify);
  const { connection = '' } = factsOf(await scene.connect('spotify', { returnUrl: RETURN }));
  await insertConnections(scene, 'acme', 'spotify', 1);
  const generation = async () =>
    (await scene.call('GET', `/api/connections/${connection}`)).json.data.tokens[0].generation as number;
  const before = await generation();
  const refresh = { action: 'refresh', filter: { provider: 'spotify' } };
  expect((await bulk(scene, { ...refresh, dryRun: true })).json.data).toMatchObject({
    wouldChange: 1,
    skips: [{ reason: 'not_possible', count: 1 }],
    sample: [connection],
  });
  const made = await bulk(scene, refresh);
  expect(await waitForJob(scene, made.json.data.id)).toMatchObject({ total: 2, changed: 1, skipped: 1 });
  await until(async () => (await generation()) > before, { what: 'the token to be refreshed' });

  // Every poll has run, and is due in an hour.
  await until(
    async () => {
      await scene.asOwner(
        "update connection_tasks set due_at = hookline_now() + interval '1 hour' where lease_id is null",
      );
      const [row] = await scene.asOwner<{ n: number }>(
        `select count(*)::int as n from connection_tasks
         where kind = 'poll' and (lease_id is not null or due_at < hookline_now() + interval '30 minutes')`,
      );
      return row?.n === 0;
    },
    { what: 'the polls to rest' },
  );
  const [mark] = await scene.asOwner<{ at: string }>('select hookline_now()::text as at');
  const polled = await bulk(scene, { action: 'poll', filter: { status: 'connected' } });
  expect(await waitForJob(scene, polled.json.data.id)).toMatchObject({ total: 2, changed: 1, skipped: 1 });
  await until(
    async () => {
      const [row] = await scene.asOwner<{ n: number }>(
        `select count(*)::int as n from connection_tasks
         where kind = 'poll' and paused_reason is null and coalesce(last_started_at < $1, true)`,
        [mark?.at],
      );
      return row?.n === 0;
    },
    { what: 'every poll to run' },
  );
});
