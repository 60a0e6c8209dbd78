import { startReceiver, until } from '@hookline/testkit';
import { expect, test } from 'vitest';
import { createHarness, newTenant } from '../harness.ts';
import { countFromRows, countFromStatistics } from '../support/count-statistics.ts';
import { type DeliveryProcess, startDeliveryProcess } from '../support/delivery-process.ts';

const EVENTS = 600;

test('after kills during deliveries and during a replay, the statistics match the rows and each delivery is replayed once', async () => {
  const harness = await createHarness();
  let status = 500;
  const receiver = await startReceiver({ respond: () => ({ status }) });
  let replica: DeliveryProcess | undefined;
  try {
    const start = () =>
      startDeliveryProcess({
        databaseUrl: harness.database.serviceUrl,
        natsUrl: harness.nats.url,
        encryptionKey: harness.config.encryptionKeys[0] as string,
        leaseSeconds: 8,
      });
    replica = await start();
    const tenant = newTenant();
    await replica.createEndpoint(tenant, receiver.url, { retrySchedule: [] });
    await Promise.all(Array.from({ length: EVENTS }, () => harness.publish({ tenant })));
    const count = async (condition: string) =>
      (await harness.asOwner(`select from deliveries where ${condition}`)).length;
    await until(async () => (await count("status = 'failed'")) > EVENTS / 4, {
      what: 'a quarter to give up',
    });
    await replica.kill();
    replica = await start();
    await until(async () => (await count("status = 'failed' and due_at is null")) === EVENTS, {
      what: 'all to give up',
      timeoutMs: 40_000,
    });

    status = 200;
    const made = await replica.call('POST', '/api/replays', {
      as: tenant,
      body: { selection: { kind: 'dead_letters' }, perSecond: 200 },
    });
    expect(made.json.data).toMatchObject({ total: EVENTS });
    await until(async () => (await count('replay_id is not null')) >= 200, { what: 'the replay to begin' });
    await replica.kill();
    replica = await start();
    const { id } = made.json.data;
    const current = replica;
    const replay = await until(
      async () => {
        const { data } = (await current.call('GET', `/api/replays/${id}`)).json;
        return data.status === 'completed' && data.open === 0 ? data : undefined;
      },
      { what: 'the replay to end', timeoutMs: 40_000 },
    );
    expect(replay).toMatchObject({ done: EVENTS, sent: EVENTS, skipped: 0, succeeded: EVENTS });
    // Each delivery counts once. A request that was in flight at the kill may have been sent twice.
    expect(await count(`status = 'success' and attempts_before = attempts - 1 and replay_id = '${id}'`)).toBe(
      EVENTS,
    );
    await harness.expectSettled(replica);
    expect(await countFromStatistics(harness)).toEqual(await countFromRows(harness));
  } finally {
    await replica?.kill();
    await receiver.close();
    await harness.stop();
  }
}, 120_000);
