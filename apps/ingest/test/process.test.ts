import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { internalHeaders } from '@hookline/service';
import { until } from '@hookline/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { createHarness, TOKEN } from './harness.ts';
import { signGithub } from './sign.ts';

const SERVER = fileURLToPath(new URL('../src/server.ts', import.meta.url));

interface RunningProcess {
  child: ChildProcess;
  /** Everything it has written to stdout and stderr. */
  output(): string;
  exit: Promise<number | null>;
}

function startProcess(env: Record<string, string>): RunningProcess {
  const child = spawn(process.execPath, ['--conditions=@hookline/source', SERVER], {
    env: { PATH: process.env['PATH'] ?? '', HOST: '127.0.0.1', INGEST_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return { child, output: () => output, exit: once(child, 'exit').then(([code]) => code as number | null) };
}

test('no secret reaches the log, whatever is done; SIGTERM drains and ends with 0', async () => {
  const { config } = await createHarness();
  const canary = (name: string) => `canary-${name}-${randomBytes(8).toString('hex')}`;
  const secrets = {
    environment: canary('environment'),
    source: canary('source'),
    rotated: canary('rotated'),
    verifyToken: canary('verify-token'),
    apiKey: canary('api-key'),
  };
  const env = {
    LOG_LEVEL: 'trace',
    DATABASE_URL: config.databaseUrl,
    NATS_URL: config.natsUrl,
    HOOKLINE_INTERNAL_TOKEN: TOKEN,
    HOOKLINE_ENCRYPTION_KEY: config.encryptionKeys.join(','),
    GITHUB_WEBHOOK_SECRET: secrets.environment,
    VERIFY_TOKEN: secrets.verifyToken,
  };
  const { child, output, exit } = startProcess(env);
  const port = await until(() => /ingest is listening on http:\/\/[^"]*:(\d+)/.exec(output())?.[1], {
    timeoutMs: 25_000,
  });
  const url = `http://127.0.0.1:${port}`;
  await until(async () => (await fetch(`${url}/readyz`)).ok);
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${secrets.apiKey}`,
    ...internalHeaders(TOKEN, { role: 'operator', keyId: 'key_1' }),
  };
  const call = async (method: string, path: string, body: unknown) => {
    const response = await fetch(`${url}${path}`, { method, headers, body: JSON.stringify(body) });
    return { status: response.status, data: ((await response.json()) as { data: { id: string } }).data };
  };
  const created = await call('POST', '/api/sources', {
    provider: 'github',
    secret: secrets.source,
    userId: 'acme',
  });
  expect(created.status).toBe(201);
  await call('PUT', `/api/sources/${created.data.id}`, { secret: secrets.rotated });
  await call('POST', '/api/sources', { provider: 'clerk', secret: `${secrets.source} is no base64` });
  await call('POST', '/api/sources', { provider: 'github', secret: { not: secrets.source } });
  await call('POST', '/api/events', { type: 'a.b', data: 1, userId: 'acme' });
  for (const secret of [...Object.values(secrets), 'guess']) {
    for (const path of ['/api/webhooks/github/acme', '/api/webhooks/github/nobody', '/in/nothing']) {
      const request = signGithub({ secret, body: '{}' });
      await fetch(`${url}${path}`, { method: 'POST', headers: request.headers, body: request.body });
    }
  }
  await fetch(`${url}/webhook?hub.mode=subscribe&hub.challenge=1&hub.verify_token=${secrets.verifyToken}`);
  await fetch(`${url}/webhook?hub.mode=subscribe&hub.challenge=1&hub.verify_token=guess`);

  child.kill('SIGTERM');
  expect(await exit).toBe(0);
  expect(output()).toContain('ingest has stopped');
  for (const secret of [...Object.values(secrets), TOKEN, ...config.encryptionKeys]) {
    expect(output()).not.toContain(secret);
  }
});

test('a configuration that is not valid ends the start with 1 and every problem', async () => {
  const { output, exit } = startProcess({ NATS_URL: 'nowhere', MAX_BODY_BYTES: '1' });
  expect(await exit).toBe(1);
  for (const name of ['DATABASE_URL', 'NATS_URL', 'MAX_BODY_BYTES', 'HOOKLINE_INTERNAL_TOKEN']) {
    expect(output()).toContain(name);
  }
});
