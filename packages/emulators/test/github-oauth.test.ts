import { createHash } from 'node:crypto';
import { Octokit } from '@octokit/core';
import { deleteToken, exchangeWebFlowCode, refreshToken } from '@octokit/oauth-methods';
import { request as octokitRequest } from '@octokit/request';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_CLIENT_SECRET, type Emulators, hashToken, startEmulators } from '../src/index.ts';
import { EMULATED_CLIENTS } from '../src/start-applications.ts';

const APP = { clientId: EMULATED_CLIENTS.githubApp, clientSecret: DEFAULT_CLIENT_SECRET };
const OAUTH_APP = { clientId: EMULATED_CLIENTS.githubOAuthApp, clientSecret: DEFAULT_CLIENT_SECRET };
const CALLBACK = 'http://127.0.0.1:1/callback';

let emulators: Emulators;
let request: typeof octokitRequest;

beforeAll(async () => {
  emulators = await startEmulators();
  request = octokitRequest.defaults({ baseUrl: `${emulators.url}/github.com/api/v3` });
});
afterAll(async () => emulators.close());

function authorizeUrl(parameters: Record<string, string>): string {
  const address = new URL(`${emulators.origins.github['https://github.com']}/login/oauth/authorize`);
  address.search = new URLSearchParams({ redirect_uri: CALLBACK, ...parameters }).toString();
  return address.href;
}

function codeOf(location: string): string {
  return new URL(location).searchParams.get('code') ?? '';
}

async function post(fields: Record<string, string>, headers: Record<string, string> = {}) {
  const response = await fetch(`${emulators.url}/github.com/login/oauth/access_token`, {
    method: 'POST',
    headers: { accept: 'application/json', ...headers },
    body: new URLSearchParams(fields),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

test('the official client exchanges a code, reads the account, refreshes, and the old pair is dead', async () => {
  const code = codeOf(emulators.consent(authorizeUrl({ client_id: APP.clientId, state: 'x' })));
  const { authentication } = await exchangeWebFlowCode({ clientType: 'github-app', ...APP, code, request });
  if (!('refreshToken' in authentication)) throw new Error('The token has no expiry.');
  const octokit = new Octokit({ auth: authentication.token, baseUrl: `${emulators.url}/api.github.com` });
  expect((await octokit.request('GET /user')).data).toMatchObject({ login: 'octo-ada', id: 1001 });

  const refreshed = await refreshToken({
    clientType: 'github-app',
    ...APP,
    refreshToken: authentication.refreshToken,
    request,
  });
  await expect(octokit.request('GET /user')).rejects.toMatchObject({ status: 401 });
  const again = { grant_type: 'refresh_token', client_id: APP.clientId, client_secret: APP.clientSecret };
  const refused = await post({ ...again, refresh_token: authentication.refreshToken });
  expect(refused).toMatchObject({ status: 200, body: { error: 'bad_refresh_token' } });
  expect(
    emulators.exchanges().find(({ hash }) => hash === hashToken(authentication.refreshToken)),
  ).toMatchObject({
    generation: 1,
    attempts: 2,
    successes: 1,
    outcomes: ['ok', 'used'],
  });

  await deleteToken({ clientType: 'github-app', ...APP, token: refreshed.authentication.token, request });
  expect(emulators.github.inspectToken({ token: refreshed.authentication.token })).toMatchObject({
    alive: false,
    reason: 'revoked',
  });
});

test('a browser approves on the page, and the code needs the verifier of the challenge', async () => {
  const verifier = 'v'.repeat(43);
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const url = authorizeUrl({
    client_id: OAUTH_APP.clientId,
    scope: 'notifications admin:repo_hook',
    state: 'a state',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  });
  const page = await (await fetch(url)).text();
  const consent = /name="consent" value="([^"]+)"/.exec(page)?.[1] ?? '';
  const action = /action="([^"]+)"/.exec(page)?.[1] ?? '';
  const answer = await fetch(action, {
    method: 'POST',
    body: new URLSearchParams({ consent, decision: 'approve', account: '1002' }),
    redirect: 'manual',
  });
  expect(answer.status).toBe(302);
  const callback = new URL(answer.headers.get('location') ?? '');
  expect(callback.searchParams.get('state')).toBe('a state');

  const client = { client_id: OAUTH_APP.clientId, client_secret: OAUTH_APP.clientSecret };
  const code = callback.searchParams.get('code') ?? '';
  expect((await post({ ...client, code })).body).toMatchObject({ error: 'bad_verification_code' });
  const { body } = await post({ ...client, code, code_verifier: verifier });
  expect(body).toMatchObject({ token_type: 'bearer', scope: 'admin:repo_hook,notifications' });
  expect(body).not.toHaveProperty('refresh_token');
  expect(emulators.github.inspectToken({ token: body['access_token'] ?? '' })).toMatchObject({
    account: '1002',
  });
});

test('a denial returns to the callback with access_denied and the state', () => {
  const url = authorizeUrl({ client_id: APP.clientId, state: 's' });
  const callback = new URL(emulators.consent(url, { approve: false }));
  expect(Object.fromEntries(callback.searchParams)).toMatchObject({ error: 'access_denied', state: 's' });
});

test('without accept the answer is a form, and a wrong secret has status 200', async () => {
  const response = await fetch(`${emulators.url}/github.com/login/oauth/access_token`, {
    method: 'POST',
    headers: { accept: '*/*' },
    body: new URLSearchParams({ client_id: APP.clientId, client_secret: 'wrong', code: 'x' }),
  });
  expect(response.status).toBe(200);
  const fields = new URLSearchParams(await response.text());
  expect(fields.get('error')).toBe('incorrect_client_credentials');
});

test('a token of an OAuth app ends after a year without use', async () => {
  const { accessToken: token } = emulators.github.issueToken({
    clientId: OAUTH_APP.clientId,
    account: 'octo-ben',
    scopes: ['gist'],
  });
  emulators.clock.advance(300 * 86_400_000);
  const octokit = new Octokit({ auth: token, baseUrl: `${emulators.url}/api.github.com` });
  await octokit.request('GET /user');
  emulators.clock.advance(300 * 86_400_000);
  await octokit.request('GET /user');
  emulators.clock.advance(366 * 86_400_000);
  await expect(octokit.request('GET /user')).rejects.toMatchObject({ status: 401 });
});

test('the eleventh token for the same scopes ends the oldest one', async () => {
  const tokens: string[] = [];
  for (let count = 0; count < 11; count += 1) {
    const code = codeOf(emulators.consent(authorizeUrl({ client_id: OAUTH_APP.clientId, scope: 'gist' })));
    const client = { client_id: OAUTH_APP.clientId, client_secret: OAUTH_APP.clientSecret };
    tokens.push((await post({ ...client, code })).body['access_token'] ?? '');
  }
  const alive = tokens.map((token) => emulators.github.inspectToken({ token }).alive);
  expect(alive).toEqual([false, ...Array(10).fill(true)]);
});
