import { startReceiver, until } from '@hookline/testkit';
import pg from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type System, startTestSystem } from '../src/index.ts';

let system: System;

beforeAll(async () => {
  system = await startTestSystem([
    { name: 'ingest' },
    { name: 'delivery', env: { DELIVERY_FAILURE_INTERVAL_SECONDS: '1' } },
    { name: 'scheduler' },
    { name: 'gateway', env: { ALERT_INTERVAL_SECONDS: '1' } },
  ]);
});

afterAll(() => system?.stop());

interface ShownAlert {
  state: string;
  subject: { id: string };
  notifications: { kind: string; channel: string; status: string }[];
}

const listAlerts = (userId: string) => system.call<ShownAlert[]>('GET', `/api/alerts?userId=${userId}`);

/** What a killed gateway had claimed is free when its lease ends. Here it ends at once. */
async function endLeases(): Promise<void> {
  const owner = new pg.Client({ connectionString: system.stack.databaseUrl });
  await owner.connect();
  try {
    await owner.query('update alert_notifications set due_at = now() where lease_id is not null');
    await owner.query('update alert_evaluations set lease_until = now() where lease_id is not null');
  } finally {
    await owner.end();
  }
}

test('an endpoint that fails is told to another endpoint and to a webhook, through a kill of the gateway, and its recovery too', async () => {
  const userId = 'alerts';
  const [broken, told, hook] = await Promise.all([startReceiver(), startReceiver(), startReceiver()]);
  onTestFinished(async () => {
    await Promise.all([broken.close(), told.close(), hook.close()]);
  });
  broken.respond = () => ({ status: 500 });
  const { id } = await system.call<{ id: string }>('POST', '/api/webhooks', {
    userId,
    name: 'Broken',
    url: broken.url,
    events: ['order.*'],
    maxRetries: 0,
  });
  await system.call('POST', '/api/webhooks', {
    userId,
    name: 'On call',
    url: told.url,
    events: ['hookline.alert.*'],
  });
  await system.call('POST', '/api/alerts/rules', {
    userId,
    name: 'Orders',
    condition: { type: 'endpoint_failing', attempts: 2 },
    channels: [{ type: 'event' }, { type: 'webhook', url: hook.url }],
    firesAfterSeconds: 0,
    recoversAfterSeconds: 0,
  });
  const publish = () => system.call('POST', '/api/events', { userId, type: 'order.paid', data: {} });
  // The webhook does not answer until the gateway was killed while it waited.
  hook.respond = () => ({ hang: true });
  await Promise.all([publish(), publish()]);
  await hook.waitFor(1, 120_000);
  await system.stack.process('gateway').kill();
  await endLeases();
  hook.respond = () => ({});
  await system.stack.process('gateway').ready();

  const typesAt = (requests: readonly { body: Buffer }[]) =>
    requests.map(({ body }) => (JSON.parse(String(body)) as { type: string }).type);
  await told.waitFor(1, 120_000);
  await hook.waitFor(2, 180_000);
  expect(new Set(typesAt([...told.requests, ...hook.requests]))).toEqual(new Set(['hookline.alert.firing']));
  expect(new Set(hook.requests.map(({ headers }) => headers['webhook-id'])).size).toBe(1);

  broken.respond = () => ({});
  await publish();
  await told.waitFor(2, 120_000);
  await hook.waitFor((requests) => typesAt(requests).includes('hookline.alert.recovered'), 120_000);
  expect(typesAt(told.requests)).toEqual(['hookline.alert.firing', 'hookline.alert.recovered']);
  const [alert] = await until(async () => {
    const alerts = await listAlerts(userId);
    return alerts[0]?.notifications.every(({ status }) => status === 'sent') && alerts;
  });
  expect(alert).toMatchObject({ state: 'recovered', subject: { id } });
  expect(await listAlerts(userId)).toHaveLength(1);
});
