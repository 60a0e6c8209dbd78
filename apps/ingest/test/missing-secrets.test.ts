import { listProviders } from '@hookline/providers';
import { until } from '@hookline/testkit';
import { expect, test } from 'vitest';
import { createHarness, type Replica, waitForRejections } from './harness.ts';

const COMMON = { 'content-type': 'application/json', 'user-agent': 'curl/8.5.0' };

/** Requests as the documents of earlier webhook services send them (docs/compatibility.md). */
const DOCUMENTED_REQUESTS = {
  github: {
    headers: { ...COMMON, 'x-hub-signature-256': 'sha256=invalid', 'x-github-event': 'push' },
    body: '{"test": "data"}',
  },
  slack: { headers: COMMON, body: '{"type": "event_callback", "event": {"type": "message"}}' },
  meta: {
    headers: { ...COMMON, 'x-hub-signature-256': 'sha256=invalid' },
    body: '{"object":"page","entry":[]}',
  },
  stripe: { headers: { ...COMMON, 'stripe-signature': 't=1,v1=00' }, body: '{"type":"charge.succeeded"}' },
  clerk: { headers: COMMON, body: '{"type":"user.created"}' },
  gmail: { headers: COMMON, body: '{"message":{"data":"e30="}}' },
};

interface Sent {
  headers: Record<string, string>;
  body: string;
}

async function ask(replica: Replica, path: string, request: Sent) {
  const { headers, body } = request;
  const { status, json } = await replica.deliver(path, { headers, body: Buffer.from(body) });
  return { status, body: { ...json, requestId: '' } };
}

test('no answer reveals whether any tenant has a source of a provider: the answer is the same before and after, for every provider', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  const requests = listProviders().map((provider) => ({
    provider,
    request: DOCUMENTED_REQUESTS[provider.id as keyof typeof DOCUMENTED_REQUESTS] ?? {
      headers: COMMON,
      body: '{"type":"a"}',
    },
  }));
  // All at once: each refused request waits for a database query, and all requests share five queries a second.
  const askAll = async () =>
    new Map(
      await Promise.all(
        requests.map(async ({ provider, request }) => {
          const answer = await ask(replica, `/api/webhooks/${provider.id}/nobody`, request);
          return [provider.id, answer] as const;
        }),
      ),
    );
  const before = await askAll();
  for (const [provider, { status }] of before)
    expect({ provider, status }).not.toMatchObject({ status: 500 });
  for (const id of Object.keys(DOCUMENTED_REQUESTS)) expect(before.get(id)).toMatchObject({ status: 401 });
  const created: string[] = [];
  for (const [index, { provider }] of requests.entries()) {
    // Some providers need options, or a key in a special format. This test covers the other providers.
    if (!(provider.id in DOCUMENTED_REQUESTS) && index % 10 > 0) continue;
    const body = { provider: provider.id, secret: Buffer.alloc(32, 7).toString('base64') };
    const { status } = await replica.call('POST', '/api/sources', { as: 'acme', body });
    if (status === 201) created.push(provider.id);
  }
  expect(created).toEqual(expect.arrayContaining(['github', 'slack', 'meta', 'stripe']));
  const after = await askAll();
  for (const [provider, answer] of after)
    expect({ provider, answer }).toEqual({ provider, answer: before.get(provider) });
});

test('the rejection and /readyz report a missing secret to the operator, until the secret is set', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  await ask(replica, '/api/webhooks/github', DOCUMENTED_REQUESTS.github);
  await ask(replica, '/api/webhooks/slack/test-user', DOCUMENTED_REQUESTS.slack);
  const kept = await waitForRejections(replica, 2);
  for (const each of kept)
    expect(each).toMatchObject({
      code: 'no_secret',
      reason: expect.stringContaining('No secret is set for'),
    });
  expect(kept.find(({ provider }) => provider === 'github')).toMatchObject({
    cause: 'secret_not_configured',
    hint: expect.stringContaining('GITHUB_WEBHOOK_SECRET'),
  });
  const readSecrets = async () => (await replica.call('GET', '/readyz')).json;
  expect(await readSecrets()).toMatchObject({
    ready: true,
    checks: { secrets: { ok: false, problem: expect.stringContaining('github, slack') } },
  });
  await replica.createSource({ provider: 'github', secret: 's' }, 'acme');
  await replica.createSource({ provider: 'slack', secret: 's' }, 'acme');
  await until(async () => (await readSecrets()).checks.secrets.ok === true);
});
