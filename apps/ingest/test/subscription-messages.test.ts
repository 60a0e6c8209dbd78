import { createHmac } from 'node:crypto';
import { createLogger } from '@hookline/service';
import { collectLogLines } from '@hookline/testkit';
import { expect, test } from 'vitest';
import { createHarness, pathOf } from './harness.ts';

const secret = 'a transport secret';

/** A request of Twitch. A revocation has the subscription's type, too. */
function signTwitch(message: 'notification' | 'revocation', id: string, body: string) {
  const at = new Date().toISOString();
  const signature = createHmac('sha256', secret).update(`${id}${at}${body}`).digest('hex');
  return {
    headers: {
      'content-type': 'application/json',
      'twitch-eventsub-message-id': id,
      'twitch-eventsub-message-timestamp': at,
      'twitch-eventsub-message-type': message,
      'twitch-eventsub-message-signature': `sha256=${signature}`,
      'twitch-eventsub-subscription-type': 'channel.follow',
    },
    body: Buffer.from(body),
  };
}

test('a revocation becomes an event of its own type, and its source shows the lost subscription', async () => {
  const lines = collectLogLines();
  const { startReplica, readEvents } = await createHarness();
  const logger = createLogger({ service: 'ingest', level: 'info', destination: lines.destination });
  const replica = await startReplica({}, logger);
  const source = await replica.createSource({ provider: 'twitch', secret }, 'acme');
  const other = await replica.createSource({ provider: 'twitch', secret }, 'acme');
  const one = `/api/sources/${source.id}`;
  const revoked = '{"subscription":{"id":"s1","status":"authorization_revoked","type":"channel.follow"}}';
  expect(
    (await replica.deliver(pathOf(source), signTwitch('notification', 'm1', '{"event":{}}'))).status,
  ).toBe(200);
  expect((await replica.deliver(pathOf(source), signTwitch('revocation', 'm2', revoked))).status).toBe(200);
  const events = (await readEvents()).map(({ attributes }) => attributes);
  expect(
    events.map(({ type, hookcontrol, hookcontrolreason }) => [type, hookcontrol, hookcontrolreason]),
  ).toEqual([
    ['twitch.channel.follow', undefined, undefined],
    ['twitch.revocation', 'revoked', 'authorization_revoked'],
  ]);
  await expect
    .poll(async () => (await replica.call('GET', one, { as: 'acme' })).json.data.subscription)
    .toEqual({
      kind: 'revoked',
      reason: 'authorization_revoked',
      type: 'twitch.revocation',
      eventId: events[1]?.id,
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
  expect(
    (await replica.call('GET', `/api/sources/${other.id}`, { as: 'acme' })).json.data.subscription,
  ).toBeNull();
  const [line] = await lines.waitFor('source.subscription_lost', 1);
  expect(line).toMatchObject({
    provider: 'twitch',
    sourceId: source.id,
    kind: 'revoked',
    reason: 'authorization_revoked',
  });
  const metrics = await (await fetch(`${replica.url}/metrics`)).text();
  expect(metrics).toMatch(
    /^hookline_ingest_subscription_messages_total\{provider="twitch",kind="revoked".*\} 1$/m,
  );

  // The revocation does not disable the source, and a repeat of the revocation makes no event.
  expect((await replica.deliver(pathOf(source), signTwitch('revocation', 'm2', revoked))).status).toBe(200);
  expect(
    (await replica.deliver(pathOf(source), signTwitch('notification', 'm3', '{"event":{}}'))).status,
  ).toBe(200);
  expect((await readEvents()).length).toBe(3);
});
