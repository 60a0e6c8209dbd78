import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CompatibilitySystem, startCompatibilitySystem, untilThere } from '../../src/index.ts';

/** "Webhook & Real-Time Monitoring System": GitHub, Gmail and Slack for a user, line by line. */
let system: CompatibilitySystem;

beforeAll(async () => {
  system = await startCompatibilitySystem();
});
afterAll(() => system?.stop());

const asProvider = (path: string, headers: Record<string, string>, body: unknown) =>
  system.curl('POST', path, { key: false, headers, body });

const GITHUB = {
  path: '/api/webhooks/github/test-user',
  headers: { 'x-hub-signature-256': 'sha256=invalid', 'x-github-event': 'push' },
  body: '{"test": "data"}',
};
const SLACK_BODY = '{"type": "event_callback", "event": {"type": "message"}}';

async function expectRefusals(): Promise<void> {
  expect(await asProvider(GITHUB.path, GITHUB.headers, GITHUB.body)).toMatchObject({
    status: 401,
    json: { error: 'Invalid signature' },
  });
  expect(await asProvider('/api/webhooks/slack/test-user', {}, SLACK_BODY)).toMatchObject({
    status: 401,
    json: { error: 'Request timestamp too old' },
  });
}

test('the calls that are documented to fail are answered 401, with and without sources', async () => {
  await expectRefusals();
  for (const provider of ['github', 'slack']) {
    const body = { provider, secret: 'of-another-user', userId: 'somebody-else' };
    expect((await system.curl('POST', '/api/sources', { body })).status).toBe(201);
  }
  await expectRefusals();
});

test('a signed push is received and listed with its user', async () => {
  const secret = 'a-secret-of-github';
  await system.curl('POST', '/api/sources', { body: { provider: 'github', secret, userId: 'abc123' } });
  const body = '{"ref":"refs/heads/main","repository":{"full_name":"acme/api"}}';
  const sent = await asProvider(
    '/api/webhooks/github/abc123',
    {
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      'x-github-event': 'push',
      'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      'user-agent': 'GitHub-Hookshot/044aadd',
    },
    body,
  );
  expect(sent.status).toBe(200);
  const event = await untilThere(async () => {
    const { json } = await system.curl('GET', '/api/webhook-events?userId=abc123&event=push');
    return json.data[0];
  }, 'the push');
  expect(event).toMatchObject({ type: 'github.push', userId: 'abc123', repository: 'acme/api' });
});

test("Slack's challenge is answered, and an old timestamp is refused", async () => {
  const secret = 'a-signing-secret-of-slack';
  await system.curl('POST', '/api/sources', { body: { provider: 'slack', secret, userId: 'abc123' } });
  const body = '{"type":"url_verification","challenge":"a-challenge"}';
  const sendAt = (timestamp: string) => {
    const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
    const headers = { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${signature}` };
    return asProvider('/api/webhooks/slack/abc123', headers, body);
  };
  expect(await sendAt('1')).toMatchObject({ status: 401, json: { error: 'Request timestamp too old' } });
  const answer = await sendAt(String(Math.floor(Date.now() / 1_000)));
  expect(answer.status).toBe(200);
  expect(JSON.stringify(answer.json)).toContain('a-challenge');
});

test('Gmail, Discord and others have an address that refuses unsigned requests', async () => {
  for (const path of ['/api/webhooks/gmail', '/api/webhooks/discord/test-user'])
    expect((await asProvider(path, {}, '{"message":{"data":"e30="}}')).status).toBe(401);
});

test('health has the documented fields', async () => {
  const { status, json } = await system.curl('GET', '/api/webhooks/health', { key: false });
  expect(status).toBe(200);
  expect(json).toMatchObject({
    status: 'ok',
    service: 'webhook-receiver',
    timestamp: expect.stringMatching(/^20.*Z$/),
    endpoints: {
      github: '/api/webhooks/github/:userId',
      slack: '/api/webhooks/slack/:userId',
    },
  });
  expect(json.endpoints.gmail).toMatch(/^\/api\/webhooks\/gmail/);
});

test('registered webhooks are listed', async () => {
  const { status, json } = await system.curl('GET', '/api/webhooks/list?userId=abc123');
  expect(status).toBe(200);
  // None, because no account is connected: the sources that a person made are at /api/sources.
  expect(json).toMatchObject({ data: [], page: { hasMore: false } });
});
