import { type Receiver, startReceiver } from '@hookline/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica } from '../harness.ts';

let harness: Harness;
let replica: Replica;
let receiver: Receiver;
const tenant = newTenant();
beforeAll(async () => {
  harness = await createHarness();
  replica = await harness.startReplica();
  receiver = await startReceiver();
});
afterAll(async () => {
  await receiver?.close();
  await harness?.stop();
});

const URL = 'https://example.com/hook';
const call = (method: string, path: string, body: object, as = tenant) =>
  replica.call(method, path, { as, body });
const create = (body: object, as = newTenant()) =>
  call('POST', '/api/webhooks', { name: 'a', url: URL, events: ['*'], ...body }, as);

describe('a filter that can never match', () => {
  test.each([
    [
      { amount: { $gt: 100 } },
      'filter.amount',
      /no such field: there are id, type, .*: \{"data":\{"amount":"…"\}\}$/,
    ],
    [{ typ: 'a.b' }, 'filter.typ', /did you mean type\?$/],
    [{ 'data.amount': 1 }, 'filter["data.amount"]', /write \{"data":\{"amount":"…"\}\}$/],
    [{ $or: [] }, 'filter.$or', /empty/],
    [{ data: { a: { $in: [] } } }, 'filter.data.a.$in', /empty/],
    [{ data: { a: { $or: [] } } }, 'filter.data.a.$or', /empty/],
    [{ $or: [{ type: 'a' }, { amount: 1 }] }, 'filter.$or[1].amount', /no such field/],
    [{ $not: { amount: 1 } }, 'filter.$not.amount', /no such field/],
    [{ $or: ['paid'] }, 'filter.$or[0]', /whole event/],
    [{ $gt: 1 }, 'filter.$gt', /whole event/],
    [{ data: { a: { $ref: 'amount' } } }, 'filter.data.a.$ref', /no such field/],
    [{ data: { a: { $lt: { $ref: 'payload.b' } } } }, 'filter.data.a.$lt.$ref', /no such field/],
  ])('%j is refused where it is saved, tried or used', async (filter, path, message) => {
    const made = await create({}, tenant);
    for (const answer of [
      await create({ filter }),
      await call('PUT', `/api/webhooks/${made.json.data.id}`, { filter }),
      await call('POST', `/api/webhooks/${made.json.data.id}/explain`, { filter, lastEvents: 1 }),
      await call('POST', '/api/replays', { selection: { kind: 'events' }, filter, dryRun: true }),
      await call('POST', '/api/dead-letters/replay', { filter, dryRun: true }),
    ]) {
      expect([answer.status, answer.json.code]).toEqual([422, 'invalid_filter']);
      expect(answer.json.details).toEqual([
        { path: `body/${path}`, message: expect.stringMatching(message) },
      ]);
    }
  });

  test.each([
    { type: 'order.paid', data: { amount: { $gt: 1 } } },
    { $or: [{ type: 'order.paid' }, { $and: [{ provider: 'github' }, { $not: { action: 'x' } }] }] },
    { data: { a: { $ref: 'data.b' }, tags: { $nin: [] } } },
    { data: 'text' },
  ])('%j is taken, and nothing is said', async (filter) => {
    const answer = await create({ filter });
    expect([answer.status, answer.json.warnings]).toEqual([201, undefined]);
  });
});

describe('an accepted value that matches nothing', () => {
  const filter = {
    $or: [
      { type: 'order.*' },
      { type: { $in: ['a.b', '*.paid'] } },
      { provider: 'githb' },
      { provider: 'instagram' },
    ],
  };
  const expected = [
    ['filter_never_matches', 'body/filter/$or/0/type', /\{"\$startsWith": "order\."\}/],
    ['filter_never_matches', 'body/filter/$or/1/type/$in/1', /a whole type/],
    ['unknown_provider', 'body/filter/$or/2/provider', /no provider "githb"/],
    ['unknown_provider', 'body/filter/$or/3/provider', /write meta$/],
  ].map(([code, path, message]) => ({ code, path, message: expect.stringMatching(message as RegExp) }));

  test('gets a warning in a filter', async () => {
    const mine = newTenant();
    const made = await create({ filter }, mine);
    const path = `/api/webhooks/${made.json.data.id}`;
    for (const answer of [
      made,
      await call('PUT', path, { filter }, mine),
      await call('POST', `${path}/explain`, { filter, lastEvents: 1 }, mine),
      await call('POST', '/api/replays', { selection: { kind: 'events' }, filter, dryRun: true }),
    ]) {
      expect([answer.status < 300, answer.json.warnings]).toEqual([true, expected]);
    }
    expect((await call('PUT', path, { name: 'b' }, mine)).json.warnings).toBeUndefined();
  });

  test('gets a warning in the selection of a replay', async () => {
    const selection = { provider: 'nonesuch', errorCode: 'timout' };
    const warnings = (prefix: string) => [
      { code: 'unknown_provider', path: `${prefix}provider`, message: expect.stringContaining('"nonesuch"') },
      {
        code: 'unknown_error_code',
        path: `${prefix}errorCode`,
        message: expect.stringMatching(/did you mean timeout\?$/),
      },
    ];
    const replay = await call('POST', '/api/replays', {
      selection: { kind: 'dead_letters', ...selection },
      dryRun: true,
    });
    expect(replay.json.warnings).toEqual(warnings('body/selection/'));
    const letters = await call('POST', '/api/dead-letters/replay', { ...selection, dryRun: true });
    expect(letters.json.warnings).toEqual(warnings('body/'));
    const known = { kind: 'dead_letters', provider: 'github', errorCode: 'timeout' };
    expect(
      (await call('POST', '/api/replays', { selection: known, dryRun: true })).json.warnings,
    ).toBeUndefined();
  });
});

test('a second endpoint with the same URL and events gets a warning, on creation and on a change', async () => {
  const mine = newTenant();
  const first = await create({ name: 'first', events: ['order.*'] }, mine);
  expect(first.json.warnings).toBeUndefined();
  const warning = {
    code: 'duplicate_endpoint',
    path: 'body/url',
    message: expect.stringContaining(`"first" (${first.json.data.id})`),
  };
  expect((await create({ events: ['order.paid'] }, mine)).json.warnings).toEqual([warning]);
  expect((await create({ events: ['*'], active: false }, mine)).json.warnings).toBeUndefined();
  expect((await create({ events: ['invoice'] }, mine)).json.warnings).toBeUndefined();
  expect((await create({ events: ['order'], url: `${URL}/other` }, mine)).json.warnings).toBeUndefined();
  expect((await create({ events: ['order'] })).json.warnings).toBeUndefined();
  const other = await create({ events: ['*'], url: `${URL}/third` }, mine);
  const moved = await call('PUT', `/api/webhooks/${other.json.data.id}`, { url: URL }, mine);
  expect(moved.json.warnings).toHaveLength(3);
  expect(moved.json.warnings).toContainEqual(warning);
});

test('a rotation to the current secret and a rotation beyond the limit are 409 and change nothing', async () => {
  const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
  const { json } = await create({ secret }, tenant);
  const rotate = (body: object = {}) => call('POST', `/api/webhooks/${json.data.id}/regenerate-secret`, body);
  const same = await rotate({ secret, gracePeriodSeconds: 0 });
  expect([same.status, same.json.code, same.json.details[0].path]).toEqual([409, 'conflict', 'body/secret']);
  for (let n = 0; n < 9; n++) expect((await rotate()).status).toBe(200);
  const tooMany = await rotate();
  expect([tooMany.status, tooMany.json.error]).toEqual([
    409,
    expect.stringMatching(/^10 earlier secrets .* gracePeriodSeconds 0/),
  ]);
  expect((await rotate({ gracePeriodSeconds: 0 })).status).toBe(200);
  expect((await rotate({ secret })).status).toBe(200);
});

test('a transformation that sets the URL fails, and nothing is sent', async () => {
  const code = `function handler(webhook) { webhook.url = 'https://example.com/other'; return webhook; }`;
  const { json } = await create({ transformation: { code } }, tenant);
  const event = { type: 'order.paid', data: {} };
  const explained = await call('POST', `/api/webhooks/${json.data.id}/explain`, { event });
  expect(explained.json.data.transformation).toMatchObject({
    after: null,
    error: { code: 'transformation_failed', message: expect.stringContaining('webhook.url is set') },
  });
});

test('a request has an Accept header for any content type, unless the endpoint sets its own', async () => {
  const mine = newTenant();
  const any = await replica.createEndpoint(mine, `${receiver.url}any`);
  const own = await replica.createEndpoint(mine, `${receiver.url}own`, {
    headers: { Accept: 'application/json' },
  });
  expect(any.id).not.toBe(own.id);
  await harness.publish({ tenant: mine });
  const requests = await receiver.waitFor((all) => all.length >= 2);
  const accepted = Object.fromEntries(receiver.requests.map(({ path, headers }) => [path, headers.accept]));
  expect(requests).toBeDefined();
  expect(accepted).toEqual({ '/any': '*/*', '/own': 'application/json' });
});
