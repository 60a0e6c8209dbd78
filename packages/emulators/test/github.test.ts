import { getProvider, verifyWebhook } from '@hookline/providers';
import { type Receiver, startReceiver } from '@hookline/testkit';
import { Octokit } from '@octokit/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulators, startEmulators } from '../src/index.ts';
import { EMULATED_CLIENTS } from '../src/start-applications.ts';
import { present, toInbound } from './helpers.ts';

const DAY_MS = 86_400_000;
const EVENTS = ['push', 'issues', 'pull_request', 'release', 'star', 'fork'] as const;

let emulators: Emulators;
let receiver: Receiver;
let octokit: Octokit;

beforeAll(async () => {
  emulators = await startEmulators();
  receiver = await startReceiver();
  octokit = clientWith(['repo', 'notifications']);
});
afterAll(async () => {
  await emulators.close();
  await receiver.close();
});

function clientWith(scopes: string[], account = 'octo-ada'): Octokit {
  const clientId = EMULATED_CLIENTS.githubOAuthApp;
  const { accessToken } = emulators.github.issueToken({ clientId, account, scopes });
  const baseUrl = present(emulators.origins.github['https://api.github.com']);
  return new Octokit({ auth: accessToken, baseUrl });
}

function createHook(repo: string, path: string, events: readonly string[] = EVENTS, client = octokit) {
  return client.request('POST /repos/{owner}/{repo}/hooks', {
    owner: 'octo-ada',
    repo,
    events: [...events],
    config: { url: receiver.url + path, content_type: 'json', secret: 'emulated-hook-secret' },
  });
}

function arrivals(path: string, event?: string) {
  return receiver.requests.filter(
    (request) =>
      request.path === `/${path}` && (event === undefined || request.headers['x-github-event'] === event),
  );
}

test('a hook is pinged, told of what happens with a signature that our verification accepts, and masked', async () => {
  const { data: hook } = await createHook('hello', 'signed');
  expect(hook).toMatchObject({ type: 'Repository', active: true, config: { secret: '********' } });
  await emulators.github.listHooks({ repository: 'octo-ada/hello' });
  expect(arrivals('signed', 'ping')).toHaveLength(1);
  for (const kind of EVENTS) {
    const { deliveries } = await emulators.github.act({ repository: 'octo-ada/hello', kind });
    expect(deliveries).toMatchObject([{ status: 'OK' }]);
  }
  const github = present(getProvider('github'));
  for (const event of EVENTS) {
    const request = toInbound(arrivals('signed', event)[0], receiver.url);
    expect(await verifyWebhook(github, { request, secrets: ['emulated-hook-secret'] })).toMatchObject({
      ok: true,
    });
  }
  const { data: read } = await octokit.request('GET /repos/{owner}/{repo}/hooks/{hook_id}', {
    owner: 'octo-ada',
    repo: 'hello',
    hook_id: hook.id,
  });
  expect(read.last_response).toMatchObject({ code: 200, status: 'active' });
});

test('a second hook with the same address is refused, and the twenty-first for an event too', async () => {
  emulators.github.createRepository({ repository: 'octo-ada/limits' });
  await createHook('limits', 'hook-0');
  await expect(createHook('limits', 'hook-0')).rejects.toMatchObject({
    status: 422,
    response: { data: { errors: [{ message: 'Hook already exists on this repository' }] } },
  });
  for (let count = 1; count < 20; count += 1) await createHook('limits', `hook-${count}`, ['push']);
  await expect(createHook('limits', 'hook-20', ['push'])).rejects.toMatchObject({
    status: 422,
    response: { data: { errors: [{ message: 'The "push" event cannot have more than 20 hooks' }] } },
  });
  const list = await octokit.request('GET /repos/{owner}/{repo}/hooks', {
    owner: 'octo-ada',
    repo: 'limits',
    per_page: 8,
  });
  expect(list.data).toHaveLength(8);
  expect(list.headers.link).toMatch(/page=2[^>]*>; rel="next"/);
});

test('without the scope or the administration hooks are 404, and a restricted organisation is 403', async () => {
  await expect(createHook('hello', 'x', EVENTS, clientWith(['notifications']))).rejects.toMatchObject({
    status: 404,
  });
  await expect(createHook('hello', 'x', EVENTS, clientWith(['repo'], 'octo-ben'))).rejects.toMatchObject({
    status: 404,
  });
  emulators.github.createRepository({
    repository: 'closed-org/tool',
    organization: true,
    restricted: true,
    admins: ['octo-ada'],
  });
  const call = octokit.request('GET /repos/{owner}/{repo}', { owner: 'closed-org', repo: 'tool' });
  await expect(call).rejects.toMatchObject({
    status: 403,
    message: expect.stringContaining('OAuth App access restrictions'),
  });
});

test('the delivery log lists failures by pages, and a redelivery keeps the guid', async () => {
  emulators.github.createRepository({ repository: 'octo-ada/log' });
  const { data: hook } = await createHook('log', 'log');
  const place = { owner: 'octo-ada', repo: 'log', hook_id: hook.id };
  await emulators.github.listHooks({ repository: 'octo-ada/log' });
  const failed = await emulators.github.act({ repository: 'octo-ada/log', kind: 'push', delivery: 'failed' });
  await emulators.github.act({ repository: 'octo-ada/log', kind: 'issues', delivery: 'lost' });
  await emulators.github.act({ repository: 'octo-ada/log', kind: 'star' });
  await emulators.github.listHooks({ repository: 'octo-ada/log' });
  const path = 'GET /repos/{owner}/{repo}/hooks/{hook_id}/deliveries';
  const first = await octokit.request(path, { ...place, per_page: 2 });
  const cursor = /cursor=([^&>]+)/.exec(present(first.headers.link))?.[1] ?? '';
  const rest = await octokit.request(path, { ...place, cursor });
  const all = [...first.data, ...rest.data];
  expect(all.map(({ event, status_code }) => [event, status_code])).toEqual([
    ['star', 200],
    ['push', 502],
    ['ping', 200],
  ]);
  const delivery = present(all[1]);
  expect(delivery.guid).toBe(failed.deliveries[0]?.guid);
  const answer = await octokit.request(
    'POST /repos/{owner}/{repo}/hooks/{hook_id}/deliveries/{delivery_id}/attempts',
    { ...place, delivery_id: Number(delivery.id) },
  );
  expect(answer.status).toBe(202);
  await emulators.github.listHooks({ repository: 'octo-ada/log' });
  expect(arrivals('log', 'push')[0]?.headers['x-github-delivery']).toBe(delivery.guid);
  const newest = (await octokit.request(path, place)).data[0];
  expect(newest).toMatchObject({ guid: delivery.guid, redelivery: true, status: 'OK' });
  emulators.clock.advance(3 * DAY_MS + 1_000);
  expect((await octokit.request(path, place)).data).toEqual([]);
});

test('events have ETag, pages and the poll interval; 304 is free; late events appear late', async () => {
  emulators.github.createRepository({ repository: 'octo-ada/events' });
  const repository = 'octo-ada/events';
  for (let count = 0; count < 3; count += 1) await emulators.github.act({ repository, kind: 'push' });
  await emulators.github.act({ repository, kind: 'issues', listedAfterSeconds: 600 });
  const read = (headers = {}) =>
    octokit.request('GET /repos/{owner}/{repo}/events', {
      owner: 'octo-ada',
      repo: 'events',
      per_page: 2,
      headers,
    });
  const first = await read();
  expect(first.data.map(({ type }) => type)).toEqual(['PushEvent', 'PushEvent']);
  expect(first.headers['x-poll-interval']).toBe('60');
  expect(first.headers.link).toContain('rel="next"');
  const remaining = Number(first.headers['x-ratelimit-remaining']);
  const again = await read({ 'if-none-match': first.headers.etag }).catch((error: unknown) => error);
  expect(again).toMatchObject({ status: 304 });
  emulators.clock.advance(601_000);
  const later = await read({ 'if-none-match': first.headers.etag });
  expect(later.data[0]).toMatchObject({ type: 'IssuesEvent', payload: { action: 'opened' } });
  expect(Number(later.headers['x-ratelimit-remaining'])).toBe(remaining - 1);
});

test('a push has the same commits in the webhook and in the list', async () => {
  emulators.github.createRepository({ repository: 'octo-ada/keys' });
  const { payload } = await emulators.github.act({ repository: 'octo-ada/keys', kind: 'push' });
  const { data } = await octokit.request('GET /repos/{owner}/{repo}/events', {
    owner: 'octo-ada',
    repo: 'keys',
  });
  expect(data[0]?.payload).toMatchObject({
    ref: payload['ref'],
    before: payload['before'],
    head: payload['after'],
  });
});

test('a repository that was transferred and renamed answers 301 with its address by id', async () => {
  const { id } = emulators.github.createRepository({ repository: 'octo-ada/old' });
  emulators.github.moveRepository({ repository: 'octo-ada/old', to: 'octo-ben/new' });
  const headers = { authorization: `Bearer ${((await octokit.auth()) as { token: string }).token}` };
  const old = `${emulators.url}/api.github.com/repos/octo-ada/old/events?per_page=100`;
  const answer = await fetch(old, { headers, redirect: 'manual' });
  expect(answer.status).toBe(301);
  const location = `${emulators.url}/api.github.com/repositories/${id}/events?per_page=100`;
  expect(answer.headers.get('location')).toBe(location);
  expect((await fetch(location, { headers })).status).toBe(200);
  const { data } = await octokit.request('GET /repos/{owner}/{repo}', { owner: 'octo-ada', repo: 'old' });
  expect(data).toMatchObject({ id, full_name: 'octo-ben/new' });
});

test('notifications need a scope and answer 304 to If-Modified-Since', async () => {
  const { id } = emulators.github.notify({
    account: 'octo-ada',
    repository: 'octo-ada/hello',
    title: 'You were mentioned',
  });
  const first = await octokit.request('GET /notifications');
  expect(first.data).toMatchObject([{ id, reason: 'mention', subject: { title: 'You were mentioned' } }]);
  const headers = { 'if-modified-since': first.headers['last-modified'] };
  await expect(octokit.request('GET /notifications', { headers })).rejects.toMatchObject({ status: 304 });
  await expect(clientWith(['gist']).request('GET /notifications')).rejects.toMatchObject({ status: 403 });
});

test('a used-up hour is 403 with the time of its end, and 80 changes a minute are the most', async () => {
  emulators.github.createAccount({ login: 'octo-busy' });
  const busy = clientWith(['repo'], 'octo-busy');
  emulators.github.rateLimit({ account: 'octo-busy', use: 5_000 });
  const refused = busy.request('GET /user');
  await expect(refused).rejects.toMatchObject({
    status: 403,
    response: { headers: { 'x-ratelimit-remaining': '0' } },
  });
  emulators.clock.advance(3_600_000);
  expect((await busy.request('GET /user')).status).toBe(200);
  const write = () =>
    busy.request('DELETE /repos/{owner}/{repo}/hooks/{hook_id}', {
      owner: 'octo-ada',
      repo: 'hello',
      hook_id: 1,
    });
  for (let count = 0; count < 80; count += 1) await expect(write()).rejects.toMatchObject({ status: 404 });
  await expect(write()).rejects.toMatchObject({
    status: 403,
    response: { headers: { 'retry-after': '60' } },
  });
});

test('a GitHub App has one webhook for its installations, which tells of revocations', async () => {
  const clientId = 'app-with-webhook';
  emulators.github.createApplication({
    clientId,
    kind: 'github-app',
    webhook: { url: `${receiver.url}app`, secret: 'emulated-app-secret' },
  });
  const { id } = await emulators.github.install({
    clientId,
    account: 'octo-ada',
    repositories: ['octo-ada/hello'],
  });
  await emulators.github.act({ repository: 'octo-ada/hello', kind: 'release' });
  const told = arrivals('app').map(({ body, headers }) => [
    headers['x-github-event'],
    (JSON.parse(body.toString()) as { installation?: { id: number } }).installation?.id,
  ]);
  expect(told).toEqual([
    ['installation', id],
    ['release', id],
  ]);
  const { accessToken } = emulators.github.issueToken({ clientId, account: 'octo-ada', scopes: [] });
  const baseUrl = present(emulators.origins.github['https://api.github.com']);
  const client = new Octokit({ auth: accessToken, baseUrl });
  expect((await client.request('GET /user/installations')).data.installations).toMatchObject([{ id }]);
  await emulators.github.revokeAuthorization({ clientId, account: 'octo-ada' });
  expect(arrivals('app').at(-1)?.headers['x-github-event']).toBe('github_app_authorization');
  await expect(client.request('GET /user')).rejects.toMatchObject({ status: 401 });
});

test('a person installs a GitHub App on the page and comes back with a code, the state and the installation', async () => {
  const clientId = 'installed-by-page';
  emulators.github.createApplication({
    clientId,
    kind: 'github-app',
    redirectUris: ['http://127.0.0.1:1/callback'],
  });
  const place = `${emulators.origins.github['https://github.com']}/apps/${clientId}/installations/new?state=s-1`;
  const page = await (await fetch(place)).text();
  expect(page).toContain('octo-ada/hello');
  const answer = await fetch(/action="([^"]+)"/.exec(page)?.[1] ?? '', {
    method: 'POST',
    body: new URLSearchParams({ state: 's-1', account: 'octo-ada', repository: 'octo-ada/hello' }),
    redirect: 'manual',
  });
  const { searchParams } = new URL(answer.headers.get('location') ?? '');
  expect(Object.fromEntries(searchParams)).toEqual({
    code: expect.stringContaining('emulated-code'),
    state: 's-1',
    installation_id: expect.stringMatching(/^\d+$/),
    setup_action: 'install',
  });
  const other = await emulators.github.installByPage({ url: place, account: 'octo-ben', repositories: [] });
  expect(new URL(other.location).searchParams.get('installation_id')).not.toBe(
    searchParams.get('installation_id'),
  );
});
