import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ManagedSource, ManagedSourceSettings } from '@hookline/contracts';
import { until } from '@hookline/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { createHarness, pathOf, type Replica, waitForRejections } from './harness.ts';
import { signGithub, signSlack } from './sign.ts';

const APP = 'oap_01KB00000000000000000000AA';
const CONNECTION = 'con_01KB00000000000000000000CC';
const CHANNEL = `UC${'a'.repeat(22)}`;
const TOPIC = `https://www.youtube.com/xml/feeds/videos.xml?channel_id=${CHANNEL}`;

const newSecret = () => randomBytes(16).toString('hex');

async function putSource(replica: Replica, settings: ManagedSourceSettings): Promise<ManagedSource> {
  const answer = await replica.call('PUT', '/internal/managed-sources', { body: settings });
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
  return answer.json.data as ManagedSource;
}

const slackApp = (secret: string): ManagedSourceSettings => ({
  key: APP,
  managedBy: APP,
  userId: null,
  provider: 'slack',
  secret,
});

const messageOf = (team: string, id: string) =>
  JSON.stringify({
    type: 'event_callback',
    team_id: team,
    event_id: id,
    event: { type: 'message', channel: 'C1', ts: '1.0' },
  });

test('a push to an OAuth application is stored on PUSHES before the 2xx, and is no event yet', async () => {
  const { startReplica, readEvents, readPushes } = await createHarness();
  const replica = await startReplica();
  const secret = newSecret();
  const source = await putSource(replica, slackApp(secret));

  const push = signSlack({ secret, body: messageOf('T1', 'Ev1') });
  expect((await replica.deliver(pathOf(source), push)).status).toBe(200);
  expect(await readPushes()).toMatchObject([
    {
      subject: `pushes.${APP}.slack`,
      attributes: { pushfor: APP, tenant: APP, type: 'slack.message', deliveryid: 'Ev1', via: 'webhook' },
    },
  ]);
  expect(await readEvents()).toEqual([]);

  // A retry of the provider is one push.
  await replica.deliver(pathOf(source), signSlack({ secret, body: messageOf('T1', 'Ev1') }));
  expect(await readPushes()).toHaveLength(1);
});

test('the address of a provider without a tenant is that of the applications of the installation too', async () => {
  const { startReplica, readEvents, readPushes } = await createHarness();
  const replica = await startReplica();
  const [ofApp, ofDefault, ofAcme] = [newSecret(), newSecret(), newSecret()];
  await putSource(replica, slackApp(ofApp));
  await replica.createSource({ provider: 'slack', secret: ofDefault }, 'default');
  await replica.createSource({ provider: 'slack', secret: ofAcme }, 'acme');

  const deliver = async (path: string, secret: string, id: string) =>
    (await replica.deliver(path, signSlack({ secret, body: messageOf('T1', id) }))).status;
  expect(await deliver('/api/webhooks/slack', ofApp, 'Ev1')).toBe(200);
  expect(await deliver('/api/webhooks/slack', ofDefault, 'Ev2')).toBe(200);
  expect(await deliver('/api/webhooks/slack/acme', ofAcme, 'Ev3')).toBe(200);
  // The address of a tenant belongs to that tenant alone.
  expect(await deliver('/api/webhooks/slack/acme', ofApp, 'Ev4')).toBe(401);

  expect((await readPushes()).map(({ attributes }) => attributes.deliveryid)).toEqual(['Ev1']);
  expect((await readEvents()).map(({ attributes }) => [attributes.tenant, attributes.deliveryid])).toEqual([
    ['default', 'Ev2'],
    ['acme', 'Ev3'],
  ]);
});

test('a push waits in the journal while JetStream is away, and is published to PUSHES afterwards', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'hookline-journal-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const { nats, startReplica, readEvents, readPushes } = await createHarness({
    publishDeadlineMs: 400,
    journal: { directory, maxBytes: 10_000_000 },
  });
  const replica = await startReplica();
  const secret = newSecret();
  const source = await putSource(replica, slackApp(secret));
  await nats.kill();
  const push = signSlack({ secret, body: messageOf('T1', 'Ev1') });
  expect((await replica.deliver(pathOf(source), push)).status).toBe(200);
  await nats.restart();
  const pushes = await until(async () => {
    const found = await readPushes().catch(() => []);
    return found.length > 0 ? found : undefined;
  });
  expect(pushes).toMatchObject([{ attributes: { pushfor: APP, deliveryid: 'Ev1' } }]);
  expect(await readEvents()).toEqual([]);
});

test('a source that is made again under its key is changed, and its previous secret stays valid', async () => {
  const { startReplica, readPushes } = await createHarness();
  const replica = await startReplica();
  const [first, second] = [newSecret(), newSecret()];
  const made = await Promise.all([0, 1].map(() => putSource(replica, slackApp(first))));
  expect(new Set(made.map(({ id }) => id)).size).toBe(1);
  const changed = await putSource(replica, slackApp(second));
  expect(changed.url).toBe(made[0]?.url);
  for (const [index, secret] of [first, second].entries()) {
    const push = signSlack({ secret, body: messageOf('T1', `Ev${index}`) });
    expect((await replica.deliver(pathOf(changed), push)).status).toBe(200);
  }
  expect(await readPushes()).toHaveLength(2);

  for (const _ of [1, 2]) {
    const deleted = await replica.call('DELETE', `/internal/managed-sources/${changed.id}`);
    expect(deleted.status).toBe(200);
  }
  const late = signSlack({ secret: second, body: messageOf('T1', 'Ev5') });
  expect((await replica.deliver(pathOf(changed), late)).status).toBe(401);
});

test('the source of an application is shown in no list of sources, and no tenant can make one', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  const source = await putSource(replica, slackApp(newSecret()));
  for (const as of [undefined, 'acme', 'default'])
    expect((await replica.call('GET', '/api/sources', { as })).json.data).toEqual([]);
  expect((await replica.call('GET', `/api/sources/${source.id}`)).status).toBe(404);
  const asTenant = await replica.call('PUT', '/internal/managed-sources', {
    as: 'acme',
    body: slackApp(newSecret()),
  });
  expect(asTenant.status).toBe(403);
});

test('the lease that a hub grants in its handshake reaches the scheduler before the hub is answered', async () => {
  const { startReplica, readEvents, readPushes } = await createHarness();
  const replica = await startReplica();
  const settings: ManagedSourceSettings = {
    key: `${CONNECTION} ${CHANNEL}`,
    managedBy: CONNECTION,
    userId: 'acme',
    provider: 'youtube',
    secret: newSecret(),
    options: { topic: CHANNEL },
  };
  const source = await putSource(replica, settings);
  const ask = (mode: string, more = '') =>
    fetch(
      `${replica.url}${pathOf(source)}?hub.mode=${mode}&hub.topic=${encodeURIComponent(TOPIC)}&hub.challenge=c1${more}`,
    );
  expect(await (await ask('subscribe', '&hub.lease_seconds=432000')).text()).toBe('c1');
  // The channel is still wanted.
  expect((await ask('unsubscribe')).status).toBe(404);
  expect((await ask('denied', '&hub.reason=gone')).status).toBe(200);

  const pushes = await readPushes();
  expect(pushes.map(({ subject }) => subject)).toEqual(Array(2).fill(`pushes.${CONNECTION}.youtube`));
  expect(
    pushes.map(({ attributes, payload }) => [attributes.type, JSON.parse(Buffer.from(payload).toString())]),
  ).toEqual([
    ['youtube.handshake', { sourceId: source.id, mode: 'subscribe', topic: TOPIC, leaseSeconds: 432_000 }],
    ['youtube.handshake', { sourceId: source.id, mode: 'denied', topic: TOPIC, reason: 'gone' }],
  ]);
  expect(await readEvents()).toEqual([]);
});

test('the ping of a repository hook is an event of its tenant, and the scheduler hears of it', async () => {
  const { startReplica, readEvents, readPushes } = await createHarness();
  const replica = await startReplica();
  const secret = newSecret();
  const source = await putSource(replica, {
    key: `${CONNECTION} 1296269`,
    managedBy: CONNECTION,
    userId: 'acme',
    provider: 'github',
    secret,
  });
  for (const event of ['ping', 'push']) {
    const body = JSON.stringify({ zen: 'x', hook_id: 1, repository: { full_name: 'acme/api' } });
    expect((await replica.deliver(pathOf(source), signGithub({ secret, event, body }))).status).toBe(200);
  }
  expect((await readEvents()).map(({ attributes }) => [attributes.tenant, attributes.type])).toEqual([
    ['acme', 'github.ping'],
    ['acme', 'github.push'],
  ]);
  expect((await readPushes()).map(({ payload }) => JSON.parse(Buffer.from(payload).toString()))).toEqual([
    { sourceId: source.id, kind: 'test', type: 'github.ping' },
  ]);
  const listed = await replica.call('GET', '/api/sources', { as: 'acme' });
  expect(listed.json.data).toMatchObject([{ id: source.id, managedBy: CONNECTION }]);
});

test('a source whose connection is paused answers as before, stores no event, and shows each in the rejections', async () => {
  const { startReplica, readEvents, readPushes } = await createHarness();
  const replica = await startReplica();
  const secret = newSecret();
  const hook: ManagedSourceSettings = {
    key: 'pwh_1',
    managedBy: CONNECTION,
    userId: 'acme',
    provider: 'github',
    secret,
  };
  const source = await putSource(replica, hook);
  const withhold = async (withholds: boolean) => {
    const body = {
      sources: [
        { id: source.id, withholds },
        { id: 'src_none', withholds },
      ],
    };
    expect((await replica.call('POST', '/internal/managed-sources/withholding', { body })).status).toBe(200);
  };
  const deliver = async (event: string, id: string) => {
    const body = JSON.stringify({ zen: id, repository: { full_name: 'octo/one' } });
    const request = signGithub({ secret, body, event, id });
    return (await replica.deliver(pathOf(source), request)).status;
  };
  await withhold(true);
  // Made again, it is still withheld.
  await putSource(replica, hook);
  expect(await deliver('push', 'one')).toBe(200);
  expect(await deliver('ping', 'two')).toBe(200);
  expect((await replica.deliver(pathOf(source), signGithub({ secret: 'wrong', body: '{}' }))).status).toBe(
    401,
  );
  expect(await readEvents()).toEqual([]);
  // What the provider says of the hook itself is still told.
  expect(await readPushes()).toMatchObject([{ attributes: { pushfor: CONNECTION, type: 'github.control' } }]);
  for (const rejection of await waitForRejections(replica, 2, '?code=withheld'))
    expect(rejection).toMatchObject({
      userId: 'acme',
      cause: 'withheld',
      sourceId: source.id,
      eventId: null,
      reason: expect.stringContaining('was not stored'),
    });

  await withhold(false);
  expect(await deliver('push', 'three')).toBe(200);
  expect((await readEvents()).map(({ attributes }) => attributes.deliveryid)).toEqual(['three']);
});
