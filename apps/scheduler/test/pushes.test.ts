import { type Bus, connectBus, createEventPublisher, type EventPublisher } from '@hookline/bus';
import { PUSHES_CONSUMER, PUSHES_STREAM } from '@hookline/contracts';
import { EMULATED_CLIENTS } from '@hookline/emulators';
import { createIdFactory } from '@hookline/service';
import { until } from '@hookline/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { openEvents } from './read-events.ts';
import { factsOf, type SchedulerScene, startScheduler } from './support/start-scheduler.ts';

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

test('pushes that come while a connection is paused become no events, and its journey tells of the first and how many they were', async () => {
  const scene = await startScheduler();
  const appId = await scene.addApp('slack', EMULATED_CLIENTS.slack);
  const answer = await scene.connect('slack', { returnUrl: 'https://app.example.com/done' });
  const id = factsOf(answer)['connection'] ?? '';
  const { key } = await until(async () => {
    const [route] = await scene.asOwner<{ key: string }>(
      "select account_key as key from connection_routes where account_key like 'team:%'",
    );
    return route;
  });
  const publisher = await openPublisher(scene);
  const push = (number: number) =>
    publisher.publish(
      pushOf(appId, number, {
        team_id: key.slice('team:'.length),
        event: { type: 'message', channel: 'C1', ts: `${number}.0` },
      }),
    );
  const withheld = async () => {
    const [row] = await scene.asOwner<{ pushes: number }>(
      'select withheld_pushes::int as pushes from connections',
    );
    return row?.pushes;
  };
  expect((await scene.call('POST', `/api/connections/${id}/pause`)).json.data.status).toBe('paused');
  for (const number of [1, 2, 3]) await push(number);
  await until(async () => (await withheld()) === 3);
  expect((await scene.call('POST', `/api/connections/${id}/resume`)).json.data.status).toBe('connected');
  expect(await withheld()).toBe(0);
  await push(4);
  const readEvents = await openEvents(scene.nats.url);
  const messages = await until(async () => {
    const events = (await readEvents('acme')).filter(({ attributes }) => attributes.type === 'slack.message');
    return events.length > 0 && events;
  });
  expect(messages.map(({ payload }) => JSON.parse(Buffer.from(payload).toString()).event.ts)).toEqual([
    '4.0',
  ]);
  const { json } = await scene.call('GET', `/api/connections/${id}/journey`);
  const entries: { kind: string; text: string }[] = json.data;
  // Newest first.
  expect(entries.filter(({ kind }) => kind === 'push').map(({ text }) => text)).toEqual([
    'The connection receives pushes again. 3 pushes were not passed on while it was paused',
    'The connection is paused, so a push (slack.message) was not passed on. The number of all such pushes is told when the connection receives pushes again',
  ]);
});
