import { deliveryId } from '@hookline/contracts';
import { until } from '@hookline/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica, waitForDelivery } from '../harness.ts';
import { receive } from '../support/receive.ts';

let harness: Harness;
let replica: Replica;

beforeAll(async () => {
  harness = await createHarness();
  replica = await harness.startReplica();
});
afterAll(() => harness?.stop());

/** A tenant, and a receiver whose answers have the status that `answer.status` has. */
async function scene() {
  const tenant = newTenant();
  const answer = { status: 200 };
  const receiver = await receive({ respond: () => ({ status: answer.status }) });
  const call = async (method: string, path: string, body?: object) => {
    const { status, json } = await replica.call(method, path, { as: tenant, ...(body && { body }) });
    expect(status, JSON.stringify(json)).toBeLessThan(300);
    return json.data;
  };
  const journeyOf = async (eventId: string): Promise<{ summary: string; texts: string[] }> => {
    const { summary, steps } = await call('GET', `/api/webhook-events/${eventId}/journey`);
    return { summary, texts: steps.map(({ text }: { text: string }) => text) };
  };
  const createEndpoint = (name: string, settings: object = {}) =>
    replica.createEndpoint(tenant, receiver.url, { name, retrySchedule: [], ...settings });
  const publish = async () => {
    const eventId = await harness.publish({ tenant });
    await harness.expectSettledEvent(eventId);
    return eventId;
  };
  const finish = (replayId: string) =>
    until(
      async () => {
        const { status, open } = await call('GET', `/api/replays/${replayId}`);
        return status === 'completed' && open === 0;
      },
      { what: `the end of replay ${replayId}` },
    );
  return { tenant, answer, receiver, call, journeyOf, createEndpoint, publish, finish };
}

test('after a catch-up the sentence says that the endpoint was off and got the event later, and not that it got it again', async () => {
  const { call, createEndpoint, journeyOf, publish, finish } = await scene();
  const { id } = await createEndpoint('Acme', { active: false });
  const eventId = await publish();
  const { replay } = await call('POST', `/api/webhooks/${id}/resume`, { catchUp: true });
  await finish(replay.id);
  const { summary, texts } = await journeyOf(eventId);
  expect(summary).toMatch(
    /; the only endpoint was switched off, later sent to it by request: delivered in \d+ ms$/,
  );
  expect(texts).toContain('No endpoint matched');
  expect(texts).not.toContain('The endpoint "Acme" matched');
  expect(texts).toContain(`The tenant had it sent to "Acme", by replay ${replay.id}`);
});

test('after a replay to one endpoint the sentence counts this endpoint once, and not as one that matched', async () => {
  const { call, createEndpoint, journeyOf, publish, finish } = await scene();
  await createEndpoint('first');
  const eventId = await publish();
  const { id: targetWebhookId } = await createEndpoint('later', { events: ['nothing.else'] });
  const replay = await call('POST', '/api/replays', {
    selection: { kind: 'events', eventIds: [eventId] },
    targetWebhookId,
  });
  await finish(replay.id);
  const { summary, texts } = await journeyOf(eventId);
  expect(summary).toMatch(
    /, matched the only endpoint, later sent to one more by request: two delivered in [\d a-z]+$/,
  );
  expect(texts).toContain(`The tenant had it sent to "later", by replay ${replay.id}`);
});

test('after a replay of all the sentence says that what was delivered before was delivered again', async () => {
  const { call, createEndpoint, journeyOf, publish, finish } = await scene();
  await createEndpoint('first');
  await createEndpoint('second');
  const eventId = await publish();
  const replay = await call('POST', '/api/replays', { selection: { kind: 'events', eventIds: [eventId] } });
  await finish(replay.id);
  expect((await journeyOf(eventId)).summary).toMatch(
    /, matched 2 of 2 endpoints: two delivered again in [\d a-z]+$/,
  );
});

test('after the replay of a dead letter the sentence says that it was delivered, and not that it was delivered again', async () => {
  const { answer, call, createEndpoint, journeyOf, publish, finish } = await scene();
  await createEndpoint('Acme');
  answer.status = 500;
  const eventId = await publish();
  expect((await journeyOf(eventId)).texts.at(-1)).toMatch(/^Hookline gave up on "Acme" after 1 attempt: /);
  answer.status = 200;
  const replay = await call('POST', '/api/replays', { selection: { kind: 'dead_letters' } });
  await finish(replay.id);
  const { summary, texts } = await journeyOf(eventId);
  expect(summary).toMatch(
    /, matched the only endpoint: delivered in \d+ ms at its second attempt, after it was sent again$/,
  );
  expect(texts).toContain(`The tenant had it sent to "Acme" again, by replay ${replay.id}`);
});

test('the sentence of an edited replay to one endpoint does not count the endpoints that it was not for', async () => {
  const { call, createEndpoint, journeyOf, publish } = await scene();
  const { id: webhookId } = await createEndpoint('first');
  await createEndpoint('second');
  const { eventId } = await call('POST', `/api/webhook-events/${await publish()}/replay-edited`, {
    data: { n: 2 },
    webhookId,
  });
  await waitForDelivery(replica, deliveryId(eventId, webhookId), ['success']);
  expect((await journeyOf(eventId)).summary).toMatch(
    /^Replayed \S+ UTC with another payload, for one endpoint only: delivered in \d+ ms$/,
  );
});
