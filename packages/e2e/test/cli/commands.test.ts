import { startReceiver, until } from '@hookline/testkit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type CliHome, createCliHome, type System, startTestSystem } from '../../src/index.ts';

let system: System;
let home: CliHome;

beforeAll(async () => {
  system = await startTestSystem([
    { name: 'ingest' },
    { name: 'delivery' },
    { name: 'scheduler' },
    { name: 'gateway' },
  ]);
  home = createCliHome();
  const { code, err } = await home.run(['login', system.stack.urls.gateway, '--key-stdin'], {
    input: `${system.stack.secrets.operatorKey}\n`,
  });
  if (code !== 0) throw new Error(err);
});
afterAll(async () => {
  home?.remove();
  await system?.stop();
});

/** Runs a command that must succeed. */
async function hookline(...args: string[]): Promise<string> {
  const { code, out, err } = await home.run(args);
  expect(code, `hookline ${args.join(' ')}\n${out}${err}`).toBe(0);
  return out;
}
const lines = (out: string) => out.split('\n').slice(0, -1);

test('whoami names the caller, and a wrong key is exit code 3 and is not stored', async () => {
  expect(await hookline('whoami')).toMatch(/^operator at http:/);
  const args = ['login', system.stack.urls.gateway, '--key-stdin', '--profile', 'wrong'];
  const { code, out } = await home.run(args, { input: 'hl_not_a_key' });
  expect([code, out]).toEqual([3, '']);
  expect(lines(await hookline('profiles'))).toHaveLength(1);
});

test('doctor finds everything right', async () => {
  const out = await hookline('doctor');
  expect(out).not.toContain('✗');
  for (const name of ['config', 'credentials', 'gateway', 'clock', 'key', 'live feed'])
    expect(out).toMatch(new RegExp(`^✓ ${name}`, 'm'));
});

test.each([
  ['github', 'push'],
  ['stripe', undefined],
  ['slack', undefined],
  ['shopify', undefined],
  ['twilio', undefined],
  ['discord', undefined],
  ['mailgun', undefined],
  ['linear', undefined],
  ['svix', undefined],
] as const)(
  'a sample of %s is accepted twice as two events by a source that trigger makes',
  async (provider, event) => {
    const named = event === undefined ? [provider] : [provider, event];
    const first = await hookline('trigger', ...named, '--create-source', '--user-id', 'trigger');
    const second = await hookline('trigger', ...named, '--user-id', 'trigger');
    const ids = [first, second].map((out) => out.trim());
    expect(ids).toEqual([expect.stringMatching(/^evt_/), expect.stringMatching(/^evt_/)]);
    expect(new Set(ids).size).toBe(2);
  },
);

test('trigger does not guess a secret that it does not know', async () => {
  await system.call('POST', '/api/sources', { provider: 'gitlab', secret: 'unknown here', userId: 'acme' });
  const { code, out, err } = await home.run(['trigger', 'gitlab', '--user-id', 'acme']);
  expect([code, out]).toEqual([1, '']);
  expect(err).toMatch(/is not known here/);
});

test('an event is found in lists, in its journey and by any of its ids', async () => {
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  const endpoint = JSON.parse(
    await hookline(
      ...[
        'endpoints',
        'create',
        '--user-id',
        'look',
        '--name',
        'cli',
        '--url',
        receiver.url,
        '--events',
        'look.*',
      ],
      '--json',
    ),
  ) as { id: string };
  const { id } = JSON.parse(
    await hookline(
      'events',
      'publish',
      '--user-id',
      'look',
      '--type',
      'look.at',
      '--data',
      '{"n":1}',
      '--json',
    ),
  ) as { id: string };
  await receiver.waitFor(1);
  // An event is sent before it is stored.
  const listed = await until(async () => {
    const found = lines(await hookline('events', '--user-id', 'look', '--event-type', 'look.*'));
    return found.length > 0 && found;
  });
  expect(listed).toEqual([
    expect.stringMatching(new RegExp(`^\\d{4}-\\d\\d-\\d\\d [\\d:]+\\tlook\\.at\\t.*\\t${id}$`)),
  ]);
  const [delivery = ''] = lines(
    await hookline('deliveries', '--user-id', 'look', '--event-id', id, '--json'),
  );
  const { id: deliveryId, webhookId } = JSON.parse(delivery) as { id: string; webhookId: string };
  expect(webhookId).toBe(endpoint.id);
  for (const each of [id, deliveryId])
    expect(await hookline('journey', each, '--user-id', 'look')).toContain(id);
  await hookline('replay', id, '--user-id', 'look');
  await receiver.waitFor(2);
  await hookline('replay', id, '--user-id', 'look', '--forward', receiver.url);
  await receiver.waitFor(3);
  expect(receiver.requests.map(({ headers }) => headers['webhook-id'])).toEqual([id, id, id]);
});

test('a list goes on over pages, and says when there is more', async () => {
  for (let n = 0; n < 7; n++)
    await system.call('POST', '/api/events', { userId: 'pages', type: 'page.made', data: { n } });
  const all = lines(await hookline('events', '--user-id', 'pages', '--all', '--json'));
  expect(all).toHaveLength(7);
  const { out, err } = await home.run(['events', '--user-id', 'pages', '--limit', '3']);
  expect(lines(out)).toHaveLength(3);
  const cursor = /--cursor (\S+)/.exec(err)?.[1] ?? '';
  expect(lines(await hookline('events', '--user-id', 'pages', '--all', '--cursor', cursor))).toHaveLength(4);
});

test('a refused request is explained, and the exit code says that it is refused', async () => {
  const source = await system.call<{ url: string }>('POST', '/api/sources', {
    provider: 'github',
    secret: 'the right secret',
    userId: 'acme',
  });
  const input = `curl -X POST '${source.url}' -H 'x-github-event: push' -H 'x-github-delivery: 1' -H 'user-agent: GitHub-Hookshot/1' -H 'content-type: application/json' -H 'x-hub-signature-256: sha256=${'0'.repeat(64)}' -d '{}'`;
  const { code, out } = await home.run(['diagnose'], { input });
  expect(code).toBe(1);
  expect(out).toMatch(/✗ signature/);
  expect(out).toContain('The request is not accepted.');
});

test('an error of the API names the field, and nothing is on stdout', async () => {
  const args = [
    'endpoints',
    'create',
    '--user-id',
    'look',
    '--name',
    'x',
    '--url',
    'nonsense',
    '--events',
    'a.*',
  ];
  const { code, out, err } = await home.run(args);
  expect([code, out]).toEqual([1, '']);
  expect(err).toContain('body/url');
});

test.each([
  'sources',
  'endpoints',
  'connections',
  'dead-letters',
  'deliveries',
  'replays',
  'bulk-jobs',
  'connections bulk-jobs',
  'portal-sessions',
  'alerts',
  'alert-rules',
  'providers',
  'queue',
  'events stats',
  'sources rejections',
])('hookline %s answers, for people and as JSON', async (words) => {
  const args = words.split(' ');
  const [, json] = await Promise.all([hookline(...args), hookline(...args, '--json')]);
  for (const line of lines(json)) expect(() => JSON.parse(line)).not.toThrow();
});

test('tail shows events as they come, one JSON object a line', async () => {
  const running = home.start(['tail', '--user-id', 'tail', '--json', '--exit-after', '2']);
  onTestFinished(() => void running.end('SIGKILL'));
  await running.waitFor('ready: live');
  for (const n of [1, 2])
    await system.call('POST', '/api/events', { userId: 'tail', type: 'tail.test', data: { n } });
  expect(await running.ended).toBe(0);
  expect(lines(running.out).map((line) => (JSON.parse(line) as { data: unknown }).data)).toEqual([
    { n: 1 },
    { n: 2 },
  ]);
});

test('a tenant sees nothing of another tenant', async () => {
  const { key } = await system.call<{ key: string }>('POST', '/api/keys', { userId: 'tenant-a' });
  const { id } = await system.call<{ id: string }>('POST', '/api/events', {
    userId: 'tenant-b',
    type: 'secret.made',
    data: {},
  });
  const tenant = createCliHome({ HOOKLINE_URL: system.stack.urls.gateway, HOOKLINE_KEY: key });
  onTestFinished(() => tenant.remove());
  expect((await tenant.run(['events', '--all'])).out).toBe('');
  const commands = [
    ['journey', id],
    ['events', 'get', id],
    ['replay', id],
    ['replay', id, '--forward', '4000'],
    ['queue', 'pause'],
    ['tail', '--user-id', 'tenant-b'],
  ];
  const results = await Promise.all(
    commands.map(async (args) => {
      const { code, out } = await tenant.run(args);
      return [args, code, out];
    }),
  );
  expect(results).toEqual(commands.map((args) => [args, 1, '']));
});
