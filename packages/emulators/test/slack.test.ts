import { getProvider, verifyWebhook } from '@hookline/providers';
import { type Receiver, startReceiver } from '@hookline/testkit';
import { InstallProvider } from '@slack/oauth';
import { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_CLIENT_SECRET, type Emulators, startEmulators } from '../src/index.ts';
import { EMULATED_CLIENTS } from '../src/start-applications.ts';
import { present, toInbound } from './helpers.ts';

const ROTATING = EMULATED_CLIENTS.slack;
const PLAIN = EMULATED_CLIENTS.slackPlain;
const CALLBACK = 'http://127.0.0.1:1/callback';
const BOT_SCOPES = 'channels:history,channels:read';

let emulators: Emulators;
let receiver: Receiver;
let slackApiUrl: string;

beforeAll(async () => {
  emulators = await startEmulators();
  slackApiUrl = `${emulators.origins.slack['https://slack.com']}/api/`;
  receiver = await startReceiver({
    respond: ({ body }) => {
      const { challenge } = JSON.parse(body.toString()) as { challenge?: string };
      return { body: challenge ?? '' };
    },
  });
});
afterAll(async () => {
  await emulators.close();
  await receiver.close();
});

function clientWith(token?: string): WebClient {
  return new WebClient(token, { slackApiUrl, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true });
}

async function connect(clientId: string, scope = BOT_SCOPES, userScope = '', account = 'slack-ada') {
  const url = new URL('https://slack.com/oauth/v2/authorize');
  url.search = new URLSearchParams({
    client_id: clientId,
    scope,
    user_scope: userScope,
    redirect_uri: CALLBACK,
    state: 's',
  }).toString();
  const code = new URL(emulators.consent(url.href, { account })).searchParams.get('code') ?? '';
  return await clientWith().oauth.v2.access({
    client_id: clientId,
    client_secret: DEFAULT_CLIENT_SECRET,
    code,
    redirect_uri: CALLBACK,
  });
}

test('the official client gets a bot and a user token, and each rotates by itself', async () => {
  const answer = await connect(ROTATING, BOT_SCOPES, 'channels:history');
  expect(answer).toMatchObject({ ok: true, token_type: 'bot', expires_in: 43_200, scope: BOT_SCOPES });
  expect(answer.authed_user).toMatchObject({ token_type: 'user', scope: 'channels:history' });
  expect(await clientWith(answer.access_token).auth.test()).toMatchObject({ user_id: answer.bot_user_id });
  expect(await clientWith(answer.authed_user?.access_token).auth.test()).toMatchObject({ user: 'slack-ada' });

  const client = { client_id: ROTATING, client_secret: DEFAULT_CLIENT_SECRET };
  const refresh = {
    ...client,
    grant_type: 'refresh_token' as const,
    refresh_token: present(answer.refresh_token),
  };
  const refreshed = await clientWith().oauth.v2.access(refresh);
  expect(refreshed).toMatchObject({ token_type: 'bot', expires_in: 43_200 });
  await expect(clientWith().oauth.v2.access(refresh)).rejects.toMatchObject({
    data: { error: 'invalid_refresh_token' },
  });
  const user = await clientWith().oauth.v2.access({
    ...refresh,
    refresh_token: present(answer.authed_user?.refresh_token),
  });
  expect(user).toMatchObject({ token_type: 'user' });
  emulators.clock.advance(43_201_000);
  await expect(clientWith(refreshed.access_token).auth.test()).rejects.toMatchObject({
    data: { error: 'token_expired' },
  });
});

test('the official installer refreshes the token of an installation that is about to expire', async () => {
  const answer = await connect(ROTATING);
  const installer = new InstallProvider({
    clientId: ROTATING,
    clientSecret: DEFAULT_CLIENT_SECRET,
    stateSecret: 'a state secret',
    authorizationUrl: `${emulators.url}/slack.com/oauth/v2/authorize`,
    clientOptions: { slackApiUrl },
  });
  const url = await installer.generateInstallUrl({ scopes: BOT_SCOPES.split(','), redirectUri: CALLBACK });
  expect(emulators.consent(url)).toContain('code=');
  await installer.installationStore.storeInstallation({
    authVersion: 'v2',
    team: { id: present(answer.team?.id), name: 'example-team' },
    enterprise: undefined,
    user: { id: 'U1', token: undefined, scopes: undefined },
    bot: {
      token: present(answer.access_token),
      refreshToken: present(answer.refresh_token),
      expiresAt: Math.floor(Date.now() / 1000) + 60,
      scopes: BOT_SCOPES.split(','),
      id: 'B1',
      userId: present(answer.bot_user_id),
    },
  });
  const authorized = await installer.authorize({
    teamId: present(answer.team?.id),
    enterpriseId: undefined,
    isEnterpriseInstall: false,
  });
  expect(authorized.botToken).not.toBe(answer.access_token);
  expect(emulators.slack.inspectToken({ token: present(authorized.botToken) })).toMatchObject({
    alive: true,
  });
});

test('a token without expiry is exchanged once for one that rotates', async () => {
  const answer = await connect(PLAIN);
  expect(answer).not.toHaveProperty('refresh_token');
  const client = { client_id: PLAIN, client_secret: DEFAULT_CLIENT_SECRET };
  const exchange = { ...client, token: present(answer.access_token) };
  await expect(clientWith().oauth.v2.exchange(exchange)).rejects.toMatchObject({
    data: { error: 'token_rotation_not_enabled' },
  });
  emulators.slack.changeApplication({ clientId: PLAIN, accessTokenSeconds: 43_200 });
  expect(await clientWith().oauth.v2.exchange(exchange)).toMatchObject({ token_type: 'bot' });
  await expect(clientWith().oauth.v2.exchange(exchange)).rejects.toMatchObject({
    data: { error: 'token_already_exchanged' },
  });
  emulators.slack.changeApplication({ clientId: PLAIN, accessTokenSeconds: null });
});

test('history needs membership and scope, pages by cursor, and starts after oldest', async () => {
  const answer = await connect(PLAIN);
  const client = clientWith(answer.access_token);
  const { id: channel } = emulators.slack.createChannel({ teamId: present(answer.team?.id), name: 'plans' });
  await expect(client.conversations.history({ channel })).rejects.toMatchObject({
    data: { error: 'not_in_channel' },
  });
  emulators.slack.inviteBot({ channel, clientId: PLAIN });
  const listed = await client.users.conversations({});
  expect(listed.channels?.map(({ name }) => name)).toContain('plans');
  const posted: string[] = [];
  for (const text of ['one', 'two', 'three']) {
    posted.push((await emulators.slack.postMessage({ channel, account: 'slack-ben', text })).ts);
  }
  const first = await client.conversations.history({ channel, limit: 2 });
  expect(first.messages?.map(({ text }) => text)).toEqual(['three', 'two']);
  const rest = await client.conversations.history({
    channel,
    limit: 2,
    cursor: present(first.response_metadata?.next_cursor),
  });
  expect(rest.messages?.map(({ ts }) => ts)).toEqual([posted[0]]);
  const after = await client.conversations.history({ channel, oldest: present(posted[1]) });
  expect(after.messages?.map(({ ts }) => ts)).toEqual([posted[2]]);

  const narrow = await connect(PLAIN, 'channels:read');
  await expect(clientWith(narrow.access_token).conversations.history({ channel })).rejects.toMatchObject({
    data: { error: 'missing_scope', needed: 'channels:history' },
  });
});

test('an application of the class "other" reads 15 messages once a minute', async () => {
  emulators.slack.createApplication({ clientId: 'commercial', distribution: 'other' });
  const answer = await connect('commercial');
  const { id: channel } = emulators.slack.createChannel({ teamId: present(answer.team?.id), name: 'busy' });
  emulators.slack.inviteBot({ channel, clientId: 'commercial' });
  for (let count = 0; count < 20; count += 1) {
    await emulators.slack.postMessage({ channel, account: 'slack-ben', text: 'hi', pushed: false });
  }
  const client = clientWith(answer.access_token);
  expect((await client.conversations.history({ channel, limit: 100 })).messages).toHaveLength(15);
  await expect(client.conversations.history({ channel })).rejects.toMatchObject({ retryAfter: 60 });
  emulators.clock.advance(60_000);
  expect((await client.conversations.history({ channel })).messages).toHaveLength(15);
});

test('events are pushed with a signature that our verification accepts, and repeated after a failure', async () => {
  const clientId = 'pushed';
  const { signingSecret } = emulators.slack.createApplication({ clientId });
  const answer = await connect(clientId, BOT_SCOPES, 'channels:history');
  const teamId = present(answer.team?.id);
  expect(await emulators.slack.setRequestUrl({ clientId, url: receiver.url })).toEqual({ accepted: true });
  const { id: channel } = emulators.slack.createChannel({ teamId, name: 'pushed-channel' });
  emulators.slack.inviteBot({ channel, clientId });
  const { ts } = await emulators.slack.postMessage({ channel, account: 'slack-ben', text: 'hello' });
  const request = toInbound(receiver.requests.at(-1), receiver.url);
  const slack = present(getProvider('slack'));
  expect(await verifyWebhook(slack, { request, secrets: [signingSecret] })).toMatchObject({ ok: true });
  expect(JSON.parse(request.rawBody.toString())).toMatchObject({ event: { ts, channel }, team_id: teamId });

  const accept = receiver.respond;
  receiver.respond = () => ({ status: 500 });
  const { pushes } = await emulators.slack.postMessage({ channel, account: 'slack-ben', text: 'again' });
  expect(pushes[0]?.statuses).toEqual([500, 500]);
  expect(receiver.requests.at(-1)?.headers).toMatchObject({
    'x-slack-retry-num': '1',
    'x-slack-retry-reason': 'http_error',
  });
  receiver.respond = accept;
  expect((await emulators.slack.retryEvents({})).pushes[0]?.statuses).toEqual([500, 500, 200]);

  await emulators.slack.revokeUser({ clientId, account: 'slack-ada' });
  expect(JSON.parse(String(receiver.requests.at(-1)?.body))).toMatchObject({
    event: { type: 'tokens_revoked', tokens: { oauth: [answer.authed_user?.id], bot: [answer.bot_user_id] } },
  });
  await expect(clientWith(answer.access_token).auth.test()).rejects.toMatchObject({
    data: { error: 'token_revoked' },
  });
  await emulators.slack.uninstall({ clientId, teamId });
  expect(JSON.parse(String(receiver.requests.at(-1)?.body))).toMatchObject({
    event: { type: 'app_uninstalled' },
  });
});
