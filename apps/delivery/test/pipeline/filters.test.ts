import { ensurePayloadObjects } from '@hookline/bus';
import { deliveryId, ID_PREFIX } from '@hookline/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica, waitForDelivery } from '../harness.ts';
import { receive } from '../support/receive.ts';

let harness: Harness;
let replica: Replica;

beforeAll(async () => {
  harness = await createHarness();
  replica = await harness.startReplica();
});
afterAll(() => harness.stop());

const unmatchedOf = async (eventId: string) => {
  await harness.expectSettledEvent(eventId);
  const [row] = await harness.asOwner<{ matched: number; unmatched: unknown }>(
    'select matched, unmatched from events where id = $1',
    [eventId],
  );
  return row;
};

test('only events that the filter matches are sent, and the journey shows which it did not match, and why', async () => {
  const tenant = newTenant();
  const receiver = await receive();
  const { id } = await replica.createEndpoint(tenant, receiver.url, {
    name: 'large orders',
    filter: { provider: 'app', data: { amount: { $gt: 100 }, status: { $ne: 'test' } } },
  });
  const small = await harness.publish({ tenant, payload: { amount: 50 } });
  const large = await harness.publish({ tenant, payload: { amount: 150 } });
  const [request] = await receiver.waitFor(1);
  expect(request?.headers['webhook-id']).toBe(large);
  expect(await unmatchedOf(small)).toEqual({
    matched: 0,
    unmatched: [[id, 'filter', 'data.amount is 50; the filter wants $gt 100']],
  });
  const journey = await replica.call('GET', `/api/webhook-events/${small}/journey`, { as: tenant });
  expect(journey.json.data.steps.map(({ text }: { text: string }) => text)).toContain(
    'The endpoint "large orders" did not match: its filter does not match it (data.amount is 50; the filter wants $gt 100)',
  );
  await harness.expectSettled(replica);
  expect(receiver.requests).toHaveLength(1);
});

/** A number with all its digits, as `JSON.stringify` is to print it. */
const exactly = (text: string) => (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text);

test('a filter keeps every digit: when it is saved, shown, saved again and evaluated', async () => {
  const tenant = newTenant();
  const receiver = await receive();
  const wanted = '7615917337495251231';
  const { id } = await replica.createEndpoint(tenant, receiver.url, {
    filter: { data: { id: exactly(wanted) } },
  });
  const shown = await replica.call('GET', `/api/webhooks/${id}`, { as: tenant });
  expect(shown.text).toContain(`"filter":{"data":{"id":${wanted}}}`);
  const saved = await replica.call('PUT', `/api/webhooks/${id}`, {
    as: tenant,
    body: { filter: { data: { id: { $gte: exactly(wanted), $lt: exactly('7615917337495251232') } } } },
  });
  expect(saved.text).toContain('"$lt":7615917337495251232');
  const other = await harness.publish({ tenant, payload: { id: exactly('7615917337495251232') } });
  const fits = await harness.publish({ tenant, payload: { id: exactly(wanted) } });
  const [request] = await receiver.waitFor(1);
  expect(request?.headers['webhook-id']).toBe(fits);
  expect(await unmatchedOf(other)).toMatchObject({
    unmatched: [[id, 'filter', 'data.id is 7615917337495251232; the filter wants $lt 7615917337495251232']],
  });
  const explained = await replica.call('POST', `/api/webhooks/${id}/explain`, {
    as: tenant,
    body: { event: { type: 'a.b', data: { ['__proto__']: 1, id: exactly(wanted) } } },
  });
  expect(explained).toMatchObject({ status: 200, json: { data: { wouldMatch: true } } });
});

test('a journey names the closest of many endpoints that did not match, and counts the others', async () => {
  const receiver = await receive();
  const tenant = newTenant();
  const make = (name: string, settings: object) =>
    replica.createEndpoint(tenant, receiver.url, { name, ...settings });
  for (let n = 0; n < 21; n++) await make('other', { events: ['order.other'] });
  await make('picky', { filter: { data: { amount: { $gt: 100 } } } });
  await make('off', { events: ['order.other'], active: false });
  const namesOf = async () => {
    const eventId = await harness.publish({ tenant, type: 'order.paid', payload: { amount: 1 } });
    await harness.expectSettledEvent(eventId);
    const { json } = await replica.call('GET', `/api/webhook-events/${eventId}/journey`, { as: tenant });
    const steps: { step: string; text: string; details?: unknown }[] = json.data.steps;
    return steps.filter(({ step, text }) => step === 'unmatched' && text !== 'No endpoint matched');
  };
  const named = await namesOf();
  expect(named.map(({ text }) => text)).toEqual([
    'The endpoint "off" did not match: it was switched off',
    expect.stringMatching(/^The endpoint "picky" did not match: its filter does not match it/),
    ...Array.from(
      { length: 18 },
      () => 'The endpoint "other" did not match: its event types do not include this one',
    ),
    '3 more endpoints did not match and are not listed',
  ]);
  expect(named.at(-1)?.details).toEqual({ omitted: 3 });

  // The same for a journey without filters.
  await make('also off', { active: false });
  const { json } = await replica.call('GET', '/api/webhooks?limit=100', { as: tenant });
  const picky = json.data.find(({ name }: { name: string }) => name === 'picky');
  await replica.call('DELETE', `/api/webhooks/${picky.id}`, { as: tenant });
  const texts = (await namesOf()).map(({ text }) => text);
  expect(texts.slice(0, 2)).toEqual([
    'The endpoint "off" did not match: it was switched off',
    'The endpoint "also off" did not match: it was switched off',
  ]);
  expect(texts.slice(20)).toEqual(['3 more endpoints did not match and are not listed']);
  expect(receiver.requests).toEqual([]);
});

test('a filter that cannot be evaluated sends nothing, and stops no other endpoint', async () => {
  const tenant = newTenant();
  const [broken, unreadable, healthy] = [await receive(), await receive(), await receive()];
  const filter = { $not: { data: { a: 1 } } };
  const first = await replica.createEndpoint(tenant, broken.url, { filter });
  const second = await replica.createEndpoint(tenant, unreadable.url, { filter });
  await replica.createEndpoint(tenant, healthy.url);
  // As another version of Hookline may have saved it.
  await harness.asOwner(`update endpoints set filter = '{"data": {"$regex": "x"}}' where id = $1`, [
    first.id,
  ]);
  await replica.call('PUT', `/api/webhooks/${first.id}`, { as: tenant, body: { name: 'broken' } });
  const eventId = await harness.publish({ tenant, payload: 'this is not JSON' });
  const [request] = await healthy.waitFor(1);
  expect(request?.headers['webhook-id']).toBe(eventId);
  const row = await unmatchedOf(eventId);
  expect(row?.matched).toBe(1);
  expect(
    Object.fromEntries(((row?.unmatched ?? []) as string[][]).map(([id, , details]) => [id, details])),
  ).toEqual({
    [first.id]: expect.stringMatching(
      /^the filter could not be evaluated: filter\.data\.\$regex: there is no operator/,
    ),
    [second.id]: 'the filter could not be evaluated: the payload is not JSON',
  });
  expect([broken.requests.length, unreadable.requests.length]).toEqual([0, 0]);
});

test("an endpoint without a filter gets the payload's own bytes, whatever they are", async () => {
  const tenant = newTenant();
  const receiver = await receive();
  await replica.createEndpoint(tenant, receiver.url);
  await replica.createEndpoint(tenant, receiver.url, { filter: { data: { n: { $exist: false } } } });
  const payload = '{ "n": 12345678901234567890.0, "n2":1e400 }';
  await harness.publish({ tenant, payload });
  const [request] = await receiver.waitFor(1);
  expect(request?.body.toString()).toContain(`"data":${payload}}`);
});

test('a payload of several megabytes is filtered too', async () => {
  const tenant = newTenant();
  const receiver = await receive();
  await replica.createEndpoint(tenant, receiver.url, { filter: { data: { last: 'wanted' } } });
  const payloads = await ensurePayloadObjects(harness.bus, harness.config.streams);
  const rows = Array.from({ length: 200_000 }, (_, n) => ({ id: n, name: `a name of number ${n}` }));
  const ids: string[] = [];
  for (const last of ['wanted', 'unwanted']) {
    const payload = Buffer.from(JSON.stringify({ rows, last }));
    expect(payload.length).toBeGreaterThan(8_000_000);
    const key = `filtered-${last}`;
    await payloads.put(key, payload, 10_000);
    ids.push(await harness.publish({ tenant, payload: '', payloadref: key }));
  }
  const [request] = await receiver.waitFor(1, 20_000);
  expect(request?.headers['webhook-id']).toBe(ids[0]);
  expect(await unmatchedOf(ids[1] as string)).toMatchObject({
    matched: 0,
    unmatched: [[expect.any(String), 'filter', 'data.last is "unwanted"; the filter wants "wanted"']],
  });
});

test("a test event passes the endpoint's filter, because it tests the connection", async () => {
  const tenant = newTenant();
  const receiver = await receive();
  const { id } = await replica.createEndpoint(tenant, receiver.url, { filter: { type: 'nothing.else' } });
  const answer = await replica.call('POST', `/api/webhooks/${id}/test`, { as: tenant });
  await receiver.waitFor(1);
  await waitForDelivery(replica, deliveryId(answer.json.data.eventId, id), ['success']);
});

describe('an invalid filter is refused on save, with the path of the error', () => {
  test.each([
    [
      { data: { n: { $regex: 'x' } } },
      /^body\/filter\.data\.n\.\$regex: there is no operator \$regex/,
      'filter.data.n.$regex',
    ],
    [
      { data: { n: { $gt: true } } },
      /^body\/filter\.data\.n\.\$gt: takes a number or a text/,
      'filter.data.n.$gt',
    ],
  ])('%j', async (filter, message, path) => {
    const tenant = newTenant();
    const { id } = await replica.createEndpoint(tenant, 'http://127.0.0.1:9/');
    const valid = { name: 'x', url: 'http://127.0.0.1:9/', events: ['*'] };
    const answers = [
      await replica.call('POST', '/api/webhooks', { as: tenant, body: { ...valid, filter } }),
      await replica.call('PUT', `/api/webhooks/${id}`, { as: tenant, body: { filter } }),
      await replica.call('POST', `/api/webhooks/${id}/explain`, {
        as: tenant,
        body: { filter, lastEvents: 1 },
      }),
    ];
    for (const { status, json } of answers) {
      expect(status).toBe(422);
      expect(json).toMatchObject({
        code: 'invalid_filter',
        error: expect.stringMatching(message),
        details: [{ path: `body/${path}`, message: expect.any(String) }],
      });
    }
  });
});

describe('explain', () => {
  test('explain says whether a received event would be sent, and the result of each condition', async () => {
    const tenant = newTenant();
    const { id } = await replica.createEndpoint(tenant, 'http://127.0.0.1:9/', {
      events: ['order.*'],
      filter: { data: { amount: { $gt: 100 }, currency: 'EUR' } },
      active: false,
    });
    const eventId = await harness.publish({
      tenant,
      type: 'order.paid',
      payload: { amount: 50, currency: 'EUR' },
    });
    await harness.expectSettledEvent(eventId);
    const explain = (body: object, as = tenant) =>
      replica.call('POST', `/api/webhooks/${id}/explain`, { as, body });
    const { json } = await explain({ eventId });
    expect(json.data).toEqual({
      wouldMatch: false,
      checks: [
        { check: 'active', holds: false, message: 'The endpoint is switched off' },
        {
          check: 'event_type',
          holds: true,
          message: "The endpoint's event types include order.paid by order.*",
        },
        {
          check: 'filter',
          holds: false,
          message: 'The filter does not match the event: data.amount is 50; the filter wants $gt 100',
          conditions: [
            {
              path: 'data.amount',
              operator: '$gt',
              holds: false,
              message: 'data.amount is 50; the filter wants $gt 100',
            },
            {
              path: 'data.currency',
              operator: '$eq',
              holds: true,
              message: 'data.currency is "EUR"; the filter wants "EUR"',
            },
          ],
        },
      ],
      transformation: null,
      lastEvents: null,
    });
    // Another filter, before it is saved.
    expect((await explain({ eventId, filter: { data: { amount: 50 } } })).json.data.checks[2].holds).toBe(
      true,
    );
    expect((await explain({ eventId, filter: null })).json.data.checks).toHaveLength(2);
    expect((await explain({ eventId }, newTenant())).json.code).toBe('not_found');
    expect((await explain({ eventId: `${ID_PREFIX.event}_x` })).json.error).toBe('There is no such event');
    expect((await explain({})).json.code).toBe('invalid_request');
    expect((await explain({ eventId, event: { type: 'a', data: 1 } })).json.code).toBe('invalid_request');
  });

  test('explain finds no event of another tenant', async () => {
    const [tenant, other] = [newTenant(), newTenant()];
    const { id } = await replica.createEndpoint(tenant, 'http://127.0.0.1:9/');
    const eventId = await harness.publish({ tenant: other });
    await harness.expectSettledEvent(eventId);
    for (const as of [tenant, undefined]) {
      const options = { body: { eventId }, ...(as === undefined ? {} : { as }) };
      const answer = await replica.call('POST', `/api/webhooks/${id}/explain`, options);
      expect(answer.status).toBe(404);
    }
  });

  test('explain takes an event from the request, or the newest stored events', async () => {
    const tenant = newTenant();
    const { id } = await replica.createEndpoint(tenant, 'http://127.0.0.1:9/', {
      active: false,
      events: ['order.*'],
    });
    const ids: string[] = [];
    for (let n = 0; n < 45; n++)
      ids.push(await harness.publish({ tenant, type: 'order.paid', payload: { n } }));
    ids.push(await harness.publish({ tenant, type: 'user.made', payload: { n: 44 } }));
    ids.push(
      await harness.publish({ tenant, type: 'order.paid', payload: { n: 44, pad: 'x'.repeat(300_000) } }),
    );
    for (const each of ids) await harness.expectSettledEvent(each);
    const { json } = await replica.call('POST', `/api/webhooks/${id}/explain`, {
      as: tenant,
      body: {
        event: { type: 'order.paid', data: { n: 41 } },
        filter: { data: { n: { $gte: 40 } } },
        lastEvents: 100,
      },
    });
    expect(json.data.wouldMatch).toBe(false);
    expect(json.data.checks.map(({ holds }: { holds: boolean }) => holds)).toEqual([false, true, true]);
    const { lastEvents } = json.data;
    expect(lastEvents).toMatchObject({ looked: 47, matched: 5, skipped: 1 });
    expect(lastEvents.events.map((event: { id: string }) => event.id)).toEqual([...ids].reverse());
    expect(lastEvents.events.slice(0, 3).map(({ matches }: { matches: boolean }) => matches)).toEqual([
      null,
      false,
      true,
    ]);
    expect(lastEvents.events[1].reason).toBe("the endpoint's event types do not include this one");
    expect(lastEvents.events[46].reason).toBe('data.n is 0; the filter wants $gte 40');
  });
});
