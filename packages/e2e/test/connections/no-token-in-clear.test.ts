import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@hookline/client';
import { addApp, connectAccount, connectEmulators, preparePlatforms } from '@hookline/demo';
import { DEFAULT_CLIENT_SECRET, DEFAULT_SIGNING_SECRET, startEmulators } from '@hookline/emulators';
import type { LogEntry } from '@hookline/stack';
import { expect, onTestFinished, test } from 'vitest';
import {
  dumpTables,
  eventually,
  findSecrets,
  readFiles,
  type SearchedText,
  startTestSystem,
  waitUntilSettled,
} from '../../src/index.ts';

const run = randomBytes(4).toString('hex');
const userId = `planted-${run}`;
/** A token that no provider knows, for calls that are refused. */
const PLANTED = `planted-token-${run}`;
/** How all tokens, codes and secrets of the emulated providers begin. */
const ISSUED = [
  'emulated-access-',
  'emulated-refresh-',
  'emulated-bot-access-',
  'emulated-bot-refresh-',
  'emulated-code-',
  DEFAULT_CLIENT_SECRET,
  DEFAULT_SIGNING_SECRET,
];
const SERVICES = ['ingest', 'delivery', 'scheduler', 'gateway'] as const;
/** The emulator of a platform. */
const emulatorOf = (provider: string) => (['gmail', 'youtube'].includes(provider) ? 'google' : provider);
const SETTLE_MS = 60_000;

test('tokens of connected accounts are in clear in no table, log line, stream, metric or error answer', async () => {
  const lines: LogEntry[] = [];
  const system = await startTestSystem(
    SERVICES.map((name) => ({ name, env: { LOG_LEVEL: 'trace' } })),
    { log: (entry) => lines.push(entry) },
  );
  onTestFinished(() => system.stop());
  const providers = await startEmulators();
  onTestFinished(() => providers.close());
  const emulators = await connectEmulators(providers.url);
  const { gateway } = system.stack.urls;
  const { operatorKey } = system.stack.secrets;
  const hookline = createClient({ url: gateway, key: operatorKey });
  const answers: SearchedText[] = [];

  /** A call whose answer is searched. */
  async function call(method: string, path: string, body?: object, headers = {}): Promise<number> {
    const answer = await fetch(new URL(path, gateway), {
      method,
      redirect: 'manual',
      headers: {
        authorization: `Bearer ${operatorKey}`,
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = `${JSON.stringify([...answer.headers])} ${await answer.text()}`;
    answers.push({ where: `answer to ${method} ${path}`.replaceAll(PLANTED, '…'), bytes: Buffer.from(text) });
    return answer.status;
  }
  const disturb = (fault: object) =>
    fetch(`${emulators.url}/_control/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(fault),
    });

  // Everything that is done with tokens, for each platform.
  const connectionIds: string[] = [];
  const handedOut: string[] = [];
  for (const platform of await preparePlatforms(emulators, run)) {
    const { provider, clientId, poll, push, pushGapMs } = platform;
    const { appId } = await addApp(platform, { hookline, userId, emulators });
    const id = await connectAccount(platform, { hookline, userId, appId });
    connectionIds.push(id);
    await eventually(async () => {
      const { data } = await hookline.connections.journey(id, { userId, limit: 100 }).page();
      return data.some(({ detail }) => detail['poll'] === poll.id) || undefined;
    }, `the first poll of ${provider}`);
    await sleep(pushGapMs ?? 0);
    await push?.();
    await poll.happen();
    await hookline.connections.poll(id, { userId, poll: poll.id });
    await hookline.connections.refresh(id, { userId });
    const kind = provider === 'slack' ? 'bot' : 'access';
    const { token } = await hookline.connections.token(id, { userId, kind });
    handedOut.push(token);

    // Providers that repeat the token in the words of their refusals.
    const said = `${token} is not valid`;
    const words = { error: 'server_error', error_description: said, message: said };
    for (const status of [400, 401, 500]) {
      await disturb({ kind: 'status', clientId, grantType: 'refresh_token', status, body: words });
      await call('POST', `/api/connections/${id}/refresh?userId=${userId}`);
    }
    await disturb({ kind: 'not-json', clientId, grantType: 'refresh_token' });
    await call('POST', `/api/connections/${id}/refresh?userId=${userId}`);
    await disturb({
      kind: 'status',
      provider: emulatorOf(provider),
      method: 'GET',
      status: 400,
      body: words,
    });
    await hookline.connections.poll(id, { userId, poll: poll.id });
    await eventually(async () => {
      const { data } = await hookline.connections.journey(id, { userId, limit: 10 }).page();
      return data.some(({ kind, text }) => kind === 'poll' && text.includes('400')) || undefined;
    }, `the refused poll of ${provider}`);

    // Calls that are refused.
    for (const name of ['refreshToken', 'accessToken']) {
      const body = { provider, appId, userId, [name]: PLANTED };
      expect(await call('POST', '/api/connections', body)).toBeGreaterThanOrEqual(400);
    }
    await call('POST', '/api/connections', { provider, appId, userId, refreshToken: [PLANTED] });
    await call('PATCH', `/api/oauth-apps/${appId}?userId=${userId}`, { clientSecret: { text: PLANTED } });
    await call('POST', '/api/oauth-apps', { provider: 'no', clientId: 'x', clientSecret: PLANTED, userId });
    await call('GET', `/api/oauth/${provider}/callback?code=${PLANTED}&state=${PLANTED}`, undefined, {
      cookie: `hookline_flow=${PLANTED}`,
    });
    await call('GET', `/api/oauth/${provider}/start?link=${PLANTED}`);
  }
  await call('GET', `/api/connections?userId=${userId}`);
  await call('GET', `/api/oauth-apps?userId=${userId}`);
  await call('GET', `/api/webhooks/list?userId=${userId}`);
  for (const id of connectionIds)
    await call('GET', `/api/connections/${id}/journey?userId=${userId}&limit=100`);
  await waitUntilSettled(system, SETTLE_MS);

  const hooks = await eventually(async () => {
    const found = await emulators.github.listHooks({ repository: `octo-${run}/hello` });
    return found.length > 0 ? found : undefined;
  }, 'the hook of the repository');
  const secrets = [...ISSUED, PLANTED, ...handedOut, ...hooks.flatMap(({ secret }) => secret ?? [])];
  const tables = await dumpTables(system.stack.databaseUrl);
  const streams = readFiles(join(system.home, 'nats'));
  const metrics = await Promise.all(
    SERVICES.map(async (name) => ({
      where: `metrics of ${name}`,
      bytes: Buffer.from(await (await fetch(`${system.stack.urls[name]}/metrics`)).text()),
    })),
  );
  const log = { where: 'log', bytes: Buffer.from(lines.map((line) => JSON.stringify(line)).join('\n')) };

  // The places are the right ones: what is no secret is found there.
  const has = (texts: readonly SearchedText[], text: string) =>
    texts.some(({ bytes }) => bytes.includes(text));
  expect(handedOut).toHaveLength(6);
  expect(hooks).toHaveLength(1);
  for (const id of connectionIds) {
    const tokens = tables.filter(({ where }) => where.endsWith('connection_tokens'));
    expect([has(tokens, id), has(answers, id)]).toEqual([true, true]);
  }
  expect(has(streams, 'spotify.track.played')).toBe(true);
  expect(has(metrics, 'hookline_')).toBe(true);
  expect(lines.length).toBeGreaterThan(50);

  const everything = [...tables, ...streams, ...metrics, log, ...answers];
  expect(findSecrets(everything, secrets)).toEqual([]);
});
