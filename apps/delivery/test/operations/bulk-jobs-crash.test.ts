import { until } from '@hookline/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { createHarness, newTenant } from '../harness.ts';
import { startDeliveryProcess } from '../support/delivery-process.ts';
import { insertDueDeliveries } from '../support/insert-due-deliveries.ts';

const COUNT = 4_000;

test('a bulk job whose replica is killed is finished by the next one, and changes nothing twice', async () => {
  const harness = await createHarness();
  onTestFinished(() => harness.stop());
  const { config } = harness;
  const first = await startDeliveryProcess({
    databaseUrl: config.databaseUrl,
    natsUrl: config.natsUrl,
    encryptionKey: config.encryptionKeys[0] as string,
    leaseSeconds: 30,
  });
  onTestFinished(() => first.kill());
  const [tenant, other] = [newTenant(), newTenant()];
  const { id } = await first.createEndpoint(tenant, 'http://127.0.0.1:9/');
  const { id: otherId } = await first.createEndpoint(other, 'http://127.0.0.1:9/');
  await insertDueDeliveries(harness, { endpointIds: [id], tenant, count: COUNT, inSeconds: 3_600 });
  await insertDueDeliveries(harness, { endpointIds: [otherId], tenant: other, count: 5, inSeconds: 3_600 });

  /** The job and the deliveries at one moment. */
  const look = async () => {
    const [row] = await harness.asOwner<{ status: string; changed: number; discarded: number }>(
      `select status, changed::int as changed,
              (select count(*)::int from deliveries where status = 'discarded') as discarded
       from bulk_jobs`,
    );
    return row as { status: string; changed: number; discarded: number };
  };
  const made = await first.call('POST', '/api/deliveries/bulk', {
    as: tenant,
    body: { action: 'cancel', filter: {}, all: true },
  });
  expect(made).toMatchObject({ status: 202, json: { data: { total: COUNT } } });
  await until(async () => (await look()).changed > 0, { what: 'the first part', everyMs: 1 });
  await first.kill();

  // Of each part either everything is stored or nothing.
  const atKill = await look();
  expect(atKill.status).toBe('running');
  expect(atKill.changed).toBeLessThan(COUNT);
  expect(atKill.discarded).toBe(atKill.changed);

  const second = await harness.startReplica();
  const job = await until(
    async () => {
      const { json } = await second.call('GET', `/api/bulk-jobs/${made.json.data.id}`, { as: tenant });
      return json.data.status === 'completed' ? json.data : undefined;
    },
    { what: 'the job to be finished', timeoutMs: 120_000 },
  );
  expect(job).toMatchObject({ total: COUNT, changed: COUNT, skipped: 0 });
  expect((await look()).discarded).toBe(COUNT);
  const counts = await second.call('GET', '/api/webhooks/statistics', { as: tenant });
  expect(counts.json.data.deliveries).toMatchObject({ discarded: COUNT });
}, 240_000);
