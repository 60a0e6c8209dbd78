import { timeOfId } from '@hookline/contracts';
import { expect, test } from 'vitest';
import { createHarness } from './harness.ts';
import { signGithub, signSlack } from './sign.ts';

const secret = 's';
const environmentSecrets = new Map([
  ['github', { secrets: [secret], verifyTokens: [] }],
  ['slack', { secrets: [secret], verifyTokens: [] }],
]);

test('the headers of a message are exactly the CloudEvents attributes of the contract', async () => {
  const { startReplica, readEvents } = await createHarness({ environmentSecrets });
  const replica = await startReplica();
  const body = JSON.stringify({
    action: 'completed',
    workflow_job: { id: 1, completed_at: '2026-01-31T12:00:01Z', started_at: '2026-01-31T12:00:00Z' },
    repository: { full_name: 'acme/api' },
  });
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const request = signGithub({ secret, body, event: 'workflow_job', id: 'delivery-1' });
  const before = Date.now();
  const { json } = await replica.deliver('/api/webhooks/github/ä b', {
    ...request,
    headers: { ...request.headers, traceparent },
  });
  const [event] = await readEvents();
  expect(event?.headers).toEqual({
    'Nats-Msg-Id': '%C3%A4%20b/github%3Adelivery-1',
    'content-type': 'application/json',
    'ce-specversion': '1.0',
    'ce-id': json.id,
    'ce-type': 'github.workflow_job.completed',
    'ce-source': '/github/acme/api',
    'ce-subject': 'acme/api',
    'ce-time': '2026-01-31T12:00:01.000Z',
    'ce-tenant': '%C3%A4%20b',
    'ce-provider': 'github',
    'ce-deliveryid': 'delivery-1',
    'ce-action': 'completed',
    'ce-repository': 'acme/api',
    'ce-receivedat': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    'ce-via': 'webhook',
    'ce-dedupekey': 'github:delivery-1',
    'ce-traceparent': traceparent,
    'ce-requestbytes': String(event?.request?.length),
  });
  expect(event?.subject).toBe('events.=C3=A4=20b.github.workflow_job.completed');
  expect(event?.attributes.tenant).toBe('ä b');
  const receivedAtMs = Date.parse(event?.attributes.receivedat as string);
  expect(receivedAtMs).toBeGreaterThanOrEqual(before);
  expect(timeOfId(json.id)).toBe(receivedAtMs);
});

test('an event without the sender’s time has the time of receipt, and without the sender’s id its event id as the dedupe key', async () => {
  const { startReplica, readEvents } = await createHarness({ environmentSecrets });
  const replica = await startReplica();
  const body = '{"type":"event_callback","event":{"type":"message"}}';
  await replica.deliver('/api/webhooks/slack/acme', signSlack({ secret, body }));
  const [event] = await readEvents();
  expect(event?.attributes.time).toBe(event?.attributes.receivedat);
  expect(event?.attributes.dedupekey).toBe(`slack:${event?.attributes.id}`);
  expect(event?.attributes.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
});

const PAYLOADS: [string, string][] = [
  ['numbers beyond 2^53', '{"id":9007199254740993,"e":1E400,"f":0.10000000000000000001,"z":-0}'],
  ['escapes as they were written', '{"s":"\\u00e4\\/\\u003C","t":"ä</"}'],
  [
    'members that JavaScript treats specially',
    '{"__proto__":{"admin":true},"constructor":1,"toString":null}',
  ],
  ['members of the same name', '{"a":1,"a":2}'],
  ['white space around and within', ' \r\n{ "a" :\t1 }\n\n'],
  ['characters outside the basic plane', '{"s":"😀","half":"\\ud83d"}'],
];

test('the payload equals the sent body, byte for byte', async () => {
  const { startReplica, readEvents } = await createHarness({ environmentSecrets });
  const replica = await startReplica();
  for (const [what, body] of PAYLOADS) {
    const answer = await replica.deliver('/api/webhooks/github/acme', signGithub({ secret, body }));
    expect([what, answer.status]).toEqual([what, 200]);
  }
  const stored = (await readEvents()).map(({ payload }) => Buffer.from(payload).toString());
  expect(stored).toEqual(PAYLOADS.map(([, body]) => body));
});

test('the JSON in a form field becomes the payload', async () => {
  const { startReplica, readEvents } = await createHarness({ environmentSecrets });
  const replica = await startReplica();
  const payload = '{"ref":"refs/heads/main","id":9007199254740993,"s":"ä&="}';
  const request = signGithub({
    secret,
    body: `payload=${encodeURIComponent(payload)}`,
    contentType: 'application/x-www-form-urlencoded',
  });
  expect((await replica.deliver('/api/webhooks/github/acme', request)).status).toBe(200);
  const [event] = await readEvents();
  expect(Buffer.from(event?.payload as Uint8Array).toString()).toBe(payload);
  expect(event?.headers['content-type']).toBe('application/json');
});

const MALFORMED: [string, Buffer][] = [
  ['not UTF-8', Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d])],
  ['half of a JSON text', Buffer.from('{"a":')],
  ['two JSON texts', Buffer.from('{}{}')],
  ['empty', Buffer.alloc(0)],
  ['nested without end', Buffer.from('['.repeat(100_000))],
  ['no object', Buffer.from('[]')],
];

test('a signed body that is not a JSON object is refused', async () => {
  const { startReplica, readEvents } = await createHarness({ environmentSecrets });
  const replica = await startReplica();
  for (const [what, body] of MALFORMED) {
    const { status, json } = await replica.deliver('/api/webhooks/github/acme', signGithub({ secret, body }));
    expect([what, status, json.code]).toEqual([what, 400, 'malformed_body']);
  }
  expect(await readEvents()).toEqual([]);
});
