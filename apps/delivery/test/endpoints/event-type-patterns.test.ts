import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica } from '../harness.ts';
import { receive } from '../support/receive.ts';

let harness: Harness;
let replica: Replica;

beforeAll(async () => {
  harness = await createHarness();
  replica = await harness.startReplica();
});
afterAll(() => harness.stop());

const PUBLISHED = ['github.push', 'github.workflow_job', 'github.workflow_job.completed', 'project.created'];

/** Each with the types that it is for, of those above. */
const MEANT: [pattern: string, types: string[]][] = [
  ['*', PUBLISHED],
  ['github', PUBLISHED.slice(0, 3)],
  ['github.*', PUBLISHED.slice(0, 3)],
  ['github.workflow_job', PUBLISHED.slice(1, 3)],
  ['github.workflow_job.*', PUBLISHED.slice(1, 3)],
  ['github.workflow_job.completed', ['github.workflow_job.completed']],
  ['workflow_job', PUBLISHED.slice(1, 3)],
  ['github.push.*', ['github.push']],
  ['push', ['github.push']],
  ['project', ['project.created']],
  ['project.created', ['project.created']],
  ['workflow', []],
];

async function publishAll(tenant: string): Promise<string[]> {
  const ids: string[] = [];
  for (const type of PUBLISHED) {
    const provider = type.startsWith('github.') ? 'github' : 'app';
    ids.push(await harness.publish({ tenant, type, provider }));
  }
  for (const id of ids) await harness.expectSettledEvent(id);
  return ids;
}

test('an endpoint gets the types that its patterns name and the types below them, with and without the name of the provider', async () => {
  const receiver = await receive({});
  const tenant = newTenant();
  const endpoints = new Map<string, string>();
  for (const [pattern] of MEANT) {
    const { id } = await replica.createEndpoint(tenant, receiver.url, { events: [pattern] });
    endpoints.set(pattern, id);
  }
  await publishAll(tenant);
  for (const [pattern, types] of MEANT) {
    const { json } = await replica.call('GET', `/api/webhooks/${endpoints.get(pattern)}/deliveries`);
    const got = json.data.map(({ eventType }: { eventType: string }) => eventType);
    expect({ pattern, got: got.sort() }).toEqual({ pattern, got: types });
  }
});

test('lists, replays and explanations match patterns in the same way as endpoints', async () => {
  const receiver = await receive({});
  const tenant = newTenant();
  const { id: webhookId } = await replica.createEndpoint(tenant, receiver.url);
  const [push] = await publishAll(tenant);
  for (const [pattern, types] of MEANT) {
    const query = `eventType=${encodeURIComponent(pattern)}`;
    const read = async (path: string) =>
      (await replica.call('GET', `${path}?${query}`, { as: tenant })).json.data;
    const events = await read('/api/webhook-events');
    expect(events.map(({ type }: { type: string }) => type).sort()).toEqual(types);
    const deliveries = await read('/api/deliveries');
    expect(deliveries.map(({ eventType }: { eventType: string }) => eventType).sort()).toEqual(types);
    const dry = await replica.call('POST', '/api/replays', {
      as: tenant,
      body: { selection: { kind: 'events', eventType: pattern }, dryRun: true },
    });
    expect(dry.json.data.total).toBe(types.length);
    await replica.call('PUT', `/api/webhooks/${webhookId}`, { as: tenant, body: { events: [pattern] } });
    const explained = await replica.call('POST', `/api/webhooks/${webhookId}/explain`, {
      as: tenant,
      body: { eventId: push, lastEvents: 10 },
    });
    expect(explained.json.data).toMatchObject({
      wouldMatch: types.includes('github.push'),
      lastEvents: { matched: types.length },
    });
  }
});

test('the events that an endpoint missed are found by its patterns', async () => {
  const receiver = await receive({});
  const tenant = newTenant();
  const { id } = await replica.createEndpoint(tenant, receiver.url, {
    events: ['workflow_job', 'project.*'],
  });
  await replica.call('PUT', `/api/webhooks/${id}`, { as: tenant, body: { active: false } });
  await publishAll(tenant);
  await replica.call('POST', `/api/webhooks/${id}/resume`, { as: tenant, body: { catchUp: true } });
  await receiver.waitFor(3);
  expect(receiver.requests.map(({ headers }) => headers['x-webhook-event']).sort()).toEqual([
    'github.workflow_job',
    'github.workflow_job.completed',
    'project.created',
  ]);
});
