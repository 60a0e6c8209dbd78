import { DiscordAPIError, REST } from '@discordjs/rest';
import { getProvider, verifyWebhook } from '@hookline/providers';
import { type Receiver, startReceiver } from '@hookline/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_CLIENT_SECRET, type Emulators, startEmulators } from '../src/index.ts';
import { present, toInbound } from './helpers.ts';

const CLIENT_ID = 'community';
const CALLBACK = 'http://127.0.0.1:1/callback';
const BASIC = `Basic ${Buffer.from(`${CLIENT_ID}:${DEFAULT_CLIENT_SECRET}`).toString('base64')}`;

let emulators: Emulators;
let receiver: Receiver;
let publicKey: string;

beforeAll(async () => {
  emulators = await startEmulators();
  receiver = await startReceiver({ respond: () => ({ status: 204 }) });
  ({ publicKey } = emulators.discord.createApplication({ clientId: CLIENT_ID }));
});
afterAll(async () => {
  await emulators.close();
  await receiver.close();
});

async function post(path: string, fields: Record<string, string>) {
  const response = await fetch(`${emulators.origins.discord['https://discord.com']}/api/v10/oauth2/${path}`, {
    method: 'POST',
    headers: { authorization: BASIC },
    body: new URLSearchParams(fields),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

async function connect() {
  const url = new URL('https://discord.com/oauth2/authorize');
  url.search = new URLSearchParams({
    client_id: CLIENT_ID,
    response_type: 'code',
    redirect_uri: CALLBACK,
    scope: 'identify guilds connections',
  }).toString();
  const code = new URL(emulators.consent(url.href)).searchParams.get('code') ?? '';
  return (await post('token', { grant_type: 'authorization_code', code, redirect_uri: CALLBACK })).body;
}

function clientWith(token: string | undefined): REST {
  const api = `${emulators.origins.discord['https://discord.com']}/api`;
  return new REST({ api, version: '10', authPrefix: 'Bearer', retries: 0 }).setToken(token ?? '');
}

test('the official client reads the person, guilds and connections', async () => {
  const tokens = await connect();
  expect(tokens).toMatchObject({
    token_type: 'Bearer',
    expires_in: 604_800,
    scope: 'identify guilds connections',
  });
  const client = clientWith(tokens['access_token']);
  expect(await client.get('/users/@me')).toMatchObject({ username: 'gamer-ada' });
  emulators.discord.joinGuild({ account: 'gamer-ada', guild: 'Chess' });
  emulators.discord.joinGuild({ account: 'gamer-ada', guild: 'Go' });
  emulators.discord.leaveGuild({ account: 'gamer-ada', guild: 'Chess' });
  expect(await client.get('/users/@me/guilds')).toMatchObject([{ name: 'Go' }]);
  const connections = [{ id: '7', type: 'steam', name: 'ada' }];
  emulators.discord.setConnections({ account: 'gamer-ada', connections });
  expect(await client.get('/users/@me/connections')).toMatchObject(connections);
});

test('a refresh token works once, and revoking any token ends all of them', async () => {
  const tokens = await connect();
  const refresh = { grant_type: 'refresh_token', refresh_token: tokens['refresh_token'] ?? '' };
  const refreshed = await post('token', refresh);
  expect(refreshed.status).toBe(200);
  expect(await post('token', refresh)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  const other = await connect();
  expect((await post('token/revoke', { token: other['refresh_token'] ?? '' })).status).toBe(200);
  const failure = await clientWith(refreshed.body['access_token'])
    .get('/users/@me')
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(DiscordAPIError);
  expect(failure).toMatchObject({ status: 401 });
});

test('the client waits as the rate-limit headers say, and 429 is JSON with seconds', async () => {
  const { access_token: token } = await connect();
  emulators.discord.setRateLimit({ requests: 1, windowSeconds: 1 });
  const client = clientWith(token);
  await client.get('/users/@me');
  const startMs = performance.now();
  await client.get('/users/@me');
  expect(performance.now() - startMs).toBeGreaterThan(500);
  const answer = await fetch(`${emulators.url}/discord.com/api/v10/users/@me`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(answer.status).toBe(429);
  expect(answer.headers.get('x-ratelimit-scope')).toBe('user');
  expect(await answer.json()).toMatchObject({ retry_after: expect.any(Number), global: false });
  emulators.discord.setRateLimit({ requests: 100, windowSeconds: 1 });
});

test('ten thousand invalid requests in ten minutes end in a ban without JSON', async () => {
  const before = emulators.discord.invalidRequests({}).count;
  await fetch(`${emulators.url}/discord.com/api/users/@me`);
  expect(emulators.discord.invalidRequests({}).count).toBe(before + 1);
  emulators.discord.invalidRequests({ add: 10_000 });
  const banned = await fetch(`${emulators.url}/discord.com/api/users/@me`);
  expect([banned.status, await banned.text()]).toEqual([429, 'error code: 1015']);
  emulators.clock.advance(3_601_000);
});

test('a deauthorization is pushed, signed as our verification wants it, and ends the tokens', async () => {
  const { access_token: token } = await connect();
  expect(await emulators.discord.setWebhookUrl({ clientId: CLIENT_ID, url: receiver.url })).toMatchObject({
    accepted: true,
  });
  await emulators.discord.deauthorize({ account: 'gamer-ada', clientId: CLIENT_ID });
  const request = toInbound(receiver.requests.at(-1), receiver.url);
  const discord = present(getProvider('discord'));
  expect(await verifyWebhook(discord, { request, secrets: [publicKey] })).toMatchObject({ ok: true });
  expect(JSON.parse(request.rawBody.toString())).toMatchObject({
    event: { type: 'APPLICATION_DEAUTHORIZED', data: { user: { username: 'gamer-ada' } } },
  });
  expect(emulators.discord.inspectToken({ token: token ?? '' })).toMatchObject({ alive: false });
});
