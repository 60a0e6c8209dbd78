import { SpotifyApi } from '@spotify/web-api-ts-sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_CLIENT_SECRET, type Emulators, startEmulators } from '../src/index.ts';
import { EMULATED_CLIENTS } from '../src/start-applications.ts';
import { fetchAt } from './helpers.ts';

const CLIENT_ID = EMULATED_CLIENTS.spotify;
const CALLBACK = 'http://127.0.0.1:1/callback';
const SCOPE = 'user-read-recently-played';
const BASIC = `Basic ${Buffer.from(`${CLIENT_ID}:${DEFAULT_CLIENT_SECRET}`).toString('base64')}`;
const MONTH_MS = 30 * 86_400_000;

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(async () => emulators.close());

async function post(fields: Record<string, string>) {
  const response = await fetch(`${emulators.origins.spotify['https://accounts.spotify.com']}/api/token`, {
    method: 'POST',
    headers: { authorization: BASIC },
    body: new URLSearchParams(fields),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

async function connect(account = 'listener-ada') {
  const url = new URL('https://accounts.spotify.com/authorize');
  url.search = new URLSearchParams({
    client_id: CLIENT_ID,
    response_type: 'code',
    redirect_uri: CALLBACK,
    scope: SCOPE,
    state: 's',
  }).toString();
  const callback = new URL(emulators.consent(url.href, { account }));
  const code = callback.searchParams.get('code') ?? '';
  return await post({ grant_type: 'authorization_code', code, redirect_uri: CALLBACK });
}

function clientWith(accessToken: string): SpotifyApi {
  return SpotifyApi.withAccessToken(
    CLIENT_ID,
    { access_token: accessToken, token_type: 'Bearer', expires_in: 3600, refresh_token: '' },
    { fetch: fetchAt(emulators.origins.spotify) },
  );
}

test('the official client reads the profile and the plays; a refresh keeps the refresh token', async () => {
  const { body } = await connect();
  expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: SCOPE });
  const client = clientWith(body['access_token'] ?? '');
  expect(await client.currentUser.profile()).toMatchObject({ id: 'listener-ada' });

  emulators.spotify.addPlays({ account: 'listener-ada', plays: [{ trackName: 'One' }] });
  const page = await client.player.getRecentlyPlayedTracks(50);
  expect(page.items.map(({ track }) => track.name)).toEqual(['One']);

  const refreshed = await post({ grant_type: 'refresh_token', refresh_token: body['refresh_token'] ?? '' });
  expect(refreshed.body).not.toHaveProperty('refresh_token');
  expect(await clientWith(refreshed.body['access_token'] ?? '').currentUser.profile()).toMatchObject({
    id: 'listener-ada',
  });
});

test('a late play appears behind newer plays, a missing play never, and an empty list comes and goes', async () => {
  const { body } = await connect('listener-ben');
  const client = clientWith(body['access_token'] ?? '');
  const nowMs = emulators.clock.nowMs();
  emulators.spotify.addPlays({
    account: 'listener-ben',
    plays: [
      { trackName: 'Late', playedAtMs: nowMs - 600_000, visibleAfterSeconds: 300 },
      { trackName: 'Missing', playedAtMs: nowMs - 500_000, missing: true },
      { trackName: 'On time', playedAtMs: nowMs - 400_000 },
    ],
  });
  const names = async () =>
    (await client.player.getRecentlyPlayedTracks(50)).items.map(({ track }) => track.name);
  expect(await names()).toEqual(['On time']);
  emulators.clock.advance(301_000);
  emulators.spotify.answerEmptyLists({ account: 'listener-ben', times: 1 });
  expect(await names()).toEqual([]);
  expect(await names()).toEqual(['On time', 'Late']);
  const since = await client.player.getRecentlyPlayedTracks(50, {
    timestamp: nowMs - 400_001,
    type: 'after',
  });
  expect(since.items.map(({ track }) => track.name)).toEqual(['On time']);
});

test('a refresh token ends six months after the consent, whether or not it was used', async () => {
  const { body } = await connect();
  const refresh = { grant_type: 'refresh_token', refresh_token: body['refresh_token'] ?? '' };
  emulators.clock.advance(5 * MONTH_MS);
  expect((await post(refresh)).status).toBe(200);
  emulators.clock.advance(1.1 * MONTH_MS);
  expect(await post(refresh)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
});

test('limits answer 429 with Retry-After, and a used-up quota names its reason', async () => {
  const { body } = await connect();
  const me = () =>
    fetch(`${emulators.url}/api.spotify.com/v1/me`, {
      headers: { authorization: `Bearer ${body['access_token']}` },
    });
  emulators.spotify.setRateLimit({ requests: 1, windowSeconds: 30 });
  expect((await me()).status).toBe(200);
  const limited = await me();
  expect([limited.status, Number(limited.headers.get('retry-after')) > 0]).toEqual([429, true]);
  await expect(clientWith(body['access_token'] ?? '').currentUser.profile()).rejects.toThrow(/rate limits/);
  emulators.spotify.setRateLimit({ requests: 100, windowSeconds: 30 });
  emulators.spotify.exhaustQuota({ seconds: 7_200 });
  const exhausted = await me();
  expect(exhausted.headers.get('retry-after')).toBe('7200');
  expect(await exhausted.json()).toMatchObject({ error: { status: 429, reason: 'QUOTA_EXCEEDED' } });
  emulators.clock.advance(7_201_000);
  emulators.spotify.revokeGrants({ account: 'listener-ada' });
  expect((await me()).status).toBe(401);
});

test('localhost as a redirect address is refused on the page', async () => {
  const url = `${emulators.url}/accounts.spotify.com/authorize?client_id=${CLIENT_ID}&redirect_uri=http://localhost/x`;
  const response = await fetch(url, { redirect: 'manual' });
  expect(response.status).toBe(400);
  expect(await response.text()).toContain('Insecure redirect URI');
});
