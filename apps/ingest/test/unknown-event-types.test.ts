import { until } from '@hookline/testkit';
import { expect, test } from 'vitest';
import { createHarness, type Replica } from './harness.ts';
import { signGithub } from './sign.ts';

const findUnknown = async (replica: Replica, patterns: string[], as = 'acme') =>
  (await replica.call('POST', '/internal/unknown-event-types', { as, body: { patterns } })).json.data as {
    pattern: string;
    message: string;
  }[];

test('every listed type is known, and so is every part and pattern of a listed type', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  const names = (await replica.call('GET', '/api/webhooks/events/types', { as: 'acme' })).json.data as Record<
    string,
    string[]
  >;
  const listed = Object.values(names).flat();
  expect(listed.length).toBeGreaterThan(2_000);
  for (let from = 0; from < listed.length; from += 200)
    expect(await findUnknown(replica, listed.slice(from, from + 200))).toEqual([]);
  const patterns = [
    '*',
    'github',
    'github.*',
    'github.push.*',
    'push',
    'workflow_job',
    'project.*',
    'stripe.invoice',
  ];
  expect(await findUnknown(replica, [...patterns, 'github.workflow_job.completed'])).toEqual([]);
});

test('the types of schedules and of connections are known before the first event', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  const patterns = [
    'hookline.*',
    'hookline.schedule.*',
    'hookline.schedule.monthly-report',
    'connection.*',
    'connection.needs_reauth',
  ];
  expect(await findUnknown(replica, patterns)).toEqual([]);
  const wrong = ['connection.needs_reauht', 'hookline.shedule.monthly-report'];
  expect((await findUnknown(replica, wrong)).map(({ pattern }) => pattern)).toEqual(wrong);
});

test('a type that was never listed or sent is reported with the nearest known types', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  const patterns = ['projcet.created', 'workflow_job.completed', 'invoice.paid', 'acme.made_up.*'];
  const unknown = await findUnknown(replica, ['project.created', ...patterns]);
  expect(unknown.map(({ pattern }) => pattern)).toEqual(patterns);
  const [mistyped, bare, withoutProvider, other] = unknown.map(({ message }) => message);
  expect(mistyped).toContain('Did you mean project.created?');
  expect(bare).toContain('github.workflow_job');
  expect(withoutProvider).toContain('stripe.invoice.paid');
  expect(other).toContain('GET /api/webhooks/events/types lists the known types');
});

test('a type is known once it was registered, published, or received from a provider', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  await replica.call('PUT', '/api/webhooks/events/order.paid', { as: 'acme', body: {} });
  await replica.call('POST', '/api/events', { as: 'acme', body: { type: 'order.sent', data: {} } });
  await replica.createSource({ provider: 'github', secret: 's' }, 'acme');
  const { headers, body } = signGithub({ secret: 's', body: '{"n":1}', event: 'brand_new' });
  expect((await replica.deliver('/api/webhooks/github/acme', { headers, body })).status).toBe(200);
  const patterns = ['order.paid', 'order.sent', 'github.brand_new', 'brand_new'];
  await until(async () => (await findUnknown(replica, patterns)).length === 0);
  // Another tenant has neither registered nor received any of these types.
  expect(await findUnknown(replica, patterns, 'beta')).toHaveLength(4);
  const { json } = await replica.call('GET', '/api/webhooks/events?provider=github', { as: 'acme' });
  expect(json.data).toContainEqual(
    expect.objectContaining({ type: 'github.brand_new', provider: 'github', origin: 'seen' }),
  );
});

test('a source with unknown types in `events` is created with a warning for each of them', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  const body = { provider: 'github', secret: 's', events: ['push', 'github.psuh'] };
  const created = await replica.call('POST', '/api/sources', { as: 'acme', body });
  expect(created.status).toBe(201);
  expect(created.json.warnings).toEqual([
    {
      code: 'unknown_event_type',
      path: 'body/events/1',
      message: expect.stringContaining('Did you mean github.push?'),
    },
  ]);
  const id = created.json.data.id;
  const changed = await replica.call('PUT', `/api/sources/${id}`, { as: 'acme', body: { events: ['push'] } });
  expect([changed.status, changed.json.warnings]).toEqual([200, undefined]);
});
