import type { JourneyStep } from '@hookline/contracts';
import { startReceiver } from '@hookline/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica } from '../harness.ts';

let harness: Harness;
let replica: Replica;

beforeAll(async () => {
  harness = await createHarness();
  replica = await harness.startReplica();
});
afterAll(() => harness?.stop());

interface ReportAnswer {
  status: number;
  json: { data: { stored: number; missing: string[] }; error: string };
}

const report = (as: string | undefined, results: unknown, more: object = {}) =>
  replica.call('POST', '/api/webhook-events/local-results', {
    ...(as === undefined ? {} : { as }),
    body: { reporter: 'laptop', results, ...more },
  }) as Promise<ReportAnswer>;

/** An event that is stored, with its deliveries: an event is sent before it is stored. */
async function storedEvent(tenant: string): Promise<string> {
  const id = await harness.publish({ tenant, type: 'order.paid' });
  await harness.expectSettledEvent(id);
  return id;
}

async function journeyOf(tenant: string, id: string) {
  const { status, json } = await replica.call('GET', `/api/webhook-events/${id}/journey`, { as: tenant });
  expect(status).toBe(200);
  const { summary, event, steps } = json.data as {
    summary: string;
    event: { status: string; matched: number };
    steps: JourneyStep[];
  };
  return { summary, event, steps, forwarded: steps.filter(({ step }) => step === 'forwarded') };
}

test('the journey of an event shows what a local server answered, and where it was forwarded', async () => {
  const tenant = newTenant();
  const id = await storedEvent(tenant);
  const { status, json } = await report(tenant, [
    { eventId: id, durationMs: 41, status: 200, detail: 'thank you' },
    { eventId: id, durationMs: 30_000, error: 'timeout', detail: 'no answer within 30 s' },
  ]);
  expect([status, json.data]).toEqual([200, { stored: 2, missing: [] }]);
  const { forwarded, steps } = await journeyOf(tenant, id);
  expect(forwarded).toEqual([
    {
      at: expect.any(String),
      step: 'forwarded',
      text: 'Forwarded by hookline listen on laptop: 200 in 41 ms',
      details: { reporter: 'laptop', durationMs: 41, status: 200, detail: 'thank you' },
    },
    {
      at: expect.any(String),
      step: 'forwarded',
      text: 'Forwarded by hookline listen on laptop: no answer in 30000 ms',
      details: {
        reporter: 'laptop',
        durationMs: 30_000,
        error: 'timeout',
        detail: 'no answer within 30 s',
      },
    },
  ]);
  expect(steps[0]?.step).toBe('received');
});

test('a local result is not a delivery: status, summary, statistics and ledger stay the same', async () => {
  const tenant = newTenant();
  const receiver = await startReceiver();
  const endpoint = await replica.createEndpoint(tenant, receiver.url, { events: ['order.*'] });
  const id = await storedEvent(tenant);
  await receiver.waitFor(1);
  const read = async () => {
    const { event, summary } = await journeyOf(tenant, id);
    const stats = await replica.call('GET', `/api/webhooks/${endpoint.id}/stats`, { as: tenant });
    const ledger = await replica.call('GET', '/api/ledger');
    return {
      status: event.status,
      matched: event.matched,
      summary,
      stats: stats.json.data,
      ledger: ledger.json.data,
    };
  };
  const settled = async () => {
    let last = await read();
    for (;;) {
      const next = await read();
      if (next.status === 'processed' && JSON.stringify(next) === JSON.stringify(last)) return next;
      last = next;
    }
  };
  const before = await settled();
  await report(tenant, [{ eventId: id, durationMs: 5, status: 500 }]);
  expect(await read()).toEqual(before);
  await receiver.close();
});

test('the newest 20 results of an event are kept, also when calls come at the same time', async () => {
  const tenant = newTenant();
  const id = await storedEvent(tenant);
  const results = (from: number) =>
    Array.from({ length: 15 }, (_, n) => ({ eventId: id, durationMs: from + n, status: 200 }));
  await Promise.all([report(tenant, results(0)), report(tenant, results(100)), report(tenant, results(200))]);
  await report(tenant, [{ eventId: id, durationMs: 999, status: 204 }]);
  const { forwarded } = await journeyOf(tenant, id);
  expect(forwarded).toHaveLength(20);
  expect(forwarded.at(-1)?.text).toBe('Forwarded by hookline listen on laptop: 204 in 999 ms');
  // The last of the three calls is complete, because each waited for the one before it.
  const durations = forwarded.map(({ text }) => Number(/in (\d+) ms/.exec(text)?.[1]));
  const last = Math.floor((durations.at(-2) ?? 0) / 100) * 100;
  expect(durations.slice(4, 19)).toEqual(Array.from({ length: 15 }, (_, n) => last + n));
});

test('events that are not stored are named, and the results of the others are stored', async () => {
  const tenant = newTenant();
  const id = await storedEvent(tenant);
  const unknown = 'evt_01BX5ZZKBKACTAV9WEVGEMMVRZ';
  const { json } = await report(tenant, [
    { eventId: unknown, durationMs: 1, status: 200 },
    { eventId: id, durationMs: 1, status: 200 },
    { eventId: 'nonsense', durationMs: 1, error: 'refused' },
  ]);
  expect(json.data).toEqual({ stored: 1, missing: [unknown, 'nonsense'] });
});

test('no tenant reports about an event of another one, and an operator reports about any', async () => {
  const tenant = newTenant();
  const id = await storedEvent(tenant);
  const result = [{ eventId: id, durationMs: 1, status: 200 }];
  expect((await report(newTenant(), result)).json.data).toEqual({ stored: 0, missing: [id] });
  expect((await report(newTenant(), result, { userId: tenant })).status).toBe(403);
  expect((await report(undefined, result)).json.data).toEqual({ stored: 1, missing: [] });
  expect((await journeyOf(tenant, id)).forwarded).toHaveLength(1);
});

test('a result has either a status or an error, and its sizes are bounded', async () => {
  const tenant = newTenant();
  const eventId = await storedEvent(tenant);
  const wrong: [results: unknown, error: RegExp][] = [
    [[{ eventId, durationMs: 1 }], /results\/0 must have either status or error/],
    [[{ eventId, durationMs: 1, status: 200, error: 'timeout' }], /either status or error/],
    [[{ eventId, durationMs: 1, status: 200, detail: 'x'.repeat(1_001) }], /results\/0\/detail/],
    [[], /results/],
    [Array.from({ length: 101 }, () => ({ eventId, durationMs: 1, status: 200 })), /results/],
  ];
  for (const [results, error] of wrong) {
    const answer = await report(tenant, results);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.json)).toMatch(error);
  }
  const named = await report(tenant, [{ eventId, durationMs: 1, status: 200 }], { reporter: 'a\u001b[31m' });
  expect(named.status).toBe(400);
  expect((await journeyOf(tenant, eventId)).forwarded).toEqual([]);
});

test('a deleted event has no local results left, and gets no new ones', async () => {
  const tenant = newTenant();
  const id = await storedEvent(tenant);
  const result = [{ eventId: id, durationMs: 1, status: 200, detail: 'a secret of the answer' }];
  await report(tenant, result);
  expect((await replica.call('DELETE', `/api/webhook-events/${id}`, { as: tenant })).status).toBe(200);
  expect((await report(tenant, result)).json.data).toEqual({ stored: 0, missing: [id] });
  expect(await harness.asOwner('select from local_results where event_id = $1', [id])).toEqual([]);
});
