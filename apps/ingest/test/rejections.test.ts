import { until } from '@hookline/testkit';
import { expect, test } from 'vitest';
import { createHarness, pathOf, waitForRejections } from './harness.ts';
import { signGithub } from './sign.ts';

test('a rejection has the reason, and no usable signature or credential', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  const source = await replica.createSource({ provider: 'github', secret: 's' }, 'acme');
  const request = signGithub({ secret: 'wrong', body: `{"pad":"${'ä'.repeat(3_000)}"}` });
  await replica.deliver(pathOf(source), {
    body: request.body,
    headers: { ...request.headers, cookie: 'session=1', authorization: 'Bearer top-secret' },
  });
  const [kept] = await waitForRejections(replica, 1);
  expect(kept).toEqual({
    id: expect.stringMatching(/^rej_/),
    summary: expect.stringMatching(/^Refused .* UTC from GitHub: The signature does not match/),
    at: expect.any(String),
    userId: 'acme',
    provider: 'github',
    sourceId: source.id,
    code: 'invalid_signature',
    reason: expect.stringContaining('does not match'),
    cause: 'wrong_secret',
    hint: expect.stringContaining('signed with another secret'),
    wouldMatch: null,
    eventId: null,
    providerDeliveryId: null,
    headers: expect.objectContaining({
      'x-github-event': 'push',
      'x-hub-signature-256': `${request.headers['x-hub-signature-256']?.slice(0, 8)}…`,
      authorization: 'Bearer t…',
    }),
    bodyStart: expect.stringContaining('{"pad":"ää'),
  });
  expect(kept?.['headers']).not.toHaveProperty('cookie');
  expect(String(kept?.['bodyStart']).length).toBeLessThanOrEqual(2_048);
});

test('a tenant sees only its own rejections, also of addresses without a source, with filters and pages', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  const acme = await replica.createSource({ provider: 'github', secret: 's' }, 'acme');
  await replica.createSource({ provider: 'github', secret: 's' }, 'other');
  const refused = { ...signGithub({ secret: 'wrong', body: '{"n":1}' }) };
  for (let index = 0; index < 3; index++) await replica.deliver(pathOf(acme), refused);
  await replica.deliver('/api/webhooks/github/other', refused);
  await replica.deliver('/api/webhooks/github/nobody', refused);
  await replica.deliver('/in/nobodys-token', refused);
  await waitForRejections(replica, 6);

  const list = async (query: string, as?: string) =>
    (await replica.call('GET', `/api/rejections${query}`, { as })).json;
  expect((await list('', 'acme')).data).toHaveLength(3);
  expect((await list('', 'other')).data).toHaveLength(1);
  expect((await list('', 'nobody')).data).toHaveLength(1);
  expect((await list(`?sourceId=${acme.id}`, 'other')).data).toEqual([]);
  expect((await list(`?sourceId=${acme.id}`)).data).toHaveLength(3);
  expect((await list('?userId=other')).data).toHaveLength(1);
  expect((await list('?code=timestamp_out_of_tolerance')).data).toEqual([]);
  expect((await replica.call('GET', '/api/rejections?userId=acme', { as: 'other' })).status).toBe(403);

  const first = await list('?limit=2', 'acme');
  expect(first.page).toMatchObject({ hasMore: true, nextCursor: expect.any(String), total: 3 });
  const second = await list(`?limit=2&cursor=${first.page.nextCursor}`, 'acme');
  expect(second.page).toMatchObject({ limit: 2, hasMore: false, nextCursor: null });
  const ids = [...first.data, ...second.data].map(({ id }) => id);
  expect(ids).toEqual([...ids].sort().reverse());
  expect(new Set(ids).size).toBe(3);
});

test('rejections of a source beyond the limit per minute are counted and not kept', async () => {
  const { startReplica, asOwner } = await createHarness({ rejectionsPerMinute: 10 });
  const replica = await startReplica();
  const source = await replica.createSource({ provider: 'github', secret: 's' }, 'acme');
  const refused = signGithub({ secret: 'wrong', body: '{"n":1}' });
  const answers = await Promise.all(
    Array.from({ length: 40 }, () => replica.deliver(pathOf(source), refused)),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
  await waitForRejections(replica, 10);
  await until(async () =>
    /hookline_ingest_rejections_dropped_total\{reason="budget",[^}]*\} 30\n/.test(
      (await replica.call('GET', '/metrics')).text,
    ),
  );
  expect(await asOwner('select count(*)::int as kept from rejections')).toEqual([{ kept: 10 }]);
});

test('pending rejections are written before the service stops', async () => {
  const { startReplica, asOwner } = await createHarness();
  const replica = await startReplica();
  await replica.createSource({ provider: 'github', secret: 's' }, 'acme');
  await replica.deliver('/api/webhooks/github/acme', signGithub({ secret: 'wrong', body: '{"n":1}' }));
  await replica.close();
  expect(await asOwner('select code from rejections')).toEqual([{ code: 'invalid_signature' }]);
});

test('requests are counted by provider and outcome', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  await replica.createSource({ provider: 'github', secret: 's' }, 'acme');
  const good = signGithub({ secret: 's', body: '{"n":1}' });
  await replica.deliver('/api/webhooks/github/acme', good);
  await replica.deliver('/api/webhooks/github/acme', good);
  await replica.deliver('/api/webhooks/github/acme', signGithub({ secret: 'wrong', body: '{"n":1}' }));
  const metrics = (await replica.call('GET', '/metrics')).text;
  for (const [outcome, count] of [
    ['accepted', 1],
    ['duplicate', 1],
    ['invalid_signature', 1],
  ]) {
    expect(metrics).toMatch(
      new RegExp(
        `hookline_ingest_requests_total\\{provider="github",outcome="${outcome}",[^}]*\\} ${count}\\n`,
      ),
    );
  }
  expect(metrics).toMatch(/hookline_ingest_publish_seconds_count\{[^}]*\} 2\n/);
});
