import { createHmac } from 'node:crypto';
import { createClient, HooklineError } from '@hookline/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type CountingReceiver,
  type System,
  startCountingReceiver,
  startTestSystem,
} from '../../src/index.ts';

let system: System;
let receiver: CountingReceiver;

beforeAll(async () => {
  receiver = await startCountingReceiver();
  system = await startTestSystem([
    { name: 'ingest' },
    { name: 'delivery' },
    { name: 'scheduler' },
    { name: 'gateway' },
  ]);
});

afterAll(async () => {
  await system?.stop();
  await receiver?.close();
});

const connect = (key: string = system.stack.secrets.operatorKey) =>
  createClient({ url: system.stack.urls.gateway, key });

test('the client creates an endpoint, publishes an event and follows it to its delivery', async () => {
  const hookline = connect();
  const endpoint = await hookline.endpoints.create({
    name: 'orders',
    url: receiver.url,
    events: ['order.*'],
    signing: { algorithm: 'both' },
  });
  expect(endpoint.secret).toMatch(/^whsec_/);
  const event = { type: 'order.paid', data: { total: 7 } };
  const published = await hookline.events.publish(event, { idempotencyKey: 'order-1' });
  const again = await hookline.events.publish(event, { idempotencyKey: 'order-1' });
  expect(again).toEqual({ id: published.id, duplicate: true });

  const processed = async () => {
    const ids: string[] = [];
    for await (const { id } of hookline.events.list({ status: 'processed', limit: 1 })) ids.push(id);
    return ids;
  };
  await expect.poll(processed, { timeout: 30_000 }).toEqual([published.id]);
  const deliveries = await hookline.deliveries.list({ eventId: published.id, limit: 5 }).page();
  expect(deliveries.page.limit).toBe(5);
  expect(deliveries.data).toMatchObject([
    { webhookId: endpoint.id, status: 'success', payload: { total: 7 } },
  ]);
  const journey = await hookline.events.journey(published.id);
  expect(journey.steps.map(({ step }) => step)).toContain('delivered');

  const query = `query ($id: ID!) { event(id: $id) {
    payload deliveries(first: 1) { nodes { endpoint { name } attempts(first: 1) { responseCode } } } } }`;
  const answer = await hookline.call('queryGraphql', { body: { query, variables: { id: published.id } } });
  expect(answer).toEqual({
    data: {
      event: {
        payload: '{"total":7}',
        deliveries: { nodes: [{ endpoint: { name: 'orders' }, attempts: [{ responseCode: 200 }] }] },
      },
    },
    extensions: { cost: 5 },
  });
});

test('each event that is published without a key is stored, and a list reads all of them page by page', async () => {
  const hookline = connect();
  const published: string[] = [];
  for (let n = 0; n < 5; n++)
    published.push((await hookline.events.publish({ type: 'page.test', data: n })).id);
  const list = async () => {
    const ids: string[] = [];
    for await (const { id } of hookline.events.list({ eventType: 'page.test', limit: 2 })) ids.push(id);
    return ids;
  };
  await expect.poll(list, { timeout: 30_000 }).toEqual(published.toReversed());
});

test('an export gives every event in one call, and its cursor continues with what is stored later', async () => {
  const hookline = connect();
  const query = { eventType: 'export.test' };
  const publish = async (n: number) => (await hookline.events.publish({ type: 'export.test', data: n })).id;
  const waitForAll = (count: number) =>
    expect
      .poll(async () => (await hookline.events.list(query).page()).data.length, { timeout: 30_000 })
      .toBe(count);
  const published = [await publish(1), await publish(2), await publish(3)];
  await waitForAll(3);
  const exported = hookline.events.export({ ...query, payload: true });
  const items: unknown[] = [];
  for await (const { id, payload } of exported) items.push([id, payload]);
  expect(items).toEqual(published.map((id, index) => [id, index + 1]));
  const later = await publish(4);
  await waitForAll(4);
  const rest: string[] = [];
  for await (const { id } of hookline.events.export({ ...query, cursor: exported.cursor })) rest.push(id);
  expect(rest).toEqual([later]);
});

test('a bulk call that is sent twice under one key makes one job, which cancels what the dry run counted', async () => {
  const hookline = connect();
  const { id: webhookId } = await hookline.endpoints.create({
    name: 'held',
    url: receiver.url,
    events: ['held.*'],
    active: false,
    whenOff: 'hold',
  });
  for (let n = 0; n < 3; n++) await hookline.events.publish({ type: 'held.test', data: n });
  const body = { action: 'cancel', filter: { webhookId } } as const;
  const count = async () => (await hookline.deliveries.bulk({ ...body, dryRun: true })).total;
  await expect.poll(count, { timeout: 30_000 }).toBe(3);
  const send = async () => {
    const made = await hookline.deliveries.bulk({ ...body, expectedCount: 3 }, { idempotencyKey: 'bulk-1' });
    if (!('id' in made)) throw new Error('it is a dry run');
    return made.id;
  };
  const id = await send();
  expect(await send()).toBe(id);
  await expect
    .poll(() => hookline.bulkJobs.get(id), { timeout: 30_000 })
    .toMatchObject({ status: 'completed', total: 3, changed: 3, skipped: 0 });
  const listed = await hookline.deliveries.list({ webhookId, status: 'discarded' }).page();
  expect(listed.data).toHaveLength(3);
});

test('a write that is sent five times at once under one key is carried out once', async () => {
  const hookline = connect();
  const body = { name: 'once', url: receiver.url, events: ['once.*'] };
  const send = () => hookline.endpoints.create(body, { idempotencyKey: 'once-1', retries: 10 });
  const created = await Promise.all([send(), send(), send(), send(), send()]);
  expect(new Set(created.map(({ id }) => id)).size).toBe(1);
  const named: string[] = [];
  for await (const { id, name } of hookline.endpoints.list()) if (name === 'once') named.push(id);
  expect(named).toEqual([created[0]?.id]);
  const other = hookline.endpoints.create({ ...body, name: 'twice' }, { idempotencyKey: 'once-1' });
  await expect(other).rejects.toMatchObject({ status: 422, code: 'idempotency_key_reused' });
});

test('the client reads, changes, pauses and deletes an endpoint', async () => {
  const hookline = connect();
  const created = await hookline.endpoints.create({ name: 'a', url: receiver.url, events: ['*'] });
  const read = await hookline.endpoints.get(created.id);
  const changed = await hookline.endpoints.update(created.id, { name: 'b', maxRetries: null });
  expect([read.name, changed.name, changed.maxRetries]).toEqual(['a', 'b', 3]);
  expect((await hookline.endpoints.verify(created.id, {})).checks.length).toBeGreaterThan(5);
  await hookline.endpoints.delete(created.id);
  await expect(hookline.endpoints.get(created.id)).rejects.toMatchObject({ status: 404, code: 'not_found' });
});

test('the client returns the body of a received webhook byte for byte', async () => {
  const hookline = connect();
  const secret = 'a secret of this test';
  const source = await hookline.sources.create({ provider: 'github', secret });
  const sent = Buffer.from('{"zen" : "Half measures are as bad as nothing at all.",  "hook_id":1}');
  const webhook = await fetch(new URL(new URL(source.url).pathname, system.stack.urls.ingest), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/1',
      'x-github-event': 'ping',
      'x-github-delivery': '7b5e4c1e-0000-4000-8000-000000000001',
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(sent).digest('hex')}`,
    },
    body: sent,
  });
  expect([webhook.ok, await webhook.text()]).toEqual([true, expect.any(String)]);
  const findId = async () => (await hookline.events.list({ provider: 'github' }).page()).data[0]?.id;
  await expect.poll(findId, { timeout: 30_000 }).toMatch(/^evt_/);
  const id = (await findId()) as string;
  expect(Buffer.from(await hookline.events.raw(id))).toEqual(sent);
  expect((await hookline.events.request(id)).body.content).toBe(sent.toString());
});

test('a refused field throws an error with an issue, and a refused key one with the code `unauthenticated`', async () => {
  const error = await connect()
    .endpoints.create({ name: '', url: 'https://example.com', events: ['a b'] })
    .catch((e: unknown) => e);
  expect(error).toBeInstanceOf(HooklineError);
  const { status, code, issues, requestId } = error as HooklineError;
  expect([status, code, issues.map(({ path }) => path)]).toEqual([
    400,
    'invalid_request',
    ['body/name', 'body/events/0'],
  ]);
  expect(requestId).toMatch(/./);
  await expect(connect('hl_wrong').endpoints.list().page()).rejects.toMatchObject({
    name: 'Unauthenticated',
    status: 401,
    code: 'unauthenticated',
  });
});
