import { createHash } from 'node:crypto';
import { gmail as gmailApi } from '@googleapis/gmail';
import { youtube as youtubeApi } from '@googleapis/youtube';
import { getProvider, receiveWebhook, verifyWebhook } from '@hookline/providers';
import { type Receiver, startReceiver } from '@hookline/testkit';
import { CodeChallengeMethod, OAuth2Client } from 'google-auth-library';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_CLIENT_SECRET, type Emulators, startEmulators } from '../src/index.ts';
import { EMULATED_CLIENTS } from '../src/start-applications.ts';
import { fetchAt, present, toInbound } from './helpers.ts';

const CLIENT_ID: string = EMULATED_CLIENTS.google;
const CALLBACK = 'http://127.0.0.1:1/callback';
const MAIL = 'https://www.googleapis.com/auth/gmail.readonly';
const VIDEO = 'https://www.googleapis.com/auth/youtube.readonly';
const TOPIC = 'projects/emulated-project/topics/gmail';
const DAY_MS = 86_400_000;

let emulators: Emulators;
let receiver: Receiver;

beforeAll(async () => {
  emulators = await startEmulators();
  receiver = await startReceiver({
    respond: ({ path }) => ({ body: new URL(path, 'http://x').searchParams.get('hub.challenge') ?? '' }),
  });
});
afterAll(async () => {
  await emulators.close();
  await receiver.close();
});

function originOf(host: string): string {
  return `${emulators.url}/${host}`;
}

function newClient(clientId = CLIENT_ID): OAuth2Client {
  const oauth = originOf('oauth2.googleapis.com');
  return new OAuth2Client({
    clientId,
    clientSecret: DEFAULT_CLIENT_SECRET,
    redirectUri: CALLBACK,
    endpoints: {
      oauth2AuthBaseUrl: `${originOf('accounts.google.com')}/o/oauth2/v2/auth`,
      oauth2TokenUrl: `${oauth}/token`,
      oauth2RevokeUrl: `${oauth}/revoke`,
      tokenInfoUrl: `${oauth}/tokeninfo`,
    },
  });
}

interface Consent {
  account?: string;
  scopes?: string[];
  clientId?: string;
  kept?: string[];
  prompt?: string;
}

async function connect({
  account,
  scopes = [MAIL, VIDEO],
  clientId,
  kept,
  prompt = 'consent',
}: Consent = {}) {
  const client = newClient(clientId);
  const verifier = 'v'.repeat(64);
  const url = client.generateAuthUrl({
    access_type: 'offline',
    prompt,
    scope: scopes,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: CodeChallengeMethod.S256,
  });
  const location = emulators.consent(url, { ...(account && { account }), ...(kept && { scopes: kept }) });
  const callback = new URL(location);
  const { tokens } = await client.getToken({
    code: callback.searchParams.get('code') ?? '',
    codeVerifier: verifier,
  });
  client.setCredentials(tokens);
  return { client, tokens, callback };
}

/** The official clients call hosts that Hookline does not. */
function fetchAtGoogle(): typeof fetch {
  const hosts = ['gmail', 'youtube', 'www', 'oauth2', 'openidconnect'].map(
    (name) => `${name}.googleapis.com`,
  );
  return fetchAt(Object.fromEntries(hosts.map((host) => [`https://${host}`, originOf(host)])));
}

// The option rootUrl of these clients loses its path, so their calls are redirected as the setting `origins` does it.
const gmailOf = (auth: OAuth2Client) =>
  gmailApi({ version: 'v1', auth, retry: false, fetchImplementation: fetchAtGoogle() });
const youtubeOf = (auth: OAuth2Client) =>
  youtubeApi({ version: 'v3', auth, retry: false, fetchImplementation: fetchAtGoogle() });

test('the official client connects with PKCE, refreshes without rotation, and revokes the whole grant', async () => {
  const { client, tokens, callback } = await connect();
  expect(callback.searchParams.get('iss')).toBe('https://accounts.google.com');
  expect(tokens).toMatchObject({ token_type: 'Bearer', scope: `${MAIL} ${VIDEO}` });
  expect(tokens).not.toHaveProperty('refresh_token_expires_in');
  expect((await client.getTokenInfo(present(tokens.access_token ?? undefined))).email).toBe(
    'ada@example.com',
  );
  const { credentials } = await client.refreshAccessToken();
  expect(credentials.access_token).not.toBe(tokens.access_token);
  expect(credentials.refresh_token).toBe(tokens.refresh_token);
  await client.revokeToken(present(credentials.access_token ?? undefined));
  await expect(client.refreshAccessToken()).rejects.toMatchObject({
    response: { status: 400, data: { error: 'invalid_grant' } },
  });
});

test('unticked scopes are missing in the answer, and in the API', async () => {
  const { client, tokens } = await connect({ kept: [VIDEO] });
  expect(tokens.scope).toBe(VIDEO);
  await expect(gmailOf(client).users.getProfile({ userId: 'me' })).rejects.toMatchObject({ status: 403 });
});

test('a browser unticks a scope and chooses another account on the page', async () => {
  const url = newClient().generateAuthUrl({ access_type: 'offline', scope: [MAIL, VIDEO], state: 's' });
  const page = await (await fetch(url)).text();
  expect(page).toMatch(/ada@example\.com.*ben@example\.com/);
  expect(page.match(/type="checkbox"/g)).toHaveLength(2);
  const ben = /value="(\d+)">ben@example/.exec(page)?.[1] ?? '';
  const form = new URLSearchParams({ decision: 'approve', account: ben, scope: VIDEO });
  form.set('consent', /name="consent" value="([^"]+)"/.exec(page)?.[1] ?? '');
  const action = /action="([^"]+)"/.exec(page)?.[1] ?? '';
  const answer = await fetch(action, { method: 'POST', body: form, redirect: 'manual' });
  const callback = new URL(answer.headers.get('location') ?? '');
  expect(callback.searchParams.get('scope')).toBe(VIDEO);
  const { tokens } = await newClient().getToken(callback.searchParams.get('code') ?? '');
  expect(emulators.google.inspectToken({ token: tokens.access_token ?? '' })).toMatchObject({ account: ben });
});

test('a refresh token that is not used for six months ends', async () => {
  const { client } = await connect();
  emulators.clock.advance(100 * DAY_MS);
  await client.refreshAccessToken();
  emulators.clock.advance(100 * DAY_MS);
  await client.refreshAccessToken();
  emulators.clock.advance(181 * DAY_MS);
  await expect(client.refreshAccessToken()).rejects.toMatchObject({
    response: { data: { error: 'invalid_grant' } },
  });
});

test('a revocation is told by a security event that the published keys verify', async () => {
  const { client } = await connect();
  const url = `${receiver.url}risc`;
  await emulators.google.pushTokensRevoked({ clientId: CLIENT_ID, account: 'ada@example.com', url });
  const token = String(receiver.requests.find(({ path }) => path === '/risc')?.body);
  const keys = createRemoteJWKSet(new URL(`${originOf('www.googleapis.com')}/oauth2/v3/certs`));
  const { payload } = await jwtVerify(token, keys, {
    audience: CLIENT_ID,
    issuer: 'https://accounts.google.com/',
    typ: 'secevent+jwt',
  });
  expect(Object.keys(payload['events'] as object)).toEqual([
    'https://schemas.openid.net/secevent/oauth/event-type/tokens-revoked',
  ]);
  await expect(client.refreshAccessToken()).rejects.toThrow(/invalid_grant/);
});

test('a second consent without the page has no refresh token', async () => {
  await connect();
  const { tokens } = await connect({ prompt: 'none' });
  expect(tokens).not.toHaveProperty('refresh_token');
});

test('in testing the refresh token ends after a week, and the answer says so', async () => {
  const clientId = EMULATED_CLIENTS.googleTesting;
  const { client, tokens } = await connect({ clientId });
  expect(tokens).toMatchObject({ refresh_token_expires_in: 604_799 });
  emulators.clock.advance(7 * DAY_MS + 1_000);
  await expect(client.refreshAccessToken()).rejects.toMatchObject({
    response: { data: { error: 'invalid_grant' } },
  });
});

test('a wrong secret, and an administrator who asks for a new sign-in, have their own errors', async () => {
  const { tokens } = await connect();
  const post = async (secret: string) => {
    const response = await fetch(`${originOf('oauth2.googleapis.com')}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: CLIENT_ID,
        client_secret: secret,
        grant_type: 'refresh_token',
        refresh_token: tokens.refresh_token ?? '',
      }),
    });
    return { status: response.status, body: await response.json() };
  };
  expect(await post('wrong')).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  emulators.google.revokeGrants({ account: 'ada@example.com', reason: 'invalid_rapt' });
  expect(await post(DEFAULT_CLIENT_SECRET)).toMatchObject({
    status: 400,
    body: { error: 'invalid_grant', error_subtype: 'invalid_rapt' },
  });
});

test('a watch is told at once and of each change, by pushes that our verification accepts', async () => {
  const { client } = await connect({ account: 'ben@example.com' });
  const gmail = gmailOf(client);
  const subscription = emulators.google.createSubscription({
    name: 'projects/emulated-project/subscriptions/mail',
    topic: TOPIC,
    pushEndpoint: `${receiver.url}gmail`,
    audience: 'https://hooks.example.com/gmail',
  });
  const pushes = () => receiver.requests.filter(({ path }) => path === '/gmail');
  const watch = (await gmail.users.watch({ userId: 'me', requestBody: { topicName: TOPIC } })).data;
  expect(Number(watch.expiration) - emulators.clock.nowMs()).toBeGreaterThan(6.9 * DAY_MS);
  await receiver.waitFor(() => pushes().length === 1);

  emulators.clock.advance(2_000);
  const added = await emulators.google.addMessage({ account: 'ben@example.com', subject: 'Hello Ben' });
  expect(added.pushes[0]?.statuses).toEqual([200]);
  const request = toInbound(pushes().at(-1), receiver.url);
  const input = {
    request,
    secrets: [],
    options: {
      audience: subscription.audience,
      serviceAccountEmail: subscription.serviceAccountEmail,
      subscription: subscription.name,
      jwksUrl: `${originOf('www.googleapis.com')}/oauth2/v3/certs`,
    },
    fetchPublished: async (url: string) => Buffer.from(await (await fetch(url)).arrayBuffer()),
  };
  const provider = present(getProvider('gmail'));
  expect(await verifyWebhook(provider, input)).toMatchObject({ ok: true });
  expect(await receiveWebhook(provider, input)).toMatchObject({ events: [{ subject: 'ben@example.com' }] });

  const soon = await emulators.google.addMessage({ account: 'ben@example.com' });
  expect(soon.pushes).toEqual([]);
  emulators.clock.advance(8 * DAY_MS);
  expect(emulators.google.listWatches({})).toEqual([]);
});

test('the history has one record per change, pages, and answers 404 for an id that is too old', async () => {
  const { client } = await connect();
  const gmail = gmailOf(client);
  const account = 'ada@example.com';
  const start = present((await gmail.users.getProfile({ userId: 'me' })).data.historyId ?? undefined);
  const { id } = await emulators.google.addMessage({ account, subject: 'First' });
  await emulators.google.changeLabels({ account, id, added: ['STARRED'], removed: ['UNREAD'] });
  const second = await emulators.google.addMessage({ account, subject: 'Second' });
  await emulators.google.deleteMessage({ account, id: second.id });

  const page = (await gmail.users.history.list({ userId: 'me', startHistoryId: start, maxResults: 3 })).data;
  expect(page.history?.map((record) => Object.keys(record)[2])).toEqual([
    'messagesAdded',
    'labelsAdded',
    'labelsRemoved',
  ]);
  const rest = await gmail.users.history.list({
    userId: 'me',
    startHistoryId: start,
    pageToken: present(page.nextPageToken ?? undefined),
  });
  expect(rest.data.history).toHaveLength(2);
  const additions = await gmail.users.history.list({
    userId: 'me',
    startHistoryId: start,
    historyTypes: ['messageAdded'],
  });
  expect(additions.data.history).toHaveLength(2);
  const seconds = Math.floor(emulators.clock.nowMs() / 1000) - 60;
  const found = await gmail.users.messages.list({ userId: 'me', q: `after:${seconds}` });
  expect(found.data.messages?.map((message) => message.id)).toEqual([id]);
  const message = (await gmail.users.messages.get({ userId: 'me', id, format: 'metadata' })).data;
  expect(message).toMatchObject({ id, labelIds: ['INBOX', 'STARRED'], snippet: 'First' });

  emulators.google.expireHistory({ account });
  await expect(gmail.users.history.list({ userId: 'me', startHistoryId: start })).rejects.toMatchObject({
    status: 404,
  });
});

test('a watch with another topic is refused until stop, and a topic without the publisher role always', async () => {
  const { client } = await connect();
  const users = gmailOf(client).users;
  const watch = (topicName: string) => users.watch({ userId: 'me', requestBody: { topicName } });
  const other = 'projects/emulated-project/topics/other';
  const closed = 'projects/emulated-project/topics/closed';
  emulators.google.createTopic({ topic: other });
  emulators.google.createTopic({ topic: closed, publisherGranted: false });
  await watch(TOPIC);
  await watch(TOPIC);
  await expect(watch(other)).rejects.toThrow(/Only one user push notification client allowed per developer/);
  await users.stop({ userId: 'me' });
  await watch(other);
  await expect(watch(closed)).rejects.toThrow(/not authorized to perform this action/);
  await users.stop({ userId: 'me' });
});

test('the channel, its uploads and the likes are read by the official client, with ETag and 304', async () => {
  const { client, tokens } = await connect();
  const youtube = youtubeOf(client);
  const { videoId } = await emulators.google.uploadVideo({ account: 'ada@example.com', title: 'A film' });
  emulators.google.likeVideo({ account: 'ada@example.com', videoId });
  const channel = (await youtube.channels.list({ mine: true, part: ['id', 'contentDetails'] })).data
    .items?.[0];
  const uploads = present(channel?.contentDetails?.relatedPlaylists?.uploads ?? undefined);
  const items = await youtube.playlistItems.list({ playlistId: uploads, part: ['contentDetails'] });
  expect(items.data.items?.map(({ contentDetails }) => contentDetails?.videoId)).toEqual([videoId]);
  const liked = await youtube.videos.list({ myRating: 'like', part: ['snippet'] });
  expect(liked.data.items?.map(({ snippet }) => snippet?.title)).toEqual(['A film']);

  const url = `${originOf('www.googleapis.com')}/youtube/v3/playlistItems?part=snippet&playlistId=${uploads}`;
  const authorization = `Bearer ${tokens.access_token}`;
  const first = await fetch(url, { headers: { authorization } });
  const again = await fetch(url, {
    headers: { authorization, 'if-none-match': first.headers.get('etag') ?? '' },
  });
  expect(again.status).toBe(304);
});

test('the quota of a project ends the day with 403 and begins again at midnight in California', async () => {
  const { client } = await connect();
  const list = async () => {
    await client.refreshAccessToken();
    return await youtubeOf(client).channels.list({ mine: true, part: ['id'] });
  };
  // 08:30 UTC on 1 November 2026 is 01:30 in California, before its clocks go back at 02:00.
  emulators.clock.set(Date.parse('2026-11-01T08:30:00Z'));
  emulators.google.quota({ use: 10_000 });
  await expect(list()).rejects.toMatchObject({ status: 403, message: expect.stringContaining('quota') });
  // That day has 25 hours there.
  emulators.clock.set(Date.parse('2026-11-02T07:59:00Z'));
  await expect(list()).rejects.toMatchObject({ status: 403 });
  emulators.clock.set(Date.parse('2026-11-02T08:00:00Z'));
  expect((await list()).status).toBe(200);
});

test('the hub verifies, pushes what our verification accepts, ends a lease, and may be out or silent', async () => {
  const { channelId } = emulators.google.channelOf({ account: 'ada@example.com' });
  const topic = `https://www.youtube.com/xml/feeds/videos.xml?channel_id=${channelId}`;
  const secret = 'emulated-hub-secret';
  const subscribe = (mode = 'subscribe') =>
    fetch(`${originOf('pubsubhubbub.appspot.com')}/subscribe`, {
      method: 'POST',
      body: new URLSearchParams({
        'hub.mode': mode,
        'hub.topic': topic,
        'hub.callback': `${receiver.url}youtube`,
        'hub.secret': secret,
        'hub.lease_seconds': '432000',
      }),
    });
  emulators.google.hubOutage({ seconds: 60 });
  const out = await subscribe();
  expect([out.status, out.headers.get('retry-after')]).toEqual([503, '120']);
  emulators.clock.advance(61_000);
  emulators.google.hubSilence({ handshakes: true });
  expect((await subscribe()).status).toBe(202);
  expect(await emulators.google.hubSubscriptions({})).toEqual([]);
  emulators.google.hubSilence({ handshakes: false });
  await subscribe();
  expect(await emulators.google.hubSubscriptions({})).toMatchObject([{ topic }]);

  const { statuses, videoId } = await emulators.google.uploadVideo({
    account: 'ada@example.com',
    title: 'A & B',
  });
  expect(statuses).toEqual([200]);
  const request = toInbound(receiver.requests.at(-1), receiver.url);
  const youtube = present(getProvider('youtube'));
  const input = { request, secrets: [secret], options: { topic: channelId } };
  expect(await verifyWebhook(youtube, input)).toMatchObject({ ok: true });
  const received = await receiveWebhook(youtube, input);
  expect(JSON.stringify(received)).toContain('youtube.video');
  expect(request.rawBody.toString()).toContain(`<yt:videoId>${videoId}</yt:videoId>`);
  const deleted = await emulators.google.deleteVideo({ videoId });
  expect(deleted.statuses).toEqual([200]);

  emulators.clock.advance(5 * DAY_MS + 1_000);
  expect(await emulators.google.hubSubscriptions({})).toEqual([]);
  await subscribe();
  await emulators.google.hubSubscriptions({});
  await subscribe('unsubscribe');
  expect(await emulators.google.hubSubscriptions({})).toEqual([]);
});
