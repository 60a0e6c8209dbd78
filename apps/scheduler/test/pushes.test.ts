import { type Bus, connectBus, createEventPublisher, type EventPublisher } from '@hookline/bus';
import { PUSHES_CONSUMER, PUSHES_STREAM } from '@hookline/contracts';
import { EMULATED_CLIENTS } from '@hookline/emulators';
import { createIdFactory } from '@hookline/service';
import { until } from '@hookline/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { type SchedulerScene, startScheduler } from './support/start-scheduler.ts';

async function openBus(scene: SchedulerScene): Promise<Bus> {
  const logger = { info() {}, warn() {}, error() {} };
  const bus = await connectBus({ url: scene.nats.url, name: 'test', logger, onClosed: () => {} });
  onTestFinished(() => bus.close());
  return bus;
}

const openPublisher = async (scene: SchedulerScene): Promise<EventPublisher> =>
  createEventPublisher(await openBus(scene));

const nextId = createIdFactory('evt');

/** A verified push as ingest stores it. */
function pushOf(appId: string, number: number, payload: object) {
  const at = new Date().toISOString();
  return {
    attributes: {
      id: nextId(),
      pushfor: appId,
      tenant: 'acme',
      provider: 'slack',
      type: 'slack.message',
      source: '/slack/T1',
      time: at,
      receivedat: at,
      dedupekey: `src:${number}`,
      via: 'webhook' as const,
    },
    payload: Buffer.from(JSON.stringify(payload)),
  };
}

const readUnrouted = (scene: SchedulerScene) =>
  scene.asOwner<{ account_key: string; pushes: number }>(
    'select account_key, pushes::integer as pushes from unrouted_pushes order by account_key',
  );

const refusals = (scene: SchedulerScene) => scene.log.of('push.refused: no event can be made of it');

test('50 pushes with keys that cannot be stored are each counted once, and the pushes between them are routed', async () => {
  const scene = await startScheduler();
  const appId = await scene.addApp('slack', EMULATED_CLIENTS.slack);
  const publisher = await openPublisher(scene);
  const long = 'x'.repeat(26_000);
  const pushes = Array.from({ length: 60 }, (_, number) => {
    if (number % 6 === 0) return pushOf(appId, number, { team_id: 'T_GOOD' });
    return pushOf(appId, number, { team_id: number % 2 === 0 ? `a\0b\ud800` : long });
  });
  await Promise.all(pushes.map((push) => publisher.publish(push)));
  const counted = async () => (await readUnrouted(scene)).reduce((sum, row) => sum + row.pushes, 0);
  await until(async () => (await counted()) === 60);
  const rows = await readUnrouted(scene);
  expect(rows.find(({ account_key }) => account_key.endsWith('T_GOOD'))?.pushes).toBe(10);
  expect(rows.every(({ account_key }) => account_key.length <= 300)).toBe(true);
  expect(scene.log.text()).not.toContain('x'.repeat(1_000));
});

test('a push that Postgres refuses is logged once and shown, and is not tried again', async () => {
  const scene = await startScheduler();
  const appId = await scene.addApp('slack', EMULATED_CLIENTS.slack);
  await scene.asOwner("alter table unrouted_pushes add check (account_key not like '%T_BAD')");
  const publisher = await openPublisher(scene);
  await publisher.publish(pushOf(appId, 1, { team_id: 'T_BAD' }));
  await publisher.publish(pushOf(appId, 2, { team_id: 'T_GOOD' }));
  await until(async () => (await readUnrouted(scene)).length === 2);
  expect(await readUnrouted(scene)).toMatchObject([
    { account_key: '', pushes: 1 },
    { account_key: expect.stringContaining('T_GOOD'), pushes: 1 },
  ]);
  // JetStream delivers a message again only until it is acknowledged.
  const bus = await openBus(scene);
  const readConsumer = () => bus.manager.consumers.info(PUSHES_STREAM, PUSHES_CONSUMER);
  await until(async () => (await readConsumer()).ack_floor.stream_seq === 2, {
    what: 'both pushes to be acknowledged',
  });
  expect(await readConsumer()).toMatchObject({ num_ack_pending: 0, num_redelivered: 0 });
  expect(await readUnrouted(scene)).toMatchObject([{ pushes: 1 }, { pushes: 1 }]);
  expect(refusals(scene)).toHaveLength(1);
});
