import type { AlertRule } from '@hookline/contracts';
import { createDatabase, createSecretBox } from '@hookline/db';
import { verifyStandardWebhook } from '@hookline/signing';
import {
  createTestDatabase,
  type Receiver,
  startReceiver,
  startTestNats,
  type TestDatabase,
  type TestNats,
} from '@hookline/testkit';
import pg from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { rewrapAlertSecrets } from '../src/alerts/rules/rewrap-alert-secrets.ts';
import { callApi, createKey } from './call-api.ts';
import { type SmtpInbox, startSmtpInbox } from './smtp-inbox.ts';
import { startGateway, type TestGateway } from './start-gateway.ts';

let nats: TestNats;
let database: TestDatabase;
let owner: pg.Client;
let receiver: Receiver;
let inbox: SmtpInbox;
let gateway: TestGateway;
let acme: string;
let beta: string;

beforeAll(async () => {
  [nats, database, receiver, inbox] = await Promise.all([
    startTestNats(),
    createTestDatabase(),
    startReceiver(),
    startSmtpInbox(),
  ]);
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  gateway = await startGateway({
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    alerts: {
      outbound: { allowPrivate: true },
      smtp: { url: inbox.url, from: 'Hookline <alerts@example.com>' },
      // The rules of these tests are not checked.
      intervalMs: 3_600_000,
    },
  });
  acme = (await createKey(gateway.url, 'acme')).key;
  beta = (await createKey(gateway.url, 'beta')).key;
});

afterAll(async () => {
  await gateway?.close();
  await owner?.end();
  await Promise.all([nats?.stop(), receiver?.close(), inbox?.close()]);
  await database?.drop();
});

const RULES = '/api/alerts/rules';
const rule = (more: object = {}) => ({
  name: 'Orders',
  condition: { type: 'endpoint_failing', minutes: 5 },
  channels: [{ type: 'event' }],
  ...more,
});
const call = (method: string, path: string, body?: unknown, key: string | undefined = acme) =>
  callApi(gateway.url, method, path, {
    ...(key === '' ? {} : { key }),
    ...(body === undefined ? {} : { body }),
  });
const asOperator = (method: string, path: string, body?: unknown) => call(method, path, body, '');

async function create(more: object = {}, key?: string): Promise<AlertRule> {
  const answer = await call('POST', RULES, rule(more), key);
  expect([answer.status, answer.body.error]).toEqual([201, undefined]);
  return answer.body.data;
}

test('a rule is created with its defaults, shown, listed, changed by merging, and deleted', async () => {
  const made = await create();
  expect(made).toEqual({
    id: expect.stringMatching(/^alr_/),
    userId: 'acme',
    name: 'Orders',
    active: true,
    condition: { type: 'endpoint_failing', minutes: 5 },
    channels: [{ type: 'event', name: 'event' }],
    firesAfterSeconds: 30,
    recoversAfterSeconds: 120,
    notificationsPerHour: 6,
    createdAt: expect.any(String),
    updatedAt: expect.any(String),
  });
  const path = `${RULES}/${made.id}`;
  expect((await call('GET', path)).body.data).toEqual(made);
  expect((await call('GET', RULES)).body.data).toContainEqual(made);

  const merged = await call('PATCH', path, {
    condition: { type: 'endpoint_failing', minutes: null, attempts: 3 },
    firesAfterSeconds: 0,
    active: false,
  });
  expect(merged.body.data).toMatchObject({
    active: false,
    condition: { type: 'endpoint_failing', attempts: 3 },
    firesAfterSeconds: 0,
    recoversAfterSeconds: 120,
  });
  expect(merged.body.data.condition.minutes).toBeUndefined();
  const reset = await call('PATCH', path, { active: null, firesAfterSeconds: null });
  expect(reset.body.data).toMatchObject({ active: true, firesAfterSeconds: 30 });
  const other = await call('PATCH', path, { condition: { type: 'backlog' } });
  expect(other.body.data.condition).toEqual({ type: 'backlog', oldestSeconds: 600 });
  // What GET gives, PATCH takes.
  const shown = (await call('GET', path)).body.data;
  const { userId: _, ...sent } = shown;
  expect((await call('PATCH', path, sent)).body.data).toMatchObject({
    ...sent,
    updatedAt: expect.any(String),
  });

  expect((await call('DELETE', path)).status).toBe(200);
  expect((await call('GET', path)).status).toBe(404);
});

test.each([
  [{ name: '' }, 'body/name'],
  [{ condition: { type: 'endpoint_failng' } }, 'body/condition/type'],
  [{ condition: { type: 'endpoint_failing', minutes: 0 } }, 'body/condition/minutes'],
  [{ condition: { type: 'dead_letters', withinMinutes: 7 } }, 'body/condition/withinMinutes'],
  [{ condition: { type: 'unaccounted' } }, 'body/condition/type'],
  [{ channels: [] }, 'body/channels'],
  [{ channels: [{ type: 'event' }, { type: 'event' }] }, 'body/channels/1/name'],
  [{ channels: [{ type: 'email', to: ['nobody'] }] }, 'body/channels/0/to/0'],
  [{ channels: [{ type: 'slack', url: 'nonsense' }] }, 'body/channels/0/url'],
  [{ channels: [{ type: 'slack', url: 'https://example.com/[redacted]' }] }, 'body/channels/0/url'],
  [
    { channels: [{ type: 'webhook', url: 'https://example.com/', headers: { host: 'a' } }] },
    'body/channels/0/headers/host',
  ],
  [{ channels: [{ type: 'http', url: 'https://example.com/', body: '{{tekst}}' }] }, 'body/channels/0/body'],
  [{ firesAfterSeconds: -1 }, 'body/firesAfterSeconds'],
  [{ notificationsPerHour: 1 }, 'body/notificationsPerHour'],
])('a rule with %j is refused, and the answer names the field', async (more, path) => {
  const { status, body } = await call('POST', RULES, rule(more));
  expect([status, body.code, body.details?.[0]?.path]).toEqual([400, 'invalid_request', path]);
});

test('channels may not have private addresses, and e-mail needs an SMTP server', async () => {
  const strict = await startGateway({
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    alerts: { outbound: { allowPrivate: false }, smtp: undefined, intervalMs: 3_600_000 },
  });
  onTestFinished(() => strict.close());
  const refuse = async (channel: object) => {
    const body = rule({ channels: [channel] });
    const answer = await callApi(strict.url, 'POST', RULES, { key: acme, body });
    return [answer.status, answer.body.code, answer.body.error];
  };
  expect(await refuse({ type: 'slack', url: 'http://127.0.0.1:8080/hook' })).toEqual([
    422,
    'endpoint_url_not_allowed',
    'body/channels/0/url leads to an address that is not public',
  ]);
  expect(await refuse({ type: 'email', to: ['on-call@example.com'] })).toEqual([
    400,
    'invalid_request',
    'body/channels/0/type must not be email: this installation has no SMTP server (SMTP_URL)',
  ]);
});

test('a webhook shows its secret once; redacted values keep what is stored; another name has no stored value', async () => {
  const hook = {
    type: 'webhook',
    name: 'hook',
    url: 'https://example.com/in?key=abc',
    headers: { 'x-key': 'abc' },
  };
  const made = await create({ channels: [hook] });
  const shown = {
    type: 'webhook',
    name: 'hook',
    url: 'https://example.com/[redacted]',
    headers: { 'x-key': '[redacted]' },
  };
  expect(made.channels).toEqual([{ ...shown, secret: expect.stringMatching(/^whsec_/) }]);
  const path = `${RULES}/${made.id}`;
  expect((await call('GET', path)).body.data.channels).toEqual([shown]);
  const sealed = async () =>
    (await owner.query('select sealed_secrets as text from alert_rules where id = $1', [made.id])).rows[0]
      .text;
  expect(await sealed()).not.toContain('abc');

  const added = await call('PATCH', path, { channels: [shown, { ...hook, name: 'second' }] });
  expect(added.body.data.channels).toEqual([
    shown,
    { ...shown, name: 'second', secret: expect.stringMatching(/^whsec_/) },
  ]);
  const renamed = await call('PATCH', path, { channels: [{ ...shown, name: 'third' }] });
  expect([renamed.status, renamed.body.details[0].path]).toEqual([400, 'body/channels/0/url']);
  const lost = await call('PATCH', path, {
    channels: [{ ...hook, name: 'hook', headers: { 'x-other': '[redacted]' } }],
  });
  expect([lost.status, lost.body.details[0].path]).toEqual([400, 'body/channels/0/headers/x-other']);
});

test('a header that is kept from before is not sent to another origin, and has to be given again', async () => {
  const hook = { type: 'webhook', name: 'hook', url: 'https://example.com/in', headers: { 'x-key': 'abc' } };
  const { id } = await create({ channels: [hook] });
  const change = (url: string, value: string) =>
    call('PATCH', `${RULES}/${id}`, { channels: [{ ...hook, url, headers: { 'x-key': value } }] });
  const moved = await change('https://example.org/in', '[redacted]');
  expect([moved.status, moved.body.code, moved.body.details]).toEqual([
    422,
    'credentials_required',
    [{ path: 'body/channels/0/headers/x-key', message: 'must be given again, or be removed' }],
  ]);
  expect((await change('https://example.com/other', '[redacted]')).status).toBe(200);
  expect((await change('https://example.org/in', 'new')).status).toBe(200);
});

test('the secrets of channels are wrapped again with a new key, and open with the old and the new one', async () => {
  await create({ channels: [{ type: 'slack', url: 'https://example.com/abc' }] });
  const keys = ['n', 'k'].map((letter) => Buffer.alloc(32, letter).toString('base64'));
  const connection = createDatabase({
    url: database.serviceUrl,
    applicationName: 'test',
    onConnectionError: () => {},
  });
  onTestFinished(() => connection.close());
  const box = createSecretBox(keys);
  const first = await rewrapAlertSecrets(connection, box);
  expect(first.rewrapped).toBe(first.found);
  expect(first.found).toBeGreaterThan(0);
  expect((await rewrapAlertSecrets(connection, box)).rewrapped).toBe(0);
  const back = await rewrapAlertSecrets(connection, createSecretBox([...keys].reverse()));
  expect(back.rewrapped).toBe(first.found);
});

test('a tenant sees and changes its own rules only, and none of the operators', async () => {
  const mine = await create();
  const ofOperators = (await asOperator('POST', RULES, rule())).body.data;
  expect(ofOperators.userId).toBeNull();
  for (const id of [mine.id, ofOperators.id]) {
    for (const [method, suffix, body] of [
      ['GET', '', undefined],
      ['PATCH', '', { name: 'mine' }],
      ['POST', '/test', undefined],
      ['DELETE', '', undefined],
    ] as const) {
      const answer = await call(method, `${RULES}/${id}${suffix}`, body, beta);
      expect([method, suffix, answer.status]).toEqual([method, suffix, 404]);
    }
  }
  expect((await call('GET', RULES, undefined, beta)).body.data).toEqual([]);
  expect((await call('GET', `${RULES}?userId=acme`, undefined, beta)).status).toBe(403);
  expect((await call('POST', RULES, rule({ userId: 'acme' }), beta)).status).toBe(403);
  const all = (await asOperator('GET', RULES)).body.data.map(({ id }: AlertRule) => id);
  expect(all).toEqual(expect.arrayContaining([mine.id, ofOperators.id]));
  expect((await asOperator('GET', `${RULES}/${mine.id}?userId=beta`)).status).toBe(404);
  expect((await asOperator('PATCH', `${RULES}/${mine.id}?userId=acme`, { name: 'b' })).body.data.name).toBe(
    'b',
  );
});

test('a tenant has at most a hundred rules', async () => {
  await owner.query(
    `insert into alert_rules (id, tenant_id, name, active, kind, condition, fires_after_seconds, recovers_after_seconds,
                              notices_per_hour, channels, sealed_secrets)
     select 'alr_full' || n, 'full', 'n', false, 'backlog', '{}', 0, 0, 6, '[]', '' from generate_series(1, 100) n`,
  );
  const answer = await asOperator('POST', RULES, rule({ userId: 'full' }));
  expect([answer.status, answer.body.error]).toEqual([409, 'A tenant may have at most 100 alert rules']);
  await owner.query("delete from alert_rules where tenant_id = 'full' and id > 'alr_full9'");
  const { rows } = await owner.query(
    "select count(*)::integer as n from alert_rules where tenant_id = 'full'",
  );
  const room = 100 - rows[0].n;
  const together = await Promise.all(
    Array.from({ length: 20 }, () => asOperator('POST', RULES, rule({ userId: 'full' }))),
  );
  expect(together.filter(({ status }) => status === 201)).toHaveLength(room);
  await owner.query("delete from alert_rules where tenant_id = 'full'");
});

test('a test says what each channel answered, with the requests as a real alert would make them', async () => {
  receiver.respond = ({ path }) =>
    path === '/broken' ? { status: 404, body: 'no_service' } : path === '/moved' ? redirect : {};
  const redirect = { status: 302, headers: { location: '/elsewhere' } };
  const url = (path: string) => new URL(path, receiver.url).href;
  const made = await create({
    name: 'Everything',
    channels: [
      { type: 'event' },
      { type: 'email', to: ['on-call@example.com', 'gone@refused.example.com'] },
      { type: 'email', name: 'none', to: ['gone@refused.example.com'] },
      { type: 'slack', url: url('/slack') },
      { type: 'discord', url: url('/discord') },
      { type: 'teams', url: url('/teams') },
      { type: 'webhook', url: url('/webhook'), headers: { 'x-team': 'a' } },
      { type: 'http', name: 'sms', url: url('/sms'), body: '{"text":"{{text}}"}' },
      { type: 'slack', name: 'broken', url: url('/broken') },
      { type: 'slack', name: 'moved', url: url('/moved') },
    ],
  });
  const { status, body } = await call('POST', `${RULES}/${made.id}/test`);
  expect(status).toBe(200);
  const ok = (name: string, type = name, responseStatus: number | null = 200) => ({
    name,
    type,
    sent: true,
    responseStatus,
    error: null,
  });
  expect(body.data.channels).toEqual([
    ok('event', 'event', null),
    { ...ok('email', 'email', null), error: 'The SMTP server refused gone@refused.example.com' },
    {
      ...ok('none', 'email', null),
      sent: false,
      error: expect.stringMatching(/^The SMTP server did not take it: .*No such mailbox/),
    },
    ok('slack'),
    ok('discord'),
    ok('teams'),
    ok('webhook'),
    ok('sms', 'http'),
    { ...ok('broken', 'slack', 404), sent: false, error: 'The answer was 404: no_service' },
    { ...ok('moved', 'slack', 302), sent: false, error: 'The answer was 302' },
  ]);
  const text = 'This is a test of the alert rule "Everything": nothing is wrong.';
  const got = (path: string) => receiver.requests.find((each) => each.path === path);
  const json = (path: string) => JSON.parse(String(got(path)?.body));
  expect(json('/slack')).toMatchObject({ text: `[Test] Everything: ${text}` });
  expect(json('/discord').embeds[0]).toMatchObject({ title: '\\[Test\\] Everything', description: text });
  expect(json('/teams').attachments[0].content.body[1].text).toBe(text);
  expect(json('/sms')).toEqual({ text });
  expect(json('/webhook')).toMatchObject({ type: 'hookline.alert.test', data: { ruleId: made.id, text } });
  const secret = made.channels.find(({ name }) => name === 'webhook')?.secret ?? '';
  const hook = got('/webhook');
  expect(hook?.headers['x-team']).toBe('a');
  verifyStandardWebhook({ headers: hook?.headers ?? {}, body: hook?.body ?? '', secrets: [secret] });
  expect(receiver.requests.map(({ path }) => path)).not.toContain('/elsewhere');
  expect(inbox.emails).toHaveLength(1);
  expect(inbox.emails[0]).toMatchObject({ from: 'alerts@example.com', to: ['on-call@example.com'] });
  expect(inbox.emails[0]?.text).toMatch(/^Subject: \[Test\] Everything\r$/m);
  expect(inbox.emails[0]?.text).toContain('This is a test of the alert rule "Everything": nothing is wrong.');
});

test('a tenant may send six tests in a minute, and another tenant is not held up by them', async () => {
  const [busy, other] = await Promise.all(
    ['busy', 'other'].map(async (userId) => (await asOperator('POST', RULES, rule({ userId }))).body.data.id),
  );
  const send = async (id: string) => (await asOperator('POST', `${RULES}/${id}/test`)).status;
  for (let n = 0; n < 6; n++) expect(await send(busy)).toBe(200);
  const refused = await asOperator('POST', `${RULES}/${busy}/test`);
  expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await send(other)).toBe(200);
});

test('the audit tells who changed a rule, with the fields before and after, and no secret', async () => {
  const made = await create({ channels: [{ type: 'webhook', url: 'https://example.com/abc' }] });
  await call('PATCH', `${RULES}/${made.id}`, { name: 'Renamed' });
  await call('DELETE', `${RULES}/${made.id}`);
  const { data } = (await asOperator('GET', `/api/audit?targetId=${made.id}`)).body;
  expect(data).toMatchObject([
    { operation: 'deleteAlertRule', changes: { name: { before: 'Renamed' } } },
    { operation: 'updateAlertRule', changes: { name: { before: 'Orders', after: 'Renamed' } } },
    { operation: 'createAlertRule', userId: 'acme', changes: { name: { after: 'Orders' } } },
  ]);
  expect(data[1].changes).toEqual({ name: { before: 'Orders', after: 'Renamed' } });
  const text = JSON.stringify(data);
  expect(text).not.toContain('abc');
  expect(text).not.toContain(made.channels[0]?.secret ?? 'whsec_');
});
