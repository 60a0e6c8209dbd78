import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Principal } from '@hookline/contracts';
import { internalHeaders } from '@hookline/service';
import { until } from '@hookline/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { createHarness, TOKEN } from './harness.ts';
import { signGithub } from './sign.ts';
import { environmentOf, startProcess } from './start-process.ts';

/** Names of unique secrets, which are valid at every place of a secret: a header, a query, a base64 key. */
const PLANTED = [
  'environmentSecret',
  'environmentVerifyToken',
  'sourceSecret',
  'rotatedSecret',
  'sourceVerifyToken',
  'refusedSecret',
  'apiToken',
  'cookie',
  'apiKeyHeader',
  'customHeader',
  'signatureHeader',
  'queryToken',
  'guessedToken',
  'unknownPath',
  'propertyName',
  'bodyToken',
  'formPassword',
  'idempotencyKey',
  'refusedEventData',
  'diagnosedSecret',
  'diagnosedToken',
  'payloadSecret',
] as const;
type Planted = (typeof PLANTED)[number];

function plant(): Record<Planted, string> {
  const entries = PLANTED.map((name) => [name, `canary${name}${randomBytes(12).toString('hex')}`]);
  return Object.fromEntries(entries) as Record<Planted, string>;
}

/** The secrets that a text contains: plain, in base64, or in hex as Postgres shows bytes. */
function found(secrets: Record<Planted, string>, text: string): Planted[] {
  const inBase64 = (secret: string) => Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(0, -2);
  return PLANTED.filter((name) => {
    const secret = secrets[name];
    return [secret, inBase64(secret), Buffer.from(secret).toString('hex')].some((form) =>
      text.includes(form),
    );
  });
}

function readAll(directory: string): string {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

test('no received secret appears in a log, a table, a stream, a file, a metric or an answer, and SIGTERM drains and ends with code 0', async () => {
  const harness = await createHarness();
  const { config, nats, asOwner } = harness;
  const secrets = plant();
  const journal = mkdtempSync(join(tmpdir(), 'hookline-journal-'));
  onTestFinished(() => rmSync(journal, { recursive: true, force: true }));
  const { child, output, exit, listening } = startProcess({
    ...environmentOf(config),
    LOG_LEVEL: 'trace',
    GITHUB_WEBHOOK_SECRET: secrets.environmentSecret,
    VERIFY_TOKEN: secrets.environmentVerifyToken,
    INGEST_JOURNAL_DIR: journal,
    PUBLISH_DEADLINE_MS: '500',
  });
  const url = await listening();

  const answers: string[] = [];
  async function request(method: string, path: string, init: RequestInit = {}): Promise<{ data?: never }> {
    const response = await fetch(`${url}${path}`, { method, ...init });
    const text = await response.text();
    answers.push(JSON.stringify([...response.headers]), text);
    return response.headers.get('content-type')?.startsWith('application/json') ? JSON.parse(text) : {};
  }
  const operator: Principal = { role: 'operator', keyId: 'key_1' };
  async function call(method: string, path: string, body?: unknown, headers = {}): Promise<{ id: string }> {
    const { data } = await request(method, path, {
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${secrets.apiToken}`,
        cookie: `session=${secrets.cookie}`,
        ...internalHeaders(TOKEN, operator),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return data ?? { id: '' };
  }

  // Sources with secrets of each kind, and with values that are not valid secrets.
  const source = await call('POST', '/api/sources', {
    provider: 'github',
    secret: secrets.sourceSecret,
    userId: 'acme',
  });
  await call('PUT', `/api/sources/${source.id}`, { secret: secrets.rotatedSecret });
  await call('POST', '/api/sources', {
    provider: 'meta',
    secret: secrets.sourceSecret,
    verifyToken: secrets.sourceVerifyToken,
    userId: 'acme',
  });
  await call('POST', '/api/sources', { provider: 'clerk', secret: `${secrets.refusedSecret} is no base64` });
  await call('POST', '/api/sources', { provider: 'github', secret: { not: secrets.refusedSecret } });
  await call('POST', '/api/sources', `{"provider":"github","secret":"${secrets.refusedSecret}"`);
  await call('PUT', `/api/sources/${source.id}`, { secret: '', [secrets.propertyName]: 1 });

  // Requests that are refused, at each kind of address, with a secret in every part.
  const refused = signGithub({
    secret: 'nobodys',
    body: JSON.stringify({ access_token: secrets.bodyToken, nested: { client_secret: secrets.bodyToken } }),
  });
  const headers = {
    ...refused.headers,
    authorization: `Bearer ${secrets.apiToken}`,
    cookie: `session=${secrets.cookie}`,
    'x-api-key': secrets.apiKeyHeader,
    'x-gitlab-token': secrets.apiKeyHeader,
    'x-company-internal': secrets.customHeader,
    'stripe-signature': `t=1,v1=${secrets.signatureHeader}`,
  };
  const query = `?access_token=${secrets.queryToken}&hub.verify_token=${secrets.queryToken}`;
  for (const path of [
    '/api/webhooks/github/acme',
    '/api/webhooks/github/nobody',
    '/api/webhooks/slack/acme',
    '/api/webhooks/stripe',
    `/api/webhooks/${secrets.unknownPath}/acme`,
    `/in/${secrets.guessedToken}`,
    `/${secrets.unknownPath}`,
  ]) {
    await request('POST', `${path}${query}`, { headers, body: refused.body });
    const form = new URLSearchParams({ payload: 'x', password: secrets.formPassword });
    await request('POST', `${path}${query}`, {
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
    });
    const changed = signGithub({ secret: secrets.environmentSecret, body: refused.body });
    await request('POST', path, {
      headers: { ...headers, ...changed.headers, 'x-hub-signature-256': secrets.signatureHeader },
      body: changed.body,
    });
  }
  for (const secret of [secrets.sourceSecret, secrets.environmentSecret]) {
    const other = signGithub({ secret, body: `{"token":"${secrets.bodyToken}"}\n` });
    await request('POST', '/api/webhooks/github/acme', { headers: other.headers, body: `${other.body}\n` });
  }
  for (const verifyToken of [
    secrets.environmentVerifyToken,
    secrets.sourceVerifyToken,
    secrets.queryToken,
    '',
  ]) {
    const ask = `hub.mode=subscribe&hub.challenge=1&hub.verify_token=${verifyToken}`;
    for (const path of ['/webhook', '/api/webhooks/meta/acme']) await request('GET', `${path}?${ask}`);
  }

  // Events of applications: two refused events, and one event twice under the same key.
  await call('PUT', '/api/webhooks/events/order.paid?userId=acme', {
    schema: { type: 'object', required: ['total'], properties: { total: { type: 'number' } } },
  });
  const publish = (data: unknown) =>
    call(
      'POST',
      '/api/events',
      { type: 'order.paid', userId: 'acme', data },
      { 'idempotency-key': secrets.idempotencyKey },
    );
  await publish({ total: secrets.refusedEventData, token: secrets.refusedEventData });
  expect(answers.at(-1)).toContain('event_schema_mismatch');
  await call('POST', '/api/events', `{"type":"order.paid","data":"${secrets.refusedEventData}"`);
  for (let round = 0; round < 2; round++) await publish({ total: 1, token: secrets.payloadSecret });

  // Requests for a diagnosis.
  const pasted = signGithub({
    secret: secrets.diagnosedSecret,
    body: `{"token":"${secrets.diagnosedToken}"}`,
  });
  const pastedHeaders = { ...pasted.headers, authorization: `Bearer ${secrets.diagnosedToken}` };
  await call('POST', `/api/sources/${source.id}/diagnose`, {
    headers: pastedHeaders,
    body: pasted.body.toString(),
  });
  await call('POST', `/api/sources/${source.id}/diagnose`, {
    curl: `curl ${secrets.diagnosedToken} "${secrets.diagnosedToken}`,
  });

  // Accepted webhooks: an event that NATS stores, its repeat, and a journaled event. The tenant owns the payloads.
  const accepted = (id: string) =>
    signGithub({ secret: secrets.rotatedSecret, body: `{"token":"${secrets.payloadSecret}"}`, id });
  const deliver = (id: string) => {
    const signed = accepted(id);
    return request('POST', `/api/webhooks/github/acme${query}`, {
      headers: { ...headers, ...signed.headers },
      body: signed.body,
    });
  };
  for (const id of ['1', '1']) await deliver(id);

  const list = async () => {
    for (const path of [
      'sources',
      `sources/${source.id}`,
      'rejections?limit=100',
      'webhooks/events?userId=acme',
      'providers',
    ]) {
      await call('GET', `/api/${path}`);
    }
    for (const path of ['/metrics', '/readyz', '/healthz']) await request('GET', path);
  };
  await until(async () => (await asOwner("select 1 from rejections where code = 'duplicate'")).length > 1);
  await list();
  await nats.kill();
  await deliver('2');
  await list();
  const onDisk = readAll(journal);
  await nats.restart();
  await until(async () => (await harness.readEvents()).length === 3);

  child.kill('SIGTERM');
  expect(await exit).toBe(0);
  expect(output()).toContain('ingest has stopped');
  expect(found(secrets, output())).toEqual([]);
  expect(output()).not.toContain(TOKEN);
  for (const key of config.encryptionKeys) expect(output()).not.toContain(key);
  // An answer names an unknown path or property to its sender, and the operator sees the misspelt name of a provider.
  expect(found(secrets, answers.join('\n'))).toEqual(['unknownPath', 'propertyName']);

  const tables = await asOwner<{ name: string }>(
    "select quote_ident(tablename) as name from pg_tables where schemaname = 'public'",
  );
  expect(tables.length).toBeGreaterThan(10);
  const rows: string[] = [];
  for (const { name } of tables) {
    const read = await asOwner<{ row: string }>(`select t::text as row from ${name} t`);
    rows.push(...read.map(({ row }) => row));
  }
  expect(rows.length).toBeGreaterThan(20);
  expect(found(secrets, rows.join('\n'))).toEqual(['unknownPath']);

  // The journal and the stream must contain the payload and the kept request of an accepted event. In the kept request
  // the headers with a secret's name are sealed, and cookies are left out.
  expect(found(secrets, onDisk)).toEqual(['customHeader', 'signatureHeader', 'payloadSecret']);
  const events = await harness.readEvents();
  const payloads = events.map(({ payload }) => Buffer.from(payload).toString());
  expect(found(secrets, payloads.join('\n'))).toEqual(['payloadSecret']);
  // An Idempotency-Key is not a secret: it identifies repeats.
  expect(found(secrets, JSON.stringify(events.map(({ headers: stored }) => stored)))).toEqual([
    'idempotencyKey',
  ]);
  await nats.kill();
  expect(found(secrets, readAll(nats.directory))).toEqual([
    'customHeader',
    'signatureHeader',
    'idempotencyKey',
    'payloadSecret',
  ]);
}, 90_000);
