import { startReceiver } from '@hookline/testkit';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { DEFAULT_CLIENT_SECRET, type Emulators, startEmulators } from '../src/index.ts';
import { EMULATED_CLIENTS } from '../src/start-applications.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterEach(() => {
  emulators.clearFaults();
  emulators.clearLog();
});
afterAll(async () => emulators.close());

const CLIENT = { client_id: EMULATED_CLIENTS.githubApp, client_secret: DEFAULT_CLIENT_SECRET };

function issue() {
  return emulators.github.issueToken({ clientId: CLIENT.client_id, account: 'octo-ada', scopes: [] });
}

function refresh(refreshToken: string | undefined, signal?: AbortSignal) {
  return fetch(`${emulators.url}/github.com/login/oauth/access_token`, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams({ ...CLIENT, grant_type: 'refresh_token', refresh_token: refreshToken ?? '' }),
    ...(signal && { signal }),
  });
}

async function refreshed(refreshToken: string | undefined): Promise<Record<string, string>> {
  return (await (await refresh(refreshToken)).json()) as Record<string, string>;
}

test('an answer that is lost after the rotation leaves the caller with a dead token', async () => {
  const { refreshToken } = issue();
  emulators.injectFault({ kind: 'answer-lost', grantType: 'refresh_token' });
  await expect(refresh(refreshToken)).rejects.toThrow();
  expect(await refreshed(refreshToken)).toMatchObject({ error: 'bad_refresh_token' });
  expect(emulators.exchanges()).toMatchObject([{ attempts: 2, successes: 1, outcomes: ['ok', 'used'] }]);
  expect(emulators.calls({ grantType: 'refresh_token' }).map(({ status, fault }) => [status, fault])).toEqual(
    [
      [0, 'answer-lost'],
      [200, undefined],
    ],
  );
});

test('a false invalid_grant happens once and changes nothing', async () => {
  const { refreshToken } = issue();
  emulators.injectFault({ kind: 'invalid-grant', grantType: 'refresh_token', account: '1001' });
  expect(await refreshed(refreshToken)).toMatchObject({ error: 'bad_refresh_token' });
  expect(await refreshed(refreshToken)).toHaveProperty('refresh_token');
});

test('a hanging answer and a slow body end with the abort of the caller', async () => {
  const { refreshToken, accessToken } = issue();
  emulators.injectFault({ kind: 'hang', provider: 'github', path: 'github.com/login' });
  await expect(refresh(refreshToken, AbortSignal.timeout(200))).rejects.toThrow(/timeout|aborted/i);
  emulators.injectFault({ kind: 'slow-body', path: 'api.github.com/user', delayMs: 60_000 });
  const response = await fetch(`${emulators.url}/api.github.com/user`, {
    headers: { authorization: `Bearer ${accessToken}` },
    signal: AbortSignal.timeout(300),
  });
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow(/timeout|aborted/i);
});

test('status, 200 with an error, not JSON, and 429 replace the answer as often as asked', async () => {
  emulators.injectFault({ kind: 'status', status: 503, times: 2, path: '/user' });
  emulators.injectFault({ kind: 'status', status: 200, body: { error: 'strange' }, path: '/user' });
  emulators.injectFault({ kind: 'not-json', path: '/user' });
  emulators.injectFault({ kind: 'rate-limited', retryAfterSeconds: 7, path: '/user' });
  const url = `${emulators.url}/api.github.com/user`;
  const answers = [];
  for (let count = 0; count < 6; count += 1) answers.push(await fetch(url));
  expect(answers.map(({ status }) => status)).toEqual([503, 503, 200, 200, 403, 401]);
  expect(await answers[2]?.json()).toEqual({ error: 'strange' });
  expect(answers[3]?.headers.get('content-type')).toBe('text/html');
  expect(answers[4]?.headers.get('retry-after')).toBe('7');
});

test('each kind of rotation treats a second use in its own way', async () => {
  const secondUse = async (rotation: Parameters<Emulators['github']['changeApplication']>[0]['rotation']) => {
    emulators.github.changeApplication({ clientId: CLIENT.client_id, ...(rotation && { rotation }) });
    const { refreshToken } = issue();
    const first = await refreshed(refreshToken);
    const second = await refreshed(refreshToken);
    const alive = (token: string | undefined) => emulators.github.inspectToken({ token: token ?? '' }).alive;
    return {
      same: first['refresh_token'] === refreshToken,
      second: second['error'] ?? 'ok',
      firstAlive: alive(first['refresh_token']),
    };
  };
  expect(await secondUse({ kind: 'none' })).toEqual({ same: true, second: 'ok', firstAlive: true });
  expect(await secondUse({ kind: 'grace', seconds: 60 })).toEqual({
    same: false,
    second: 'ok',
    firstAlive: true,
  });
  expect(await secondUse({ kind: 'grace', seconds: 60, secondAnswerEndsFirst: true })).toEqual({
    same: false,
    second: 'ok',
    firstAlive: false,
  });
  expect(await secondUse({ kind: 'family-revocation' })).toEqual({
    same: false,
    second: 'bad_refresh_token',
    firstAlive: false,
  });
  expect(await secondUse({ kind: 'immediate' })).toEqual({
    same: false,
    second: 'bad_refresh_token',
    firstAlive: true,
  });
});

test('closing ends a push that nobody answers', async () => {
  const receiver = await startReceiver({ respond: () => ({ hang: true }) });
  const others = await startEmulators();
  const clientId = EMULATED_CLIENTS.slack;
  const verified = others.slack.setRequestUrl({ clientId, url: receiver.url });
  await receiver.waitFor(1);
  const startMs = performance.now();
  await others.close();
  expect(await verified).toEqual({ accepted: false });
  expect(performance.now() - startMs).toBeLessThan(2_000);
  await receiver.close();
});

test('the log keeps no token, secret, code or state', async () => {
  const { refreshToken } = issue();
  await fetch(
    `${emulators.url}/github.com/login/oauth/access_token?client_secret=hidden-1&code=hidden-2&refresh_token=${refreshToken}`,
    { method: 'POST' },
  );
  const text = JSON.stringify([emulators.calls(), emulators.exchanges()]);
  expect(text).toContain('redacted');
  expect(text).not.toMatch(/hidden-|emulated-refresh-/);
});

test('the control address moves the clock, and Date of every answer follows', async () => {
  const control = (path: string, body: unknown) =>
    fetch(`${emulators.url}/_control/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const { accessToken } = issue();
  await control('clock', { advanceSeconds: 8 * 3600 });
  const response = await fetch(`${emulators.url}/api.github.com/user`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  expect(response.status).toBe(401);
  const aheadMs = Date.parse(response.headers.get('date') ?? '') - Date.now();
  expect(aheadMs).toBeGreaterThan(7.9 * 3_600_000);
  const made = await control('github/createAccount', { login: 'octo-cleo' });
  expect(await made.json()).toMatchObject({ login: 'octo-cleo' });
  expect((await control('github/createAccount', { login: 7 })).status).toBe(400);
});
