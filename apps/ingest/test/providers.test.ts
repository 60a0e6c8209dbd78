import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createHarness, pathOf, waitForRejections } from './harness.ts';
import {
  type SignedRequest,
  type SignOptions,
  signGithub,
  signMeta,
  signSlack,
  signStandardWebhook,
  signStripe,
} from './sign.ts';

interface Case {
  provider: string;
  secret: string;
  body: string;
  sign: (options: SignOptions) => SignedRequest;
  type: string;
  /** Absent if the provider signs no time. */
  staleCode?: string;
}

const base64Secret = () => `whsec_${randomBytes(24).toString('base64')}`;
const CASES: Case[] = [
  {
    provider: 'github',
    secret: 'github-secret',
    body: '{"ref":"refs/heads/main","repository":{"full_name":"acme/api"}}',
    sign: signGithub,
    type: 'github.push',
  },
  {
    provider: 'slack',
    secret: 'slack-secret',
    body: '{"type":"event_callback","team_id":"T1","event_id":"Ev1","event":{"type":"message"}}',
    sign: signSlack,
    type: 'slack.message',
    staleCode: 'timestamp_out_of_tolerance',
  },
  {
    provider: 'stripe',
    secret: 'whsec_of_stripe',
    body: '{"id":"evt_1","type":"invoice.paid","created":1700000000,"livemode":true}',
    sign: signStripe,
    type: 'stripe.invoice.paid',
    staleCode: 'timestamp_out_of_tolerance',
  },
  {
    provider: 'clerk',
    secret: base64Secret(),
    body: '{"type":"user.created","data":{"id":"user_1"}}',
    sign: (options) => signStandardWebhook('svix', options),
    type: 'clerk.user.created',
    staleCode: 'timestamp_out_of_tolerance',
  },
  {
    provider: 'standard-webhooks',
    secret: base64Secret(),
    body: '{"type":"order.paid","data":{"id":1}}',
    sign: (options) => signStandardWebhook('webhook', options),
    type: 'standard-webhooks.order.paid',
    staleCode: 'timestamp_out_of_tolerance',
  },
  {
    provider: 'meta',
    secret: 'meta-app-secret',
    body: '{"object":"page","entry":[{"id":"1","time":1700000000,"changes":[{"field":"feed","value":{}}]}]}',
    sign: signMeta,
    type: 'meta.page.feed',
  },
];

function tamper({ headers, body }: SignedRequest): SignedRequest {
  const changed = Buffer.from(body);
  const at = changed.lastIndexOf('}');
  changed[at - 1] = (changed[at - 1] as number) ^ 1;
  return { headers, body: changed };
}

test.for(CASES)(
  '$provider: a webhook is accepted with the tenant’s secret, and refused after any change',
  async (each) => {
    const { startReplica, readEvents } = await createHarness();
    const replica = await startReplica();
    const source = await replica.createSource({
      provider: each.provider,
      secret: each.secret,
      userId: 'acme',
    });
    const paths = [`/api/webhooks/${each.provider}/acme`, pathOf(source)];

    for (const [index, path] of paths.entries()) {
      const { body, secret } = each;
      const unique = body
        .replace(/}$/, `,"n":${index}}`)
        .replace('"Ev1"', `"Ev${index}"`)
        .replace('"evt_1"', `"evt_${index}"`)
        .replace('"id":"1"', `"id":"${index}"`);
      const good = each.sign({ secret, body: unique });
      const bad: [SignedRequest, string][] = [
        [tamper(good), 'invalid_signature'],
        [each.sign({ secret: base64Secret(), body }), 'invalid_signature'],
        [{ headers: { ...good.headers, ...unsigned(good) }, body: good.body }, 'missing_signature'],
      ];
      if (each.staleCode) {
        for (const atMs of [Date.now() - 400_000, Date.now() + 400_000]) {
          bad.push([each.sign({ secret, body, atMs }), each.staleCode]);
        }
      }
      // At once, because concurrent refused requests share a database query.
      const refused = await Promise.all(bad.map(([request]) => replica.deliver(path, request)));
      for (const [position, answer] of refused.entries()) {
        const code = bad[position]?.[1] as string;
        const isLate = code === each.staleCode;
        // The last bad request is signed with a time ahead of ingest's clock.
        const isAhead = code === each.staleCode && position === refused.length - 1;
        const late = isAhead ? 'Request timestamp in the future' : 'Request timestamp too old';
        expect(answer.status).toBe(401);
        expect(answer.json).toEqual({
          error: isLate ? late : 'Invalid signature',
          code,
          requestId: expect.any(String),
        });
      }
      expect(await readEvents()).toHaveLength(index);

      const accepted = await replica.deliver(path, good);
      expect(accepted.status).toBe(200);
      const events = await readEvents();
      expect(events).toHaveLength(index + 1);
      const { attributes } = events[index] as (typeof events)[0];
      expect(attributes).toMatchObject({
        type: each.type,
        tenant: 'acme',
        provider: each.provider,
        via: 'webhook',
      });
      expect(accepted.headers.get('hookline-event-id')).toBe(attributes.id);
      if (each.provider === 'slack') expect(accepted.text).toBe('');
      else expect(accepted.json).toEqual({ received: true, id: attributes.id });
    }
  },
);

/** The signature header with an empty value, as a sender without a secret may send it. */
function unsigned({ headers }: SignedRequest): Record<string, string> {
  const name = Object.keys(headers).find((each) => each.includes('signature')) as string;
  return { [name]: '' };
}

test('the documented curl lines of earlier webhook services get their documented answers', async () => {
  const { startReplica, readEvents } = await createHarness({
    environmentSecrets: new Map([
      ['github', { secrets: ['g'], verifyTokens: [] }],
      ['slack', { secrets: ['s'], verifyTokens: [] }],
    ]),
  });
  const replica = await startReplica();
  const github = await replica.deliver('/api/webhooks/github/test-user', {
    headers: {
      'x-hub-signature-256': 'sha256=invalid',
      'x-github-event': 'push',
      'content-type': 'application/json',
    },
    body: Buffer.from('{"test": "data"}'),
  });
  expect([github.status, github.json.error]).toEqual([401, 'Invalid signature']);
  const slack = await replica.deliver('/api/webhooks/slack/test-user', {
    headers: { 'content-type': 'application/json' },
    body: Buffer.from('{"type": "event_callback", "event": {"type": "message"}}'),
  });
  expect([slack.status, slack.json.error]).toEqual([401, 'Request timestamp too old']);
  expect(await readEvents()).toEqual([]);
});

test('secrets of the environment serve every tenant that has no source, and the default tenant', async () => {
  const secret = 'of-the-environment';
  const { startReplica, readEvents } = await createHarness({
    defaultTenant: 'main',
    environmentSecrets: new Map([['github', { secrets: ['older', secret], verifyTokens: [] }]]),
  });
  const replica = await startReplica();
  const body = '{"zen":"x"}';
  expect((await replica.deliver('/api/webhooks/github/acme', signGithub({ secret, body }))).status).toBe(200);
  expect((await replica.deliver('/api/webhooks/github', signGithub({ secret, body }))).status).toBe(200);
  const tenants = (await readEvents()).map(({ attributes }) => attributes.tenant);
  expect(tenants).toEqual(['acme', 'main']);

  // A tenant with a source of its own is no longer served by the environment's secret.
  await replica.createSource({ provider: 'github', secret: 'own', userId: 'acme' });
  expect((await replica.deliver('/api/webhooks/github/acme', signGithub({ secret, body }))).status).toBe(401);
  expect(
    (await replica.deliver('/api/webhooks/github/acme', signGithub({ secret: 'own', body }))).status,
  ).toBe(200);
});

test('a tenant’s secret is not valid at another tenant’s address', async () => {
  const { startReplica, readEvents } = await createHarness();
  const replica = await startReplica();
  await replica.createSource({ provider: 'github', secret: 'of-acme', userId: 'acme' });
  await replica.createSource({ provider: 'github', secret: 'of-other', userId: 'other' });
  const request = signGithub({ secret: 'of-acme', body: '{"n":1}' });
  expect((await replica.deliver('/api/webhooks/github/other', request)).status).toBe(401);
  expect((await replica.deliver('/api/webhooks/github/acme', request)).status).toBe(200);
  expect(await readEvents()).toHaveLength(1);
});

test('a webhook of a provider without any secret is refused like a wrong signature', async () => {
  const { startReplica, readEvents } = await createHarness();
  const replica = await startReplica();
  for (const secret of ['', 'guess']) {
    const answer = await replica.deliver(
      '/api/webhooks/github/acme',
      signGithub({ secret, body: '{"n":1}' }),
    );
    expect([answer.status, answer.json.code]).toEqual([401, 'invalid_signature']);
  }
  expect(await readEvents()).toEqual([]);
});

test('no answer reveals whether a tenant exists', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  await replica.createSource({ provider: 'stripe', secret: 'of-acme', userId: 'acme' });
  const stale = { atMs: Date.now() - 400_000 };
  const requests = [
    signStripe({ secret: 'guess', body: '{"n":1}' }),
    signStripe({ secret: 'guess', body: '{"n":1}', ...stale }),
    { headers: { 'content-type': 'application/json' }, body: Buffer.from('{}') },
    { headers: { 'stripe-signature': 't=1' }, body: Buffer.from('{}') },
    { headers: {}, body: Buffer.alloc(0) },
  ];
  for (const request of requests) {
    const [known, unknown] = await Promise.all(
      ['acme', 'nobody'].map(async (tenant) => {
        const { status, json, headers } = await replica.deliver(`/api/webhooks/stripe/${tenant}`, request);
        return { status, ...json, requestId: '', contentType: headers.get('content-type') };
      }),
    );
    expect(unknown).toEqual(known);
    expect(known?.status).toBe(401);
  }
  const wrongToken = await replica.deliver('/in/0000000000000000000000', requests[0] as SignedRequest);
  expect([wrongToken.status, wrongToken.json.code]).toEqual([401, 'invalid_signature']);
  // An unknown provider gets the same answer for each tenant.
  for (const tenant of ['acme', 'nobody']) {
    const { status, json } = await replica.deliver(
      `/api/webhooks/nonesuch/${tenant}`,
      requests[0] as SignedRequest,
    );
    expect([status, json.code]).toEqual([404, 'source_not_found']);
  }
});

test('no answer reveals whether a tenant exists if the environment has only a verify token', async () => {
  const { startReplica } = await createHarness({
    environmentSecrets: new Map([['meta', { secrets: [], verifyTokens: ['v'] }]]),
  });
  const replica = await startReplica();
  await replica.createSource({ provider: 'meta', secret: 'of-acme', userId: 'acme' });
  const request = signMeta({ secret: 'guess', body: '{"n":1}' });
  for (const tenant of ['acme', 'nobody']) {
    const { status, json } = await replica.deliver(`/api/webhooks/meta/${tenant}`, request);
    expect([status, json.code]).toEqual([401, 'invalid_signature']);
  }
});

test('Slack’s handshake is answered and becomes no event', async () => {
  const { startReplica, readEvents } = await createHarness();
  const replica = await startReplica();
  await replica.createSource({ provider: 'slack', secret: 's', userId: 'acme' });
  const body = '{"token":"t","challenge":"c-123","type":"url_verification"}';
  const answer = await replica.deliver('/api/webhooks/slack/acme', signSlack({ secret: 's', body }));
  expect([answer.status, answer.json]).toEqual([200, { challenge: 'c-123' }]);
  const forged = await replica.deliver('/api/webhooks/slack/acme', signSlack({ secret: 'x', body }));
  expect(forged.status).toBe(401);
  expect(await readEvents()).toEqual([]);
});

test('Meta’s handshake is answered with the verify token of the environment or of a source', async () => {
  const { startReplica, readEvents } = await createHarness({
    environmentSecrets: new Map([['meta', { secrets: ['app-secret'], verifyTokens: ['env-token'] }]]),
  });
  const replica = await startReplica();
  const source = await replica.createSource({
    provider: 'meta',
    secret: 'of-acme',
    verifyToken: 'acme-token',
    userId: 'acme',
  });
  const ask = async (path: string, token: string) => {
    const query = new URLSearchParams({
      'hub.mode': 'subscribe',
      'hub.challenge': '1158201444',
      'hub.verify_token': token,
    });
    const response = await fetch(`${replica.url}${path}?${query}`);
    return [response.status, await response.text()];
  };
  expect(await ask('/webhook', 'env-token')).toEqual([200, '1158201444']);
  expect(await ask(pathOf(source), 'acme-token')).toEqual([200, '1158201444']);
  expect(await ask('/api/webhooks/meta/acme', 'acme-token')).toEqual([200, '1158201444']);
  for (const [path, token] of [
    ['/webhook', 'acme-token'],
    [pathOf(source), 'env-token'],
    ['/webhook', ''],
  ] as const) {
    const [status, text] = await ask(path, token);
    expect(status).toBe(403);
    expect(JSON.parse(text as string).error).toBe('Verification failed');
  }
  expect(
    (await replica.deliver('/webhook', signMeta({ secret: 'app-secret', body: '{"object":"page"}' }))).status,
  ).toBe(200);
  expect(await readEvents()).toHaveLength(1);
});

test('each item of a batch becomes an event, and a repeat of the batch makes no event', async () => {
  const { startReplica, readEvents } = await createHarness();
  const replica = await startReplica();
  await replica.createSource({ provider: 'meta', secret: 's', userId: 'acme' });
  const change = (id: number) => `{"field":"comments","value":{"id":${id},"big":9007199254740993}}`;
  const body = `{"object":"instagram","entry":[{"id":"1","time":1700000000,"changes":[${change(1)},${change(2)}]}]}`;
  const first = await replica.deliver('/api/webhooks/meta/acme', signMeta({ secret: 's', body }));
  const events = await readEvents();
  expect(events).toHaveLength(2);
  expect(first.json.ids).toEqual(events.map(({ attributes }) => attributes.id));
  for (const { payload } of events)
    expect(Buffer.from(payload).toString()).toContain('"big":9007199254740993');

  const again = await replica.deliver('/api/webhooks/meta/acme', signMeta({ secret: 's', body }));
  expect(again.json).toEqual({ ...first.json, duplicate: true });
  expect(await readEvents()).toHaveLength(2);
  expect(await waitForRejections(replica, 2, '?code=duplicate')).toHaveLength(2);
});

test('a method that the provider does not use is refused', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  const source = await replica.createSource({ provider: 'github', secret: 's', userId: 'acme' });
  for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
    const response = await fetch(`${replica.url}${pathOf(source)}`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
  }
});
