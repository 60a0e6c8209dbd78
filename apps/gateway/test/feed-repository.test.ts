import { createTestDatabase, startTestNats, type TestDatabase, type TestNats } from '@hookline/testkit';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createKey } from './call-api.ts';
import { createTestPublisher, type TestPublisher } from './publish.ts';
import { RepositorySocket } from './repository-socket.ts';
import { startGateway, type TestGateway } from './start-gateway.ts';

let nats: TestNats;
let database: TestDatabase;
let gateway: TestGateway;
let source: TestPublisher;
let key: string;
const opened: RepositorySocket[] = [];

beforeAll(async () => {
  [nats, database] = await Promise.all([startTestNats(), createTestDatabase()]);
  gateway = await startGateway({ databaseUrl: database.serviceUrl, natsUrl: nats.url });
  source = await createTestPublisher(nats.url);
  key = (await createKey(gateway.url, 'acme')).key;
});

afterEach(() => {
  for (const socket of opened.splice(0)) socket.close();
});

afterAll(async () => {
  await source?.close();
  await gateway?.close();
  await nats?.stop();
  await database?.drop();
});

function open(): RepositorySocket {
  const socket = new RepositorySocket(gateway.url, { key });
  opened.push(socket);
  return socket;
}

test.for([
  { type: 'subscribe:repository', data: 'org/repo' },
  { type: 'subscribe:repository', repository: 'org/repo' },
  { type: 'subscribe:repository', filter: { repository: 'org/repo' } },
])('%j follows one repository', async (message) => {
  const socket = open();
  await socket.waitFor('ready');
  socket.send(message);
  await socket.waitFor('subscribed');
  await source.publish({ type: 'github.push', repository: 'org/other' });
  await source.publish({ type: 'github.push', repository: 'org/repo', tenant: 'beta' });
  const id = await source.publish({ type: 'github.push', repository: 'org/repo' });
  await socket.waitForNamed(1);
  expect(socket.named.map(({ type, data }) => [type, data.id])).toEqual([['push-event', id]]);
});

test("events arrive under their names with the members of GitHub's payloads", async () => {
  const socket = open();
  await socket.waitFor('ready');
  socket.send({ type: 'subscribe:repository', data: 'org/repo', id: 'mine' });
  await socket.waitFor('subscribed');
  const repository = { full_name: 'org/repo' };
  await source.publish({
    type: 'github.workflow_job.completed',
    repository: 'org/repo',
    action: 'completed',
    payload: { action: 'completed', workflow_job: { name: 'build', conclusion: 'failure' }, repository },
  });
  await source.publish({
    type: 'github.secret_scanning_alert.created',
    repository: 'org/repo',
    action: 'created',
    payload: { action: 'created', repository },
  });
  await socket.waitForNamed(3);
  const [job, alert, security] = socket.named;
  expect(job).toMatchObject({
    type: 'workflow-job',
    ids: ['mine'],
    data: {
      eventType: 'workflow_job',
      action: 'completed',
      job: { name: 'build', conclusion: 'failure' },
      repository,
    },
  });
  expect([alert?.type, security?.type]).toEqual(['secret-scanning-alert', 'security-alert']);
  expect(security?.data).toMatchObject({ eventType: 'secret_scanning_alert', repository });
  // Both are in one frame: a client that got one got the other.
  expect(
    socket.raw.some(
      (frame) => frame.includes('"secret-scanning-alert"') && frame.includes('"security-alert"'),
    ),
  ).toBe(true);
});

test('the cursor of an event resumes after it', async () => {
  const first = open();
  await first.waitFor('ready');
  first.send({ type: 'subscribe:repository', data: 'org/resume' });
  await first.waitFor('subscribed');
  await source.publish({ repository: 'org/resume' });
  await first.waitForNamed(1);
  first.close();
  const missed = await source.publish({ repository: 'org/resume' });
  const again = open();
  await again.waitFor('ready');
  again.send({ type: 'subscribe:repository', data: 'org/resume', cursor: first.named[0]?.data.cursor });
  await again.waitForNamed(1);
  expect(again.named.map(({ data }) => data.id)).toEqual([missed]);
});

test('raw and a filter beside a repository alone are refused, and subscribe to nothing', async () => {
  const socket = open();
  await socket.waitFor('ready');
  socket.send({ type: 'subscribe:repository', data: 'org/repo', raw: true, id: 'raw' });
  expect(await socket.waitFor('error', ({ id }) => id === 'raw')).toMatchObject({ code: 'invalid_message' });
  socket.send({ type: 'subscribe:repository', data: 'org/repo', eventType: 'push', id: 'both' });
  expect((await socket.waitFor('error', ({ id }) => id === 'both')).message).toMatch(
    /"eventType" must not stand/,
  );
  socket.send({ type: 'subscribe:repository', data: 'org/last', id: 'last' });
  await socket.waitFor('subscribed');
  await source.publish({ repository: 'org/repo' });
  await source.publish({ repository: 'org/last' });
  await socket.waitForNamed(1);
  expect(socket.named.map(({ ids }) => ids)).toEqual([['last']]);
});
