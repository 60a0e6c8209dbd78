import { attemptId, deliveryId } from '@hookline/contracts';
import { startReceiver } from '@hookline/testkit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica, waitForDelivery } from '../harness.ts';

let harness: Harness;
let replica: Replica;

beforeAll(async () => {
  harness = await createHarness();
  replica = await harness.startReplica();
});
afterAll(() => harness?.stop());

/** Two endpoints: one accepts every event, and one refuses the first attempt at each with 503. */
async function scene() {
  const tenant = newTenant();
  const [good, bad] = [await startReceiver(), await startReceiver()];
  onTestFinished(async () => {
    await Promise.all([good.close(), bad.close()]);
  });
  const seen = new Set<unknown>();
  bad.respond = ({ headers }) => {
    const id = headers['webhook-id'];
    if (seen.has(id)) return {};
    seen.add(id);
    return { status: 503 };
  };
  const one = await replica.createEndpoint(tenant, good.url);
  const two = await replica.createEndpoint(tenant, bad.url);
  const events: string[] = [];
  for (let n = 0; n < 3; n++) events.push(await harness.publish({ tenant, payload: { n } }));
  for (const id of events)
    for (const endpoint of [one, two])
      await waitForDelivery(replica, deliveryId(id, endpoint.id), ['success']);
  const list = async (query = '', as = tenant) => {
    const { status, json, text } = await replica.call('GET', `/api/attempts${query}`, { as });
    expect(status, text).toBe(200);
    return json as { data: { id: string }[]; page: { nextCursor: string | null; hasMore: boolean } };
  };
  const idsOf = async (query = '', as = tenant) => (await list(query, as)).data.map(({ id }) => id);
  return { tenant, one, two, events, list, idsOf };
}

test('attempts are listed over all endpoints, those at the newest events first, to their own tenant only', async () => {
  const { tenant, one, two, events, list, idsOf } = await scene();
  const expected = [...events].reverse().flatMap((event) =>
    [one.id, two.id]
      .sort()
      .reverse()
      .flatMap((endpoint) =>
        endpoint === two.id
          ? [attemptId(event, endpoint, 2), attemptId(event, endpoint, 1)]
          : [attemptId(event, endpoint, 1)],
      ),
  );
  expect(await idsOf()).toEqual(expected);
  expect(await idsOf('', newTenant())).toEqual([]);
  const [event = ''] = events;
  expect((await list(`?eventId=${event}&responseCode=503`)).data).toEqual([
    {
      id: attemptId(event, two.id, 1),
      deliveryId: deliveryId(event, two.id),
      eventId: event,
      webhookId: two.id,
      userId: tenant,
      attempt: 1,
      trigger: 'schedule',
      replayId: null,
      startedAt: expect.any(String),
      durationMs: expect.any(Number),
      firstByteMs: expect.any(Number),
      outcome: 'retry',
      responseCode: 503,
      errorCode: 'http_error',
      errorMessage: expect.any(String),
      nextAttemptAt: expect.any(String),
    },
  ]);
});

test('attempts are found by status, class of statuses, error code, outcome, endpoint and time', async () => {
  const { one, two, events, idsOf } = await scene();
  const failed = [...events].reverse().map((event) => attemptId(event, two.id, 1));
  for (const query of ['responseCode=503', 'responseCode=5xx', 'errorCode=http_error', 'outcome=retry'])
    expect([query, await idsOf(`?${query}`)]).toEqual([query, failed]);
  expect(await idsOf(`?webhookId=${two.id}&responseCode=5xx`)).toEqual(failed);
  expect(await idsOf(`?webhookId=${one.id}`)).toEqual(
    [...events].reverse().map((event) => attemptId(event, one.id, 1)),
  );
  expect(await idsOf(`?webhookId=${one.id}`, newTenant())).toEqual([]);
  expect(await idsOf('?responseCode=4xx')).toEqual([]);
  expect(await idsOf('?endDate=2020-01-01')).toEqual([]);
  expect(await idsOf('?startDate=2020-01-01')).toHaveLength(9);
});

test('pages of any size hold each attempt once', async () => {
  const { list, idsOf, two } = await scene();
  for (const filter of ['', `&webhookId=${two.id}`, '&outcome=success']) {
    const all = await idsOf(`?limit=100${filter}`);
    for (const limit of [1, 2, 4]) {
      const found: string[] = [];
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof list>> = await list(
          `?limit=${limit}${filter}${cursor === null ? '' : `&cursor=${cursor}`}`,
        );
        found.push(...page.data.map(({ id }) => id));
        cursor = page.page.nextCursor;
      } while (cursor !== null);
      expect([filter, limit, found]).toEqual([filter, limit, all]);
    }
  }
});

test.each(['responseCode=600', 'responseCode=5x', 'outcome=lost', 'cursor=%2F', 'offset=1'])(
  '%s is refused',
  async (query) => {
    const { status, json } = await replica.call('GET', `/api/attempts?${query}`, { as: newTenant() });
    expect([status, json.code]).toEqual([400, 'invalid_request']);
  },
);

test('a cursor of another list is refused, and so is a number that Postgres does not have', async () => {
  const cursors = ['evt_1', 'evt_1 ep_1', 'evt_1 ep_1 x', `evt_1 ep_1 ${'9'.repeat(20)}`];
  for (const position of cursors) {
    const cursor = Buffer.from(position).toString('base64url');
    const { status } = await replica.call('GET', `/api/attempts?cursor=${cursor}`, { as: newTenant() });
    expect([position, status]).toEqual([position, 400]);
  }
});
