import { createRequire } from 'node:module';
import { GITHUB_EVENT_TYPES, makeGithubExample } from '@hookline/providers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica } from '../harness.ts';
import { receive } from '../support/receive.ts';

interface Example {
  name: string;
  examples: Record<string, unknown>[];
}

let harness: Harness;
let replica: Replica;

beforeAll(async () => {
  harness = await createHarness();
  replica = await harness.startReplica();
});
afterAll(() => harness.stop());

const send = (tenant: string, body: object) =>
  replica.call('POST', '/api/webhooks/test', { as: tenant, body: { repository: 'acme/api', ...body } });

test('a test webhook contains a job that a receiver can read', async () => {
  const tenant = newTenant();
  const receiver = await receive({});
  await replica.createEndpoint(tenant, receiver.url, { events: ['workflow_job'] });
  const answer = await send(tenant, { eventType: 'workflow_job', action: 'completed' });
  expect(answer.status).toBe(202);
  await receiver.waitFor(1);
  const { type, data } = JSON.parse(String(receiver.requests[0]?.body));
  expect(type).toBe('github.workflow_job.completed');
  expect(data).toMatchObject({
    action: 'completed',
    workflow_job: { name: 'build', status: 'completed', conclusion: 'success' },
    repository: { full_name: 'acme/api' },
    sender: { login: expect.any(String) },
  });
});

test('a test event of another provider has the form of the provider’s own events', async () => {
  const tenant = newTenant();
  const receiver = await receive({});
  await replica.createEndpoint(tenant, receiver.url, { events: ['stripe.customer.*'] });
  const answer = await send(tenant, { eventType: 'stripe.customer.created' });
  expect(answer.status).toBe(202);
  await receiver.waitFor(1);
  const { type, data } = JSON.parse(String(receiver.requests[0]?.body));
  expect(type).toBe('stripe.customer.created');
  expect(data).toMatchObject({
    object: 'event',
    type: 'customer.created',
    data: { object: { object: 'customer' } },
  });
  const event = (await replica.call('GET', `/api/webhook-events/${answer.json.data.eventId}`, { as: tenant }))
    .json.data;
  expect(event).toMatchObject({
    provider: 'stripe',
    providerDeliveryId: answer.json.data.providerDeliveryId,
  });
  const unknown = await send(tenant, { eventType: 'stripe.customer.creatde' });
  expect([unknown.status, unknown.json.error]).toEqual([
    400,
    expect.stringContaining('must be a type with a sample, such as stripe.customer.created'),
  ]);
  expect((await send(tenant, { eventType: 'bearer.anything' })).json.error).toContain('there are no samples');
});

test('a type that GitHub does not have is refused, and the error names the nearest types', async () => {
  const tenant = newTenant();
  const refused = await send(tenant, { eventType: 'workflow_jbo' });
  expect([refused.status, refused.json.code]).toEqual([400, 'invalid_request']);
  expect(refused.json.error).toContain('did you mean workflow_job?');
  expect(refused.json.details).toEqual([expect.objectContaining({ path: 'body/eventType' })]);
  expect((await send(tenant, { eventType: 'invoice.paid' })).json.error).toContain(
    'such as push, workflow_job, pull_request or issues. GET /api/webhooks/events',
  );
  expect((await send(tenant, { eventType: 'github.issues.opened' })).json.error).toContain(
    'did you mean issues with the action opened, which is a field of its own?',
  );
  expect((await send(tenant, { eventType: 'github.push' })).status).toBe(202);
});

test('an example has exactly the fields that GitHub sends', () => {
  const published = createRequire(import.meta.url)('@octokit/webhooks-examples') as Example[];
  const known = new Map(published.map(({ name, examples }) => [name, examples]));
  let compared = 0;
  for (const type of GITHUB_EVENT_TYPES) {
    const event = type.slice('github.'.length);
    const { action, payload } = makeGithubExample({
      event,
      repository: 'acme/api',
      now: '2026-01-01T00:00:00.000Z',
    });
    expect(payload).toMatchObject({ repository: { full_name: 'acme/api', name: 'api' } });
    const examples = known.get(event);
    if (!examples) continue;
    compared++;
    expect({ event, hasAction: action !== undefined }).toEqual({
      event,
      hasAction: examples.some((example) => 'action' in example),
    });
    const names = new Set(examples.flatMap((example) => Object.keys(example)));
    const unknown = Object.keys(payload).filter(
      (name) => !names.has(name) && name !== 'repository' && name !== 'sender',
    );
    expect({ event, unknown }).toEqual({ event, unknown: [] });
    for (const [name, value] of Object.entries(payload)) {
      const samples = examples.map((example) => example[name]).filter((sample) => isObject(sample));
      if (!isObject(value) || samples.length === 0) continue;
      const inner = new Set(samples.flatMap((sample) => Object.keys(sample as object)));
      const strange = Object.keys(value).filter((each) => !inner.has(each));
      expect({ event, name, strange }).toEqual({ event, name, strange: [] });
    }
  }
  expect(compared).toBeGreaterThan(40);
});

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
