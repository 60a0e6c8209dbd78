import type { Alert, AlertRule, AlertType } from '@hookline/contracts';
import {
  createTestDatabase,
  type Receiver,
  startReceiver,
  startTestNats,
  type TestDatabase,
  type TestNats,
  until,
} from '@hookline/testkit';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { callApi, createKey } from './call-api.ts';
import { FeedSocket } from './feed-socket.ts';
import { startGateway, type TestGateway } from './start-gateway.ts';

// The facts are those of the services' contract; packages/e2e/test/alerts.test.ts has the services themselves.

let nats: TestNats;
let database: TestDatabase;
let owner: pg.Client;
let services: Receiver;
let channel: Receiver;
let gateway: TestGateway;
let replica: TestGateway;
let acme: string;
let beta: string;

/** What the services tell, by the end of the path of the question. */
let facts: Record<string, object[]>;
/** The status of their answers. */
let factStatus: number;
const opened: FeedSocket[] = [];

beforeAll(async () => {
  [nats, database, services, channel] = await Promise.all([
    startTestNats(),
    createTestDatabase(),
    startReceiver(),
    startReceiver(),
  ]);
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  services.respond = ({ path, body }) => {
    const name = path.split('/').at(-1) ?? '';
    const { userIds } = JSON.parse(String(body) || '{}') as { userIds?: string[] | null };
    const data = (facts[name] ?? []).filter((fact) => {
      const { userId } = fact as { userId?: string | null };
      if (userId === undefined) return true;
      return userIds == null ? !('counts' in fact) || userId === null : userIds.includes(userId ?? '');
    });
    return {
      status: factStatus,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ data, next: null }),
    };
  };
  const common = {
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    publicUrl: 'https://hooks.example.com',
    upstreams: { ingest: services.url, delivery: services.url, scheduler: services.url },
    alerts: {
      outbound: { allowPrivate: true },
      smtp: undefined,
      intervalMs: 100,
      retrySeconds: [0.05],
    },
  };
  [gateway, replica] = await Promise.all([startGateway(common), startGateway(common)]);
  acme = (await createKey(gateway.url, 'acme')).key;
  beta = (await createKey(gateway.url, 'beta')).key;
});

beforeEach(() => {
  facts = {};
  factStatus = 200;
  channel.respond = () => ({});
});

afterEach(async () => {
  for (const socket of opened.splice(0)) socket.close();
  await owner.query('truncate alert_rules, alerts, alert_notifications');
});

afterAll(async () => {
  await Promise.all([gateway?.close(), replica?.close()]);
  await owner?.end();
  await Promise.all([nats?.stop(), services?.close(), channel?.close()]);
  await database?.drop();
});

const failing = (id = 'ep_1', userId = 'acme', more: object = {}) => ({
  id,
  userId,
  name: 'Orders',
  tags: [],
  failures: 3,
  failingSince: '2026-12-01T12:00:00.000Z',
  failingSeconds: 700,
  ...more,
});
const fails = (...endpoints: object[]) => {
  facts['failing-endpoints'] = endpoints;
};
const present = (state: string, ...ids: string[]) => {
  facts['endpoint-presence'] = ids.map((id) => ({ id, state }));
};

const call = (method: string, path: string, body?: unknown, key: string | undefined = acme) =>
  callApi(gateway.url, method, path, {
    ...(key === '' ? {} : { key }),
    ...(body === undefined ? {} : { body }),
  });

let paths = 0;
/** A rule without damping whose webhook has a path of its own. */
async function createRule(more: object = {}, key = acme): Promise<AlertRule & { path: string }> {
  const path = `/rule-${++paths}`;
  const answer = await call(
    'POST',
    '/api/alerts/rules',
    {
      name: 'Orders',
      condition: { type: 'endpoint_failing' },
      channels: [{ type: 'webhook', url: new URL(path, channel.url).href }],
      firesAfterSeconds: 0,
      recoversAfterSeconds: 0,
      ...more,
    },
    key,
  );
  expect([answer.status, answer.body.error]).toEqual([201, undefined]);
  return { ...answer.body.data, path };
}

const eventAndWebhook = (path: string) => [
  { type: 'event' },
  { type: 'webhook', url: new URL(path, channel.url).href },
];

/** The kinds of the messages to the webhook of a rule, in the order of their arrival, without repeats. */
function kindsAt(path: string): string[] {
  const bodies = channel.requests
    .filter((request) => request.path === path)
    .map(({ body }) => JSON.parse(String(body)) as { id: string; type: string });
  return [...new Map(bodies.map(({ id, type }) => [id, type.replace('hookline.alert.', '')])).values()];
}

const untilKinds = (path: string, ...kinds: string[]) =>
  until(() => JSON.stringify(kindsAt(path)) === JSON.stringify(kinds), {
    what: `the messages ${kinds.join(', ')}`,
  });

const listAlerts = async (query = '', key?: string): Promise<Alert[]> =>
  (await call('GET', `/api/alerts${query}`, undefined, key)).body.data;
const untilAlert = (condition: (alert: Alert) => boolean, query = '') =>
  until(async () => (await listAlerts(query)).find(condition));

/** Resolves after every kind of rule has been checked once more, with the facts of now. */
async function untilChecked(type: AlertType = 'endpoint_failing'): Promise<void> {
  const checks = async () =>
    (
      await Promise.all(
        [gateway, replica].map(async ({ url }) => {
          const text = await (await fetch(`${url}/metrics`)).text();
          const lines = text
            .split('\n')
            .filter(
              (line) => line.startsWith('hookline_alert_evaluations_total') && line.includes(`"${type}"`),
            );
          return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
        }),
      )
    ).reduce((sum, each) => sum + each, 0);
  const before = await checks();
  // The one that runs now may have asked before.
  await until(async () => (await checks()) >= before + 2);
}

async function follow(key: string): Promise<FeedSocket> {
  const socket = new FeedSocket(gateway.url, { key });
  opened.push(socket);
  await socket.subscribe({ filter: { eventType: 'hookline.alert.*' } });
  return socket;
}

test('a condition that holds fires once, is told to each channel, and recovers when it no longer holds', async () => {
  const feed = await follow(acme);
  const rule = await createRule({
    channels: [{ type: 'event' }, { type: 'webhook', url: new URL('/both', channel.url).href }],
  });
  fails(failing());
  const [fired] = await feed.waitForEvents(1);
  expect(fired?.event).toMatchObject({ type: 'hookline.alert.firing', subject: 'ep_1' });
  const alert = await untilAlert(({ notifications }) =>
    notifications.every(({ status }) => status === 'sent'),
  );
  expect(alert).toMatchObject({
    userId: 'acme',
    ruleId: rule.id,
    ruleName: 'Orders',
    type: 'endpoint_failing',
    state: 'firing',
    summary: 'The endpoint "Orders" has failed 3 times in a row since 2026-12-01 12:00 UTC.',
    link: `https://hooks.example.com/api/alerts/${alert.id}`,
    subject: { type: 'endpoint', id: 'ep_1', name: 'Orders', userId: 'acme' },
    value: { failures: 3, failingSince: '2026-12-01T12:00:00.000Z' },
    endedAt: null,
    flapping: false,
    notifications: [
      { kind: 'firing', channel: 'event', status: 'sent', attempts: 1, responseStatus: null },
      { kind: 'firing', channel: 'webhook', status: 'sent', attempts: 1, responseStatus: 200 },
    ],
  });
  fails(failing('ep_1', 'acme', { failures: 4 }));
  await untilAlert(({ value }) => value.failures === 4);
  fails();
  present('active', 'ep_1');
  const recovered = await untilAlert(
    ({ state, notifications }) =>
      state === 'recovered' && notifications.every(({ status }) => status === 'sent'),
  );
  expect(recovered.notifications.map(({ kind }) => kind)).toEqual([
    'firing',
    'firing',
    'recovered',
    'recovered',
  ]);
  await untilChecked();
  expect(kindsAt('/both')).toEqual(['firing', 'recovered']);
  const events = await feed.waitForEvents(2);
  expect(events.map(({ event }) => event.type)).toEqual([
    'hookline.alert.firing',
    'hookline.alert.recovered',
  ]);
  expect(events[1]?.event.data).toMatchObject({
    alertId: alert.id,
    text: 'The endpoint "Orders" is no longer failing.',
    nextStep: null,
  });
});

test('a condition that holds for too short a time is told to nobody', async () => {
  const rule = await createRule({ firesAfterSeconds: 3_600 });
  fails(failing());
  const pending = () => owner.query("select from alerts where state = 'pending'");
  await until(async () => (await pending()).rowCount === 1);
  expect(await listAlerts()).toEqual([]);
  fails();
  await until(async () => (await owner.query('select from alerts')).rowCount === 0);
  expect(kindsAt(rule.path)).toEqual([]);
});

test('an alert stays firing while its condition does not hold for too short a time', async () => {
  const rule = await createRule({ recoversAfterSeconds: 3_600 });
  fails(failing());
  await untilKinds(rule.path, 'firing');
  fails();
  present('active', 'ep_1');
  const clear = () => owner.query('select from alerts where clear_since is not null');
  await until(async () => (await clear()).rowCount === 1);
  fails(failing());
  await until(async () => (await clear()).rowCount === 0);
  expect(kindsAt(rule.path)).toEqual(['firing']);
});

test('an alert that fires again and again is told as flapping once, and recovers only after an hour of quiet', async () => {
  const rule = await createRule({ notificationsPerHour: 2 });
  present('active', 'ep_1');
  fails(failing());
  await untilKinds(rule.path, 'firing');
  fails();
  await untilKinds(rule.path, 'firing', 'recovered');
  fails(failing());
  await untilKinds(rule.path, 'firing', 'recovered', 'flapping');
  expect((await listAlerts())[0]).toMatchObject({ state: 'firing', flapping: true });
  for (const now of [[], [failing()], []]) {
    fails(...now);
    await untilChecked();
  }
  expect(kindsAt(rule.path)).toEqual(['firing', 'recovered', 'flapping']);
  await owner.query("update alerts set clear_since = now() - interval '1 hour' where state = 'firing'");
  await untilKinds(rule.path, 'firing', 'recovered', 'flapping', 'recovered');
});

test('while a service does not answer, nothing recovers and nothing fires', async () => {
  const rule = await createRule();
  fails(failing());
  await untilKinds(rule.path, 'firing');
  factStatus = 503;
  fails(failing('ep_2'));
  await untilChecked();
  expect((await listAlerts()).map(({ state, subject }) => [state, subject.id])).toEqual([['firing', 'ep_1']]);
});

test('an endpoint that Hookline switched off is still failing; one that a caller deleted ends its alert silently', async () => {
  const rule = await createRule();
  fails(failing());
  await untilKinds(rule.path, 'firing');
  present('disabled', 'ep_1');
  fails();
  await untilChecked();
  expect((await listAlerts())[0]).toMatchObject({ state: 'firing' });
  present('gone', 'ep_1');
  await untilAlert(({ state }) => state === 'ended');
  await untilChecked();
  expect(kindsAt(rule.path)).toEqual(['firing']);
});

test.each<[string, AlertType, string, string, object]>([
  [
    'source',
    'source_silent',
    'silent-sources',
    'source-presence',
    { name: null, provider: 'github', lastReceivedAt: null, silentSeconds: 90_000 },
  ],
  [
    'connection',
    'connection_needs_reauth',
    'lost-connections',
    'connection-presence',
    { name: null, provider: 'github', status: 'needs_reauth' },
  ],
])(
  'a %s that is deleted or switched off ends its alert silently, and one that works again recovers',
  async (_what, type, question, presence, told) => {
    const rule = await createRule({ condition: { type } });
    const ids = ['one', 'two', 'three'];
    facts[question] = ids.map((id) => ({ id, userId: 'acme', ...told }));
    await untilKinds(rule.path, 'firing', 'firing', 'firing');
    facts[presence] = [
      { id: 'one', state: 'gone' },
      { id: 'two', state: 'off' },
      { id: 'three', state: 'active' },
    ];
    facts[question] = [];
    await until(async () => (await listAlerts('?state=firing')).length === 0);
    const states = (await listAlerts()).map(({ subject, state }) => [subject.id, state]);
    expect(Object.fromEntries(states)).toEqual({ one: 'ended', two: 'ended', three: 'recovered' });
    await untilKinds(rule.path, 'firing', 'firing', 'firing', 'recovered');
  },
);

test('an endpoint that loses the tag of a rule while it fails ends its alert silently', async () => {
  const rule = await createRule({ condition: { type: 'endpoint_failing', tags: ['gold'] } });
  fails(failing('ep_1', 'acme', { tags: ['gold'] }));
  await untilKinds(rule.path, 'firing');
  present('active', 'ep_1');
  fails(failing('ep_1', 'acme', { tags: ['silver'] }));
  await untilAlert(({ state }) => state === 'ended');
  await untilChecked();
  expect(kindsAt(rule.path)).toEqual(['firing']);
});

test('a rule with another condition ends its alerts silently, and what the new condition finds fires again', async () => {
  const rule = await createRule();
  fails(failing('ep_1'), failing('ep_2'));
  await untilKinds(rule.path, 'firing', 'firing');
  present('active', 'ep_1', 'ep_2');
  const change = (body: object) => call('PATCH', `/api/alerts/rules/${rule.id}`, body);
  expect((await change({ name: 'Renamed', condition: { type: 'endpoint_failing' } })).status).toBe(200);
  await untilChecked();
  expect((await listAlerts()).map(({ state }) => state)).toEqual(['firing', 'firing']);
  expect((await change({ condition: { type: 'endpoint_failing', endpointIds: ['ep_2'] } })).status).toBe(200);
  await untilKinds(rule.path, 'firing', 'firing', 'firing');
  await untilChecked();
  expect(kindsAt(rule.path)).toEqual(['firing', 'firing', 'firing']);
  const firing = await listAlerts('?state=firing');
  expect(firing.map(({ subject }) => subject.id)).toEqual(['ep_2']);
  expect((await listAlerts('?state=ended')).length).toBe(2);
});

test('two replicas check the rules of many subjects, and each change is told once', async () => {
  const rule = await createRule();
  const ids = Array.from({ length: 20 }, (_, index) => `ep_${index}`);
  present('active', ...ids);
  fails(...ids.map((id) => failing(id)));
  await until(() => kindsAt(rule.path).length >= 20);
  fails();
  await until(() => kindsAt(rule.path).length >= 40);
  await untilChecked();
  const kinds = kindsAt(rule.path);
  expect([kinds.length, kinds.filter((kind) => kind === 'firing').length]).toEqual([40, 20]);
  const { rows } = await owner.query(
    'select state, count(*)::integer as number from alerts group by state order by state',
  );
  expect(rows).toEqual([{ state: 'recovered', number: 20 }]);
});

test('a rule has at most a hundred open alerts', async () => {
  await createRule({ channels: [{ type: 'event' }] });
  fails(...Array.from({ length: 130 }, (_, index) => failing(`ep_${index}`)));
  await until(async () => (await listAlerts('?limit=200')).length === 100);
  await untilChecked();
  expect(await listAlerts('?limit=200')).toHaveLength(100);
});

test('what a dead replica had claimed, the checks and the messages, another one does when the lease ends', async () => {
  await owner.query(
    "update alert_evaluations set lease_id = 'dead', lease_until = now() + interval '2 seconds' where kind = 'endpoint_failing'",
  );
  const rule = await createRule();
  fails(failing());
  // A message that is claimed before the live replicas see it.
  await owner.query(`
    create or replace function claim_first() returns trigger language plpgsql as
    $$ begin new.due_at := now() + interval '2 seconds'; new.lease_id := 'dead'; new.attempts := 1; return new; end $$;
    create trigger claim_first before insert on alert_notifications for each row execute function claim_first()`);
  try {
    await untilKinds(rule.path, 'firing');
  } finally {
    await owner.query('drop trigger claim_first on alert_notifications; drop function claim_first()');
  }
  const alert = await untilAlert(({ notifications }) => notifications[0]?.status === 'sent');
  expect(alert.notifications[0]).toMatchObject({ attempts: 2, status: 'sent' });
});

test('a receiver that is down gets its messages when it is back, in their order, each with one id', async () => {
  channel.respond = () => ({ status: 503, body: 'down' });
  const rule = await createRule();
  present('active', 'ep_1');
  fails(failing());
  const waiting = await untilAlert(({ notifications }) => (notifications[0]?.attempts ?? 0) >= 2);
  expect(waiting.notifications[0]).toMatchObject({
    status: 'pending',
    responseStatus: 503,
    error: 'The answer was 503: down',
  });
  fails();
  await untilAlert(({ state }) => state === 'recovered');
  expect(kindsAt(rule.path)).toEqual(['firing']);
  channel.respond = () => ({});
  await untilKinds(rule.path, 'firing', 'recovered');
  const done = await untilAlert(({ notifications }) =>
    notifications.every(({ status }) => status === 'sent'),
  );
  expect(done.notifications.map(({ error }) => error)).toEqual([null, null]);
});

test('a channel that hangs delays no other', async () => {
  const hanging = await createRule();
  const rule = await createRule();
  channel.respond = ({ path }) => (path === hanging.path ? { hang: true } : {});
  fails(failing());
  await untilKinds(hanging.path, 'firing');
  await untilKinds(rule.path, 'firing');
  fails();
  present('active', 'ep_1');
  await untilKinds(rule.path, 'firing', 'recovered');
  const [waiting] = await listAlerts(`?ruleId=${hanging.id}`);
  expect(waiting?.notifications[0]).toMatchObject({ status: 'pending', attempts: 1 });
});

test('the hanging channel of one tenant delays no message of another one', async () => {
  const hanging = await createRule();
  const rule = await createRule({ channels: eventAndWebhook('/of-beta') }, beta);
  const feed = await follow(beta);
  channel.respond = ({ path }) => (path === hanging.path ? { hang: true } : {});
  const arrived = () => channel.requests.filter(({ path }) => path === hanging.path).length;
  fails(failing());
  await untilKinds(hanging.path, 'firing');
  const already = arrived();
  await owner.query(`
    insert into alert_notifications (id, tenant_id, rule_id, alert_id, kind, channel, channel_type, message, due_at)
    select n.id || '_' || number, n.tenant_id, n.rule_id, n.alert_id || '_' || number, n.kind, n.channel, n.channel_type,
           n.message, now() - interval '1 hour'
    from alert_notifications n, generate_series(1, 500) as number`);
  await until(() => arrived() > already);
  fails(failing(), failing('ep_2', 'beta'));
  await untilKinds('/of-beta', 'firing');
  await feed.waitForEvents(1);
  // Two replicas, each with four places for a tenant, and single attempts after a time-out.
  const { rows } = await owner.query(
    'select count(*)::integer as tried from alert_notifications where rule_id = $1 and attempts > 0',
    [hanging.id],
  );
  expect(rows[0].tried).toBeLessThan(20);
  const [alert] = await listAlerts(`?ruleId=${rule.id}`, beta);
  expect(alert?.notifications.map(({ status }) => status)).toEqual(['sent', 'sent']);
});

test('an answer that repeats the secrets of a channel shows none of them', async () => {
  const word = ['very', 'private'].join('-');
  channel.respond = ({ path, headers }) => ({
    status: 403,
    body: `no ${path} for ${String(headers['authorization'])} or ${encodeURIComponent(`${word}/1`)}`,
  });
  const rule = await createRule({
    channels: [
      {
        type: 'webhook',
        url: new URL(`/hooks/${word}?token=${word}%2F1`, channel.url).href,
        headers: { authorization: `Bearer ${word}-2` },
      },
    ],
  });
  const tested = await call('POST', `/api/alerts/rules/${rule.id}/test`);
  expect(tested.body.data.channels[0].error).toMatch(/^The answer was 403: no \[redacted\] for \[redacted\]/);
  fails(failing());
  const alert = await untilAlert(({ notifications }) => notifications[0]?.responseStatus === 403);
  expect(JSON.stringify([tested.body, alert])).not.toContain(word);
});

test('a message is given up after six hours', async () => {
  channel.respond = () => ({ status: 500 });
  await createRule();
  fails(failing());
  await untilAlert(({ notifications }) => notifications[0]?.status === 'pending');
  await owner.query("update alert_notifications set created_at = now() - interval '7 hours'");
  const alert = await untilAlert(({ notifications }) => notifications[0]?.status === 'failed');
  expect(alert.notifications[0]).toMatchObject({ nextAttemptAt: null, completedAt: expect.any(String) });
});

test('a rule that is deleted or switched off ends its alerts, and sends no more', async () => {
  channel.respond = () => ({ status: 500 });
  const [deleted, switchedOff] = [await createRule(), await createRule()];
  fails(failing());
  await until(async () => (await listAlerts('?state=firing')).length === 2);
  await call('DELETE', `/api/alerts/rules/${deleted.id}`);
  await call('PATCH', `/api/alerts/rules/${switchedOff.id}`, { active: false });
  expect((await listAlerts()).map(({ state }) => state)).toEqual(['ended', 'ended']);
  const dropped = await untilAlert(
    ({ notifications }) => notifications[0]?.status === 'dropped',
    `?ruleId=${deleted.id}`,
  );
  expect(dropped.notifications).toHaveLength(1);
  await untilChecked();
  expect(await listAlerts('?state=firing')).toEqual([]);
});

test('a rule of the operators covers all tenants, and its events are those of the default tenant', async () => {
  const operator = '';
  const rule = await createRule(
    { condition: { type: 'endpoint_failing' }, channels: [{ type: 'event' }] },
    operator,
  );
  const feed = await follow((await createKey(gateway.url, 'default')).key);
  fails(failing('ep_1', 'acme'), failing('ep_2', 'beta'));
  const events = await feed.waitForEvents(2);
  expect(events.map(({ event }) => event.subject).sort()).toEqual(['ep_1', 'ep_2']);
  const shown = await listAlerts(`?ruleId=${rule.id}`, operator);
  expect(shown.map(({ userId, subject }) => [userId, subject.userId]).sort()).toEqual([
    [null, 'acme'],
    [null, 'beta'],
  ]);
  expect(await listAlerts()).toEqual([]);
});

test('dead letters are counted for the tenant of a rule, and for a rule of the operators for all together', async () => {
  await createRule({ condition: { type: 'dead_letters', count: 2 } });
  await createRule({ condition: { type: 'dead_letters', count: 9 } }, '');
  await createRule({ condition: { type: 'unaccounted' } }, '');
  facts['unaccounted'] = [{ userId: null, unaccounted: 0, counts: [] }];
  facts['dead-letters'] = [
    { userId: 'acme', counts: [0, 0, 3, 3, 3] },
    { userId: 'beta', counts: [0, 0, 7, 7, 7] },
    { userId: null, counts: [0, 0, 10, 10, 10] },
  ];
  await until(async () => (await listAlerts('', '')).length === 2);
  const shown = await listAlerts('', '');
  expect(shown.map(({ userId, subject, value }) => [userId, subject.type, value.deadLetters])).toEqual(
    expect.arrayContaining([
      ['acme', 'tenant', 3],
      [null, 'installation', 10],
    ]),
  );
});

test('a tenant sees and acknowledges its own alerts only', async () => {
  await createRule();
  fails(failing());
  const { id } = await untilAlert(({ state }) => state === 'firing');
  for (const [method, suffix] of [
    ['GET', ''],
    ['POST', '/acknowledge'],
  ] as const) {
    expect((await call(method, `/api/alerts/${id}${suffix}`, undefined, beta)).status).toBe(404);
  }
  expect(await listAlerts('', beta)).toEqual([]);
  expect((await call('GET', '/api/alerts?userId=acme', undefined, beta)).status).toBe(403);
  const first = await call('POST', `/api/alerts/${id}/acknowledge`);
  expect(first.body.data).toMatchObject({
    id,
    state: 'firing',
    acknowledgedBy: expect.stringMatching(/^key_/),
  });
  const second = await call('POST', `/api/alerts/${id}/acknowledge`, undefined, '');
  expect(second.body.data.acknowledgedBy).toBe(first.body.data.acknowledgedBy);
  expect((await call('GET', `/api/alerts/${id}`)).body.data).toMatchObject({
    acknowledgedBy: first.body.data.acknowledgedBy,
  });
});
