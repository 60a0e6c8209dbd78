import { randomBytes } from 'node:crypto';
import { until } from '@hookline/testkit';
import { expect, test } from 'vitest';
import { createHarness, pathOf } from './harness.ts';
import { signGithub } from './sign.ts';

test('a source is created, shown, listed, changed and deleted', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  const created = await replica.call('POST', '/api/sources', {
    as: 'acme',
    body: { provider: 'stripe', secret: 'first', name: 'Payments', toleranceSeconds: 600 },
  });
  expect(created.status).toBe(201);
  const source = created.json.data;
  expect(source).toEqual({
    id: expect.stringMatching(/^src_[0-9A-Z]{26}$/),
    userId: 'acme',
    provider: 'stripe',
    name: 'Payments',
    uid: null,
    metadata: {},
    tags: [],
    url: expect.stringMatching(/^https:\/\/hooks\.example\.com\/in\/[0-9A-Za-z]{22,}$/),
    toleranceSeconds: 600,
    secretsSetAt: [expect.any(String)],
    active: true,
    subscription: null,
    createdAt: expect.any(String),
    updatedAt: expect.any(String),
  });
  const one = `/api/sources/${source.id}`;
  expect((await replica.call('GET', one, { as: 'acme' })).json.data).toEqual(source);
  expect((await replica.call('GET', '/api/sources', { as: 'acme' })).json).toEqual({
    data: [source],
    page: { limit: 100, hasMore: false, nextCursor: null, offset: 0, total: 1, totalExact: true },
  });
  const changed = await replica.call('PUT', one, {
    as: 'acme',
    body: { name: null, toleranceSeconds: null },
  });
  expect(changed.json.data).toMatchObject({ name: null, toleranceSeconds: null, url: source.url });
  expect((await replica.call('PUT', one, { as: 'acme', body: {} })).status).toBe(400);
  expect((await replica.call('DELETE', one, { as: 'acme' })).status).toBe(200);
  for (const method of ['GET', 'DELETE'])
    expect((await replica.call(method, one, { as: 'acme' })).status).toBe(404);
  expect((await replica.call('GET', '/api/sources', { as: 'acme' })).json.data).toEqual([]);
});

test('the provider instagram is stored as Meta, and the error for an unknown provider names the nearest provider', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  expect((await replica.createSource({ provider: 'instagram', secret: 's' }, 'acme')).provider).toBe('meta');
  const answer = await replica.call('POST', '/api/sources', {
    as: 'acme',
    body: { provider: 'nonesuch', secret: 's' },
  });
  expect([answer.status, answer.json.code]).toEqual([400, 'invalid_request']);
  expect(answer.json.details).toEqual([
    { path: 'body/provider', message: 'must be a known provider: GET /api/providers lists the providers' },
  ]);
  const near = await replica.call('POST', '/api/sources', { body: { provider: 'githb', secret: 's' } });
  expect(near.json.error).toMatch(/^body\/provider must be a known provider: did you mean github/);
  const unusable = await replica.call('POST', '/api/sources', {
    as: 'acme',
    body: { provider: 'clerk', secret: 'not base64!' },
  });
  expect(unusable.status).toBe(400);
  expect(unusable.text).not.toContain('not base64!');
});

test('lists page by cursor, newest first', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  const ids: string[] = [];
  for (let index = 0; index < 5; index++) {
    ids.unshift((await replica.createSource({ provider: 'github', secret: 's' }, 'acme')).id);
  }
  const seen: string[] = [];
  let cursor = '';
  do {
    const { json } = await replica.call('GET', `/api/sources?limit=2${cursor && `&cursor=${cursor}`}`, {
      as: 'acme',
    });
    seen.push(...json.data.map(({ id }: { id: string }) => id));
    cursor = json.page.nextCursor;
  } while (cursor);
  expect(seen).toEqual(ids);
  const { json } = await replica.call('GET', '/api/sources?provider=slack', { as: 'acme' });
  expect(json.data).toEqual([]);
});

test('no tenant sees, changes or deletes another’s source', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  const source = await replica.createSource({ provider: 'github', secret: 'of-acme' }, 'acme');
  const one = `/api/sources/${source.id}`;
  expect((await replica.call('GET', one, { as: 'other' })).status).toBe(404);
  expect((await replica.call('PUT', one, { as: 'other', body: { active: false } })).status).toBe(404);
  expect((await replica.call('DELETE', one, { as: 'other' })).status).toBe(404);
  expect((await replica.call('GET', '/api/sources', { as: 'other' })).json.data).toEqual([]);
  expect((await replica.call('GET', '/api/sources?userId=acme', { as: 'other' })).status).toBe(403);
  const foreign = { provider: 'github', secret: 's', userId: 'acme' };
  expect((await replica.call('POST', '/api/sources', { as: 'other', body: foreign })).status).toBe(403);
  expect((await fetch(`${replica.url}/api/sources`)).status).toBe(401);
  // An operator sees the sources of all tenants, or of one tenant.
  expect((await replica.call('GET', '/api/sources')).json.data).toHaveLength(1);
  expect((await replica.call('GET', '/api/sources?userId=other')).json.data).toEqual([]);
  expect((await replica.call('GET', `${one}?userId=acme`)).status).toBe(200);
  expect(
    (await replica.deliver(pathOf(source), signGithub({ secret: 'of-acme', body: '{"n":1}' }))).status,
  ).toBe(200);
});

test('after a change of the secret the old secret stays valid until the next change', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  const source = await replica.createSource({ provider: 'github', secret: 'one' }, 'acme');
  const change = (secret: string) =>
    replica.call('PUT', `/api/sources/${source.id}`, { as: 'acme', body: { secret } });
  const works = async (secret: string) =>
    (await replica.deliver(pathOf(source), signGithub({ secret, body: '{"n":1}' }))).status === 200;
  const working = async () => [await works('one'), await works('two'), await works('three')];

  expect(await working()).toEqual([true, false, false]);
  await change('two');
  expect(await working()).toEqual([true, true, false]);
  // Setting the same secret again is no change.
  await change('two');
  expect(await working()).toEqual([true, true, false]);
  await change('three');
  expect(await working()).toEqual([false, true, true]);
});

test('a change of a source at one replica takes effect at the other replicas at once, without a message from NATS', async () => {
  const { startReplica } = await createHarness();
  const [one, two] = [await startReplica(), await startReplica()];
  const source = await one.createSource({ provider: 'github', secret: 'first' }, 'acme');
  const works = async (secret: string) =>
    (await two.deliver(pathOf(source), signGithub({ secret, body: '{"n":1}' }))).status === 200;
  expect(await works('first')).toBe(true);
  await one.call('PUT', `/api/sources/${source.id}`, { as: 'acme', body: { secret: 'second' } });
  expect(await works('second')).toBe(true);
  await one.call('PUT', `/api/sources/${source.id}`, { as: 'acme', body: { active: false } });
  await until(async () => !(await works('second')));
  await one.call('PUT', `/api/sources/${source.id}`, { as: 'acme', body: { active: true } });
  expect(await works('second')).toBe(true);
  await one.call('DELETE', `/api/sources/${source.id}`, { as: 'acme' });
  await until(async () => !(await works('second')));
});

test('a source that was never announced to a replica is found at its first webhook', async () => {
  const { startReplica, asOwner } = await createHarness();
  const replica = await startReplica();
  const source = await replica.createSource({ provider: 'github', secret: 's' }, 'acme');
  // A new address of the source, as if another replica had created it while NATS was unavailable.
  const token = 'a-token-that-this-replica-has-not-heard-of';
  await asOwner('update sources set token = $1, updated_at = clock_timestamp() where id = $2', [
    token,
    source.id,
  ]);
  const request = signGithub({ secret: 's', body: '{"n":1}' });
  expect((await replica.deliver(`/in/${token}`, request)).status).toBe(200);
  expect((await replica.deliver(pathOf(source), request)).status).toBe(401);
});

test('concurrent refused requests share a few database queries', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  const started = performance.now();
  const answers = await Promise.all(
    Array.from({ length: 200 }, () =>
      replica.deliver('/in/nobodys-token', signGithub({ secret: 'x', body: '{"n":1}' })),
    ),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
  // At five queries a second, one query for each request would take 40 s.
  expect(performance.now() - started).toBeLessThan(20_000);
});

test('a webhook of a source whose secrets can’t be opened is answered with an error and never accepted', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  const source = await replica.createSource({ provider: 'github', secret: 's' }, 'acme');
  const otherKey = await startReplica({ encryptionKeys: [randomBytes(32).toString('base64')] });
  const answer = await otherKey.deliver(pathOf(source), signGithub({ secret: 's', body: '{"n":1}' }));
  expect([answer.status, answer.json.code]).toEqual([500, 'secret_not_configured']);
});

test('no answer contains a secret, and the database contains no plain secret', async () => {
  const { startReplica, asOwner } = await createHarness();
  const replica = await startReplica();
  const canary = `canary-${randomBytes(12).toString('hex')}`;
  const tokenCanary = `token-${randomBytes(12).toString('hex')}`;
  const created = await replica.call('POST', '/api/sources', {
    as: 'acme',
    body: { provider: 'meta', secret: canary, verifyToken: tokenCanary },
  });
  const { id } = created.json.data;
  const answers = [created];
  answers.push(
    await replica.call('GET', `/api/sources/${id}`, { as: 'acme' }),
    await replica.call('GET', '/api/sources'),
    await replica.call('PUT', `/api/sources/${id}`, { as: 'acme', body: { secret: `${canary}-2` } }),
    await replica.call('GET', '/metrics'),
  );
  for (const { text } of answers) {
    expect(text).not.toContain(canary);
    expect(text).not.toContain(tokenCanary);
  }
  const [row] = await asOwner<{ row: string; secrets: number }>(
    'select sources::text as row, jsonb_array_length(secrets) as secrets from sources',
  );
  expect(row?.secrets).toBe(2);
  expect(row?.row).not.toContain(canary);
  expect(row?.row).not.toContain(tokenCanary);

  await replica.call('PUT', `/api/sources/${id}`, { as: 'acme', body: { secret: `${canary}-3` } });
  const [rotated] = await asOwner<{ retired: number }>(
    'select jsonb_array_length(retired_secrets) as retired from sources',
  );
  expect(rotated?.retired).toBe(1);
  await replica.call('DELETE', `/api/sources/${id}`, { as: 'acme' });
  const [deleted] = await asOwner('select secrets, retired_secrets, verify_token from sources');
  expect(deleted).toEqual({ secrets: [], retired_secrets: [], verify_token: null });
});
