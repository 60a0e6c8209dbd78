import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ProviderApp, startGitHubApp, startSlackApp, startStripeApp } from '@hookline/demo';
import { findFreePort } from '@hookline/stack';
import { type Receiver, startReceiver, until } from '@hookline/testkit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import {
  type CliHome,
  createCliHome,
  type RunningCli,
  type System,
  startTestSystem,
} from '../../src/index.ts';

let system: System;

beforeAll(async () => {
  system = await startTestSystem([{ name: 'ingest' }, { name: 'delivery' }, { name: 'gateway' }]);
});
afterAll(() => system?.stop());

function createHome(): CliHome {
  const home = createCliHome({
    HOOKLINE_URL: system.stack.urls.gateway,
    HOOKLINE_KEY: system.stack.secrets.operatorKey,
  });
  onTestFinished(() => home.remove());
  return home;
}

async function listen(home: CliHome, ...args: string[]): Promise<RunningCli> {
  const running = home.start(['listen', ...args]);
  onTestFinished(() => void running.end('SIGKILL'));
  await running.waitFor('ready: live');
  return running;
}

/** Publishes events of a tenant, one after the other, and returns their ids. */
async function publish(userId: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    const body = { userId, type: 'cli.test', data: { n } };
    ids.push((await system.call<{ id: string }>('POST', '/api/events', body)).id);
  }
  return ids;
}

const arrived = (receiver: Receiver) => receiver.requests.map(({ headers }) => String(headers['webhook-id']));

test("the providers' own SDKs verify what listen forwards", async () => {
  const apps = await Promise.all([startGitHubApp(), startStripeApp(), startSlackApp()]);
  onTestFinished(() => {
    for (const app of apps) app.close();
  });
  const userId = 'listen-sdks';
  const urls = await Promise.all(
    apps.map(async ({ provider, secret }: ProviderApp) => {
      const body = { provider, secret, userId };
      return (await system.call<{ url: string }>('POST', '/api/sources', body)).url;
    }),
  );
  const targets = apps.flatMap(({ provider, url }) => ['--forward', `${provider}.*=${url}`]);
  const running = await listen(createHome(), '--user-id', userId, ...targets);
  const sent = await Promise.all(
    apps.map(async (app, index) => {
      const ids: string[] = [];
      for (let n = 0; n < 5; n++) ids.push((await app.send(urls[index] as string)).id);
      return ids;
    }),
  );
  await until(() => apps.every(({ verified, refused }) => verified.length + refused.length >= 5));
  expect(apps.flatMap(({ refused }) => refused)).toEqual([]);
  expect(apps.map(({ verified }) => verified)).toEqual(sent);
  await until(() => running.out.split('\n').length > 15);
  expect(running.out).toMatch(/github\.push {2}acme\/api {2}→ 200 {2}\d+ ms {2}evt_/);
});

test('a token that the provider sends in a header arrives behind listen, if the key may read secrets', async () => {
  const userId = 'listen-token';
  const secret = ['shared', 'with', 'gitlab'].join('-');
  const { url } = await system.call<{ url: string }>('POST', '/api/sources', {
    provider: 'gitlab',
    secret,
    userId,
  });
  const start = async (scopes: string[]) => {
    const receiver = await startReceiver();
    receiver.respond = ({ headers }) => ({ status: headers['x-gitlab-token'] === secret ? 200 : 401 });
    const { key } = await system.call<{ key: string }>('POST', '/api/keys', { userId, scopes });
    const home = createCliHome({ HOOKLINE_URL: system.stack.urls.gateway, HOOKLINE_KEY: key });
    onTestFinished(async () => {
      home.remove();
      await receiver.close();
    });
    return { receiver, running: await listen(home, '--forward', receiver.url) };
  };
  const [full, reading] = [await start(['*']), await start(['*:read'])];
  const sent = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-gitlab-event': 'Push Hook',
      'x-gitlab-token': secret,
    },
    body: '{"object_kind":"push","event_name":"push","ref":"refs/heads/main","project":{"path_with_namespace":"acme/api"}}',
  });
  expect(sent.status).toBe(200);
  await full.receiver.waitFor(1);
  await full.running.waitFor('→ 200');
  const [request] = await reading.receiver.waitFor(1);
  expect(request?.headers['x-gitlab-token']).toBe(undefined);
  await reading.running.waitFor('x-gitlab-token; a key with the scope sources:write gets them');
});

test('every event arrives once, while the local server and the gateway are killed and the CLI is asleep', async () => {
  const userId = 'listen-faults';
  const port = await findFreePort();
  const answered: string[] = [];
  const open = async () => {
    const receiver = await startReceiver({ port });
    receiver.respond = ({ headers }) => {
      answered.push(String(headers['webhook-id']));
      return {};
    };
    return receiver;
  };
  let receiver = await open();
  onTestFinished(() => receiver.close());
  const running = await listen(
    createHome(),
    '--user-id',
    userId,
    '--forward',
    `http://127.0.0.1:${port}/hook`,
  );
  const published = await publish(userId, 10);
  await until(() => answered.length === 10);

  // The local server is away.
  await receiver.close();
  published.push(...(await publish(userId, 3)));
  await running.waitFor(`127.0.0.1:${port} refuses; holding 3 events`);
  receiver = await open();
  await until(() => answered.length === 13);
  expect(running.err).toContain(`127.0.0.1:${port} answers again`);

  // The gateway dies, and events come through another way meanwhile.
  const gateway = system.stack.process('gateway');
  await gateway.kill();
  await running.waitFor('disconnected: ');
  await gateway.ready();
  published.push(...(await publish(userId, 10)));
  await until(() => answered.length === 23);

  // The machine sleeps.
  running.child.kill('SIGSTOP');
  published.push(...(await publish(userId, 10)));
  await gateway.restart();
  running.child.kill('SIGCONT');
  published.push(...(await publish(userId, 2)));
  await until(() => answered.length >= 35, { timeoutMs: 120_000 });

  expect(await running.end('SIGINT')).toBe(0);
  expect(answered).toEqual(published);
});

test('a listen that was killed continues with --since last, and sends no answered event again', async () => {
  const userId = 'listen-killed';
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  const home = createHome();
  const args = ['--user-id', userId, '--forward', receiver.url];
  const first = await listen(home, ...args);
  const published = await publish(userId, 5);
  await receiver.waitFor(5);
  await first.waitFor(published.at(-1) as string);
  await first.end('SIGKILL');
  published.push(...(await publish(userId, 5)));
  const second = home.start(['listen', ...args, '--since', 'last', '--exit-after', '5']);
  expect(await second.ended).toBe(0);
  expect(arrived(receiver)).toEqual(published);
  const third = home.start(['listen', ...args, '--since', 'last', '--timeout', '3s']);
  expect(await third.ended).toBe(1);
  expect(arrived(receiver)).toEqual(published);
});

test('events before the feed begins are read with --since a duration', async () => {
  const userId = 'listen-since';
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  const published = await publish(userId, 3);
  const args = ['--user-id', userId, '--forward', receiver.url, '--since', '10m', '--exit-after', '3'];
  const running = createHome().start(['listen', ...args]);
  expect(await running.ended, running.err).toBe(0);
  expect(arrived(receiver)).toEqual(published);
});

test('what was recorded is sent again without a gateway, with the same bytes', async () => {
  const userId = 'listen-record';
  const app = await startGitHubApp();
  const receiver = await startReceiver();
  onTestFinished(async () => {
    app.close();
    await receiver.close();
  });
  const { provider, secret } = app;
  const source = await system.call<{ url: string }>('POST', '/api/sources', { provider, secret, userId });
  const home = createHome();
  const file = join(home.folder, 'events.ndjson');
  const running = await listen(
    home,
    ...['--user-id', userId, '--forward', receiver.url, '--record', file, '--exit-after', '2'],
  );
  await app.send(`${source.url}/extra/path?x=1`);
  await receiver.waitFor(1);
  const { id } = await app.send(source.url);
  expect(await running.ended).toBe(0);
  const recorded = readFileSync(file, 'utf8').trim().split('\n');
  expect(recorded).toHaveLength(2);

  const offline = { HOOKLINE_URL: '', HOOKLINE_KEY: '' };
  const replay = await home.run(['replay', '--from', file, '--forward', receiver.url], { env: offline });
  expect(replay.code, replay.err).toBe(0);
  const [live, , again] = receiver.requests;
  expect(again?.path).toBe('/extra/path?x=1');
  expect(again?.body).toEqual(live?.body);
  expect(again?.headers['x-hub-signature-256']).toBe(live?.headers['x-hub-signature-256']);
  const { event } = JSON.parse(recorded[1] as string) as { event: { id: string } };
  const one = await home.run(['replay', event.id, '--from', file, '--forward', app.url], { env: offline });
  expect(one.code, one.err).toBe(0);
  expect([app.verified, app.refused]).toEqual([[id], []]);
});

test('output for programs: data on stdout as JSON, states on stderr', async () => {
  const userId = 'listen-json';
  const receiver = await startReceiver({ respond: () => ({ status: 500, body: 'boom\u001b[31m' }) });
  onTestFinished(() => receiver.close());
  const running = await listen(
    createHome(),
    ...['--user-id', userId, '--forward', receiver.url, '--output', 'json', '--exit-after', '1'],
  );
  const [id] = await publish(userId, 1);
  expect(await running.ended).toBe(0);
  const [line = '', ...rest] = running.out.trim().split('\n');
  expect(rest).toEqual([]);
  expect(JSON.parse(line)).toMatchObject({
    event: { id, type: 'cli.test' },
    request: { method: 'POST', isProviders: false },
    result: { kind: 'answered', status: 500, body: 'boom\u001b[31m' },
  });
  expect(running.err).toMatch(/^connecting …$/m);
  expect(running.err).toMatch(/^ready: live/m);
});

test('with --report the journey of an event shows what the local server answered, and hookline journey prints it', async () => {
  const userId = 'listen-report';
  const receiver = await startReceiver({ respond: () => ({ status: 503, body: 'no database' }) });
  onTestFinished(() => receiver.close());
  const home = createHome();
  const running = await listen(
    home,
    ...['--user-id', userId, '--forward', receiver.url, '--report', 'laptop of Ada', '--exit-after', '1'],
  );
  const [id] = await publish(userId, 1);
  expect(await running.ended, running.err).toBe(0);
  expect(running.err).toContain('report     each result, in the journey of its event, as "laptop of Ada"');
  const journey = await system.call<{ steps: { step: string; text: string; details: object }[] }>(
    'GET',
    `/api/webhook-events/${id}/journey`,
  );
  const forwarded = journey.steps.filter(({ step }) => step === 'forwarded');
  expect(forwarded).toMatchObject([
    {
      text: expect.stringMatching(/^Forwarded by hookline listen on laptop of Ada: 503 in \d+ ms$/),
      details: { status: 503, detail: 'no database' },
    },
  ]);
  const shown = await home.run(['journey', id as string]);
  expect(shown.out).toMatch(/→ Forwarded by hookline listen on laptop of Ada: 503 in \d+ ms/);
});

test('--report without --forward is refused, because nothing has a result', async () => {
  const { code, err } = await createHome().run(['listen', '--report']);
  expect([code, err]).toEqual([2, expect.stringContaining('--report needs --forward.')]);
});

test('a gateway that stays away ends with exit code 5, if it was asked to give up', async () => {
  const home = createHome();
  const running = await listen(home, '--forward', '4000', '--give-up-after', '1s');
  const gateway = system.stack.process('gateway');
  await gateway.stop();
  try {
    expect(await running.ended).toBe(5);
  } finally {
    await gateway.restart();
  }
});

test('a key that is revoked ends listen with exit code 3', async () => {
  const key = await system.call<{ id: string; key: string }>('POST', '/api/keys', {
    userId: 'listen-revoked',
  });
  const home = createCliHome({ HOOKLINE_URL: system.stack.urls.gateway, HOOKLINE_KEY: key.key });
  onTestFinished(() => home.remove());
  const running = await listen(home);
  await system.call('DELETE', `/api/keys/${key.id}`);
  expect(await running.ended).toBe(3);
  expect(running.err).toMatch(/does not accept the key of HOOKLINE_KEY/);
});
