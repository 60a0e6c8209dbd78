import { startReceiver } from '@hookline/testkit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica } from '../harness.ts';

let harness: Harness;
let replica: Replica;

beforeAll(async () => {
  harness = await createHarness();
  replica = await harness.startReplica();
});
afterAll(() => harness?.stop());

const MINIMAL = { name: 'a', url: 'https://example.com/hook', events: ['*'] };
const create = (as: string, body: object) =>
  replica.call('POST', '/api/webhooks', { as, body: { ...MINIMAL, ...body } });

test('metadata is merged by a change, null removes a member, and null for all of it removes all', async () => {
  const as = newTenant();
  const made = await create(as, { metadata: { customer: '42', plan: 'pro' } });
  expect([made.status, made.json.data.metadata]).toEqual([201, { customer: '42', plan: 'pro' }]);
  const change = async (metadata: unknown) =>
    (await replica.call('PATCH', `/api/webhooks/${made.json.data.id}`, { as, body: { metadata } })).json.data
      .metadata;
  expect(await change({ plan: 'free', region: 'eu' })).toEqual({
    customer: '42',
    plan: 'free',
    region: 'eu',
  });
  expect(await change({ plan: null })).toEqual({ customer: '42', region: 'eu' });
  expect(await change(null)).toEqual({});
  expect((await create(as, {})).json.data).toMatchObject({ uid: null, metadata: {}, tags: [] });
});

test.each([
  [{ metadata: { a: 1 } }, 'body/metadata/a'],
  [{ metadata: { 'a b': '1' } }, 'body/metadata/a b has a name that is not allowed'],
  [{ metadata: { a: 'x'.repeat(501) } }, 'body/metadata/a'],
  [{ metadata: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`m${n}`, ''])) }, 'body/metadata'],
  [{ tags: ['a b'] }, 'body/tags/0'],
  [{ tags: Array.from({ length: 21 }, (_, n) => `t${n}`) }, 'body/tags'],
  [{ uid: '' }, 'body/uid'],
  [{ uid: 'a/b' }, 'body/uid'],
  [{ uid: 'x'.repeat(91) }, 'body/uid'],
])('%j is refused, and the error names the field', async (settings, path) => {
  const { status, json } = await create(newTenant(), settings);
  expect([status, json.code]).toEqual([400, 'invalid_request']);
  expect(json.error).toContain(path);
});

test('metadata cannot grow beyond its bound by changes', async () => {
  const as = newTenant();
  const members = (from: number) =>
    Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`m${from + n}`, '']));
  const { json } = await create(as, { metadata: members(0) });
  const grown = await replica.call('PATCH', `/api/webhooks/${json.data.id}`, {
    as,
    body: { metadata: members(30) },
  });
  expect([grown.status, grown.json.code]).toEqual([400, 'invalid_request']);
});

test('a list is filtered by a tag, and a tag that is given twice is stored once', async () => {
  const as = newTenant();
  const one = await create(as, { tags: ['eu', 'gold', 'eu'] });
  const two = await create(as, { tags: ['eu'] });
  await create(as, {});
  await create(newTenant(), { tags: ['eu'] });
  expect(one.json.data.tags).toEqual(['eu', 'gold']);
  const list = async (query: string) => {
    const { json } = await replica.call('GET', `/api/webhooks?${query}`, { as });
    return { ids: json.data.map(({ id }: { id: string }) => id), total: json.page.total };
  };
  expect(await list('tag=eu')).toEqual({ ids: [two.json.data.id, one.json.data.id], total: 2 });
  expect(await list('tag=gold')).toEqual({ ids: [one.json.data.id], total: 1 });
  expect(await list('tag=none')).toEqual({ ids: [], total: 0 });
});

test("a tenant's own id stands in place of the id in every path of the endpoint", async () => {
  const as = newTenant();
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  const uid = 'customer-42:main';
  const made = await create(as, { uid, url: receiver.url });
  const { id } = made.json.data;
  const path = `/api/webhooks/uid:${uid}`;
  const get = await replica.call('GET', path, { as });
  expect([get.status, get.json.data.id, get.json.data.uid]).toEqual([200, id, uid]);
  for (const sub of ['stats', 'deliveries', 'public-keys', 'parked-keys'])
    expect([sub, (await replica.call('GET', `${path}/${sub}`, { as })).status]).toEqual([sub, 200]);
  const tested = await replica.call('POST', `${path}/test`, { as });
  expect(tested.status).toBe(202);
  await receiver.waitFor(1);
  const changed = await replica.call('PATCH', path, { as, body: { name: 'renamed' } });
  expect([changed.json.data.id, changed.json.data.name]).toEqual([id, 'renamed']);
  expect((await replica.call('POST', `${path}/regenerate-secret`, { as })).json.data.id).toBe(id);
  expect((await replica.call('DELETE', encodeURI(path), { as })).status).toBe(200);
  expect((await replica.call('GET', path, { as })).status).toBe(404);
});

test('an own id is unique within its tenant, free again after a deletion, and no other tenant sees it', async () => {
  const [as, other] = [newTenant(), newTenant()];
  const uid = `uid of ${as}`.replaceAll(' ', '-');
  const first = await create(as, { uid });
  const taken = await create(as, { uid });
  expect([taken.status, taken.json.code, taken.json.error]).toEqual([
    409,
    'conflict',
    'body/uid is the uid of another endpoint of this tenant',
  ]);
  const second = await create(as, {});
  const clash = await replica.call('PATCH', `/api/webhooks/${second.json.data.id}`, { as, body: { uid } });
  expect(clash.status).toBe(409);
  const foreign = await replica.call('GET', `/api/webhooks/uid:${uid}`, { as: other });
  expect([foreign.status, foreign.json.error]).toEqual([404, `There is no endpoint with the uid "${uid}"`]);
  expect((await replica.call('GET', `/api/webhooks/uid:${uid}`)).json.data.id).toBe(first.json.data.id);

  expect((await create(other, { uid })).status).toBe(201);
  const ambiguous = await replica.call('GET', `/api/webhooks/uid:${uid}`);
  expect([ambiguous.status, ambiguous.json.error]).toEqual([404, expect.stringContaining('userId')]);
  const named = await replica.call('GET', `/api/webhooks/uid:${uid}?userId=${encodeURIComponent(as)}`);
  expect(named.json.data.id).toBe(first.json.data.id);

  await replica.call('DELETE', `/api/webhooks/${first.json.data.id}`, { as });
  expect((await create(as, { uid })).status).toBe(201);
});
