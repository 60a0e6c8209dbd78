import { createLogger } from '@hookline/service';
import { collectLogLines } from '@hookline/testkit';
import { expect, test } from 'vitest';
import { createHarness, pathOf } from './harness.ts';
import { signGithub } from './sign.ts';

const SECRET = 'a secret of the source';

async function start(level = 'info') {
  const lines = collectLogLines();
  const { startReplica } = await createHarness();
  const logger = createLogger({ service: 'ingest', level, destination: lines.destination });
  const replica = await startReplica({}, logger);
  const source = await replica.createSource({ provider: 'github', secret: SECRET }, 'acme');
  const path = pathOf(source);
  const send = (id: string, secret = SECRET) =>
    replica.deliver(path, signGithub({ secret, id, body: '{"payload":"of the tenant","repository":{}}' }));
  return { lines, replica, source, path, send };
}

test('each received or refused webhook and each published event makes one log line', async () => {
  const { lines, replica, source, path, send } = await start();
  const answer = await send('d-1');
  await send('d-1');
  await send('d-2', 'another secret');
  const published = await replica.call('POST', '/api/events', {
    as: 'acme',
    body: { type: 'project.created', data: { payload: 'of the tenant' } },
  });
  await replica.call('POST', '/api/events', { as: 'acme', body: { type: 'not a type', data: 1 } });

  const about = { level: 'info', provider: 'github', tenant: 'acme', sourceId: source.id };
  const ms = expect.any(Number);
  const eventId = answer.headers.get('hookline-event-id');
  expect(eventId).toMatch(/^evt_/);
  expect(lines.of('webhook.received')).toMatchObject([
    { ...about, type: 'github.push', eventId, outcome: 'accepted', ms },
    { ...about, type: 'github.push', eventId, outcome: 'duplicate', ms },
  ]);
  expect(lines.of('webhook.refused')).toMatchObject([
    { ...about, status: 401, code: 'invalid_signature', reason: expect.any(String), ms },
  ]);
  expect(lines.of('event.published')).toMatchObject([
    { provider: 'app', tenant: 'acme', type: 'project.created', eventId: published.json.data.id, ms },
  ]);
  expect(lines.of('event.refused')).toMatchObject([{ provider: 'app', status: 400, ms }]);
  for (const secret of [SECRET, path.split('/').at(-1) as string, 'of the tenant', 'sha256='])
    expect(lines.text()).not.toContain(secret);
});

test('in a flood of received webhooks log lines are left out and counted, and no line of a refused webhook is left out', async () => {
  const { lines, send } = await start();
  await Promise.all(Array.from({ length: 200 }, (_, n) => send(`d-${n}`)));
  await send('d-refused', 'another secret');
  expect(lines.of('webhook.refused')).toHaveLength(1);
  const countAll = () =>
    lines
      .of('lines were left out')
      .reduce((sum, { leftOut }) => sum + Number(leftOut), lines.of('webhook.received').length);
  await lines.waitFor('lines were left out', 1);
  await expect.poll(countAll, { timeout: 10_000 }).toBe(200);
});

test('LOG_LEVEL=warn writes no line for a webhook or an event', async () => {
  const { lines, replica, send } = await start('warn');
  expect((await send('d-1')).status).toBe(200);
  expect((await send('d-2', 'another secret')).status).toBe(401);
  const { status } = await replica.call('POST', '/api/events', {
    as: 'acme',
    body: { type: 'a.b', data: 1 },
  });
  expect(status).toBe(202);
  expect(lines.text()).not.toMatch(/webhook\.|event\./);
});
