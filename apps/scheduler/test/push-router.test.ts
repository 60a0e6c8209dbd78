import { connectBus, createEventPublisher, ensureStreams } from '@hookline/bus';
import { createReceiptClock } from '@hookline/service';
import { expect, onTestFinished, test } from 'vitest';
import { createPublishEvents } from '../src/events/publish-events.ts';
import type { AppFacts } from '../src/facts/app-facts.ts';
import { createJournal } from '../src/journal/journal.ts';
import type { PushMessage } from '../src/pushes/push-message.ts';
import { createPushRouter } from '../src/pushes/push-router.ts';
import { createNoteWithheld } from '../src/pushes/withheld-pushes.ts';
import { requestPolls } from '../src/sql/request-polls.ts';
import { insertTasks, readTasks } from './connection-rows.ts';
import { createHarness, logger } from './harness.ts';
import { openEvents } from './read-events.ts';
import { schedulerOptions } from './support/scheduler-options.ts';
import { useNats } from './support/use-nats.ts';

const appOf = (id: string, provider: string): AppFacts => ({
  id,
  tenant: undefined,
  provider,
  clientId: id,
  clientSecret: () => '',
  settings: provider === 'github' ? { kind: 'github_app' } : {},
});

interface TestRoute {
  app: string;
  key: string;
  connection: string;
  /** Of the connection. Default: connected. */
  status?: string;
  pauses?: string[];
  deleted?: boolean;
}

/** A router over a real Postgres and JetStream, and the keys of connections. */
async function openRouter(routes: readonly TestRoute[]) {
  const harness = await createHarness();
  const nats = await useNats();
  const bus = await connectBus({ url: nats.url, name: 'push-router', logger, onClosed: () => {} });
  const { streams } = schedulerOptions({ databaseUrl: '', natsUrl: '' });
  await ensureStreams(bus, streams);
  const publisher = createEventPublisher(bus);
  onTestFinished(async () => {
    publisher.close();
    await bus.close();
  });
  const database = harness.openDatabase();
  await harness.asOwner(
    `insert into connections (id, tenant_id, provider, app_id, account_id, scopes_requested, status, pauses, consent_at,
       deleted_at)
     select connection, 'acme', app, app, connection, '{}', coalesce(status, 'connected'),
       array(select jsonb_array_elements_text(coalesce(pauses, '[]'))), hookline_now(),
       case when deleted then hookline_now() end
     from jsonb_to_recordset($1) as r(app text, connection text, status text, pauses jsonb, deleted boolean)
     on conflict do nothing`,
    [JSON.stringify(routes)],
  );
  await harness.asOwner(
    `insert into connection_routes (app_id, account_key, connection_id, tenant_id)
     select app, key, connection, 'acme' from jsonb_to_recordset($1) as r(app text, key text, connection text)`,
    [JSON.stringify(routes)],
  );
  const changed: string[] = [];
  const router = createPushRouter({
    database,
    findApp: async (id) => (id === 'oap_none' ? undefined : appOf(id, id.replace('oap_', ''))),
    publishEvents: createPublishEvents(createReceiptClock(database, logger), publisher),
    pollNow: (polls) => requestPolls(database, polls),
    changeGrants: async (ids, { change }) => {
      changed.push(...ids.map((id) => `${id} ${change}`));
    },
    noteWithheld: createNoteWithheld({ database, journal: createJournal() }),
    notePush: async () => {},
    logger,
  });
  const readEvents = await openEvents(nats.url);
  return { harness, database, router, changed, readEvents };
}

function pushTo(app: string, type: string, number: number, payload: object): PushMessage {
  const at = new Date().toISOString();
  return {
    attributes: {
      id: `evt_${number}`,
      pushfor: app,
      tenant: 'acme',
      provider: app.replace('oap_', ''),
      type,
      source: `/${app}`,
      time: at,
      receivedat: at,
      dedupekey: `src:${number}`,
      deliveryid: String(number),
      via: 'webhook',
    },
    payload: Buffer.from(JSON.stringify(payload)),
    json: payload,
  };
}

const message = (number: number, team = 'T1') =>
  pushTo('oap_slack', 'slack.message', number, { team_id: team, event: { channel: 'C', ts: `${number}.0` } });
const values = (routed: readonly PromiseSettledResult<string>[]) =>
  routed.map((each) => (each.status === 'fulfilled' ? each.value : String(each.reason)));

test('200 pushes of one fetch need as many statements as one, and their events are stored in their order', async () => {
  const { router, database, readEvents } = await openRouter([
    { app: 'oap_slack', key: 'team:T1', connection: 'con_1' },
  ]);
  const statementsOf = async (pushes: readonly PushMessage[]) => {
    const before = database.counters.statements;
    expect(new Set(values(await router.route(pushes)))).toEqual(new Set(['events']));
    return database.counters.statements - before;
  };
  const one = await statementsOf([message(0)]);
  const many = Array.from({ length: 200 }, (_, index) => message(index + 1));
  expect(await statementsOf(many)).toBe(one);
  const stored = (await readEvents('acme')).map(({ attributes }) => Number(attributes.deliveryid));
  expect(stored).toEqual(Array.from({ length: 201 }, (_, index) => index));
});

test('a push that takes an account key away is finished before the next push looks for its connections', async () => {
  const { router, changed, readEvents, harness } = await openRouter([
    { app: 'oap_github', key: 'installation:5', connection: 'con_1' },
  ]);
  const push = (number: number, type: string, more: object = {}) =>
    pushTo('oap_github', type, number, { installation: { id: 5 }, ...more });
  const routed = await router.route([
    push(1, 'github.issues.opened'),
    push(2, 'github.installation.deleted'),
    push(3, 'github.issues.opened'),
    pushTo('oap_none', 'none.event', 4, {}),
  ]);
  expect(values(routed)).toEqual(['events', 'revoked', 'unrouted', 'unrouted']);
  expect(changed).toEqual(['con_1 revoked']);
  expect((await readEvents('acme')).map(({ attributes }) => attributes.deliveryid)).toEqual(['1', '2']);
  const unrouted = await harness.asOwner(
    'select app_id, account_key, pushes::int from unrouted_pushes order by app_id',
  );
  expect(unrouted).toEqual([
    { app_id: 'oap_github', account_key: 'installation:5', pushes: 1 },
    { app_id: 'oap_none', account_key: '', pushes: 1 },
  ]);
});

test('a connection rests while all of its installations are suspended, and ends with the last one', async () => {
  const { router, changed } = await openRouter([
    { app: 'oap_github', key: 'installation:5', connection: 'con_1' },
    { app: 'oap_github', key: 'installation:6', connection: 'con_1' },
    { app: 'oap_github', key: 'user:9', connection: 'con_1' },
  ]);
  let number = 0;
  const tell = async (action: string, id: number) => {
    changed.length = 0;
    number++;
    const payload = { installation: { id }, sender: { id: 9 } };
    await router.route([pushTo('oap_github', `github.installation.${action}`, number, payload)]);
    return [...changed];
  };
  expect(await tell('suspend', 5)).toEqual([]);
  expect(await tell('suspend', 6)).toEqual(['con_1 suspended']);
  expect(await tell('unsuspend', 5)).toEqual(['con_1 restored']);
  // The other one is suspended: of the grant nothing is left that works.
  expect(await tell('deleted', 5)).toEqual(['con_1 suspended']);
  expect(await tell('unsuspend', 6)).toEqual(['con_1 restored']);
  expect(await tell('deleted', 6)).toEqual(['con_1 revoked']);
});

test('a push becomes an event of the connections whose grant stands, and not of those that a call has paused', async () => {
  const app = 'oap_slack';
  const key = 'team:T1';
  const { router, readEvents, harness } = await openRouter([
    { app, key, connection: 'con_connected' },
    { app, key, connection: 'con_degraded', status: 'degraded' },
    { app, key, connection: 'con_refreshing', status: 'refreshing' },
    { app, key, connection: 'con_faulty_app', status: 'paused', pauses: ['app_misconfigured'] },
    { app, key, connection: 'con_paused', status: 'paused', pauses: ['app_misconfigured', 'requested'] },
    { app, key, connection: 'con_needs_reauth', status: 'needs_reauth' },
    { app, key, connection: 'con_revoked', status: 'revoked' },
    { app, key, connection: 'con_deleted', deleted: true },
  ]);
  expect(values(await router.route([message(1), message(2)]))).toEqual(['events', 'events']);
  const receivers = (await readEvents('acme')).map(({ attributes }) => attributes.dedupekey.split(':')[0]);
  expect([...new Set(receivers)].sort()).toEqual([
    'con_connected',
    'con_degraded',
    'con_faulty_app',
    'con_refreshing',
  ]);
  const counted =
    'select id, withheld_pushes::int as pushes from connections where withheld_pushes > 0 order by id';
  expect(await harness.asOwner(counted)).toEqual([
    { id: 'con_needs_reauth', pushes: 2 },
    { id: 'con_paused', pushes: 2 },
    { id: 'con_revoked', pushes: 2 },
  ]);
  expect(
    await harness.asOwner('select connection_id, kind, text from connection_journal order by connection_id'),
  ).toEqual([
    {
      connection_id: 'con_needs_reauth',
      kind: 'push',
      text: expect.stringMatching(/^The grant has ended, so /),
    },
    {
      connection_id: 'con_paused',
      kind: 'push',
      text: expect.stringMatching(/^The connection is paused, so /),
    },
    { connection_id: 'con_revoked', kind: 'push', text: expect.stringContaining('slack.message') },
  ]);
});

test('a push for a deleted connection alone is shown as one for an account that nobody has connected', async () => {
  const { router, harness } = await openRouter([
    { app: 'oap_slack', key: 'team:T1', connection: 'con_1', deleted: true },
  ]);
  expect(values(await router.route([message(1)]))).toEqual(['unrouted']);
  expect(await harness.asOwner('select account_key, pushes::int from unrouted_pushes')).toEqual([
    { account_key: 'team:T1', pushes: 1 },
  ]);
});

test('what a push says of a grant counts for a paused connection too, which gets no event of it', async () => {
  const pauses = ['requested'];
  const { router, changed, readEvents } = await openRouter([
    { app: 'oap_slack', key: 'in:T1', connection: 'con_1', status: 'paused', pauses },
  ]);
  const uninstalled = pushTo('oap_slack', 'slack.app_uninstalled', 1, { team_id: 'T1' });
  expect(values(await router.route([uninstalled]))).toEqual(['revoked']);
  expect(changed).toEqual(['con_1 revoked']);
  expect(await readEvents('acme')).toEqual([]);
});

test('a notice runs no poll of a paused connection', async () => {
  const pauses = ['requested'];
  const { router, harness } = await openRouter([
    { app: 'oap_gmail', key: 'a@example.com', connection: 'con_1', status: 'paused', pauses },
  ]);
  await insertTasks(harness, [
    {
      connection: 'con_1',
      app: 'oap_gmail',
      name: 'history',
      pausedReason: 'connection',
      dueInSeconds: 3_000,
    },
  ]);
  const notice = pushTo('oap_gmail', 'gmail.history', 1, { emailAddress: 'a@example.com' });
  expect(values(await router.route([notice]))).toEqual(['withheld']);
  expect(await readTasks(harness)).toMatchObject([{ on_demand: false, paused_reason: 'connection' }]);
});

test('a push that Postgres refuses fails alone, and the others of its fetch are counted once', async () => {
  const { router, harness } = await openRouter([]);
  await harness.asOwner("alter table unrouted_pushes add check (account_key not like '%T_BAD')");
  const routed = await router.route([message(1, 'T_A'), message(2, 'T_BAD'), message(3, 'T_A')]);
  expect(routed.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await harness.asOwner('select account_key, pushes::int from unrouted_pushes')).toEqual([
    { account_key: expect.stringContaining('T_A'), pushes: 2 },
  ]);
});

test('notices of one fetch make each poll due once', async () => {
  const { router, harness } = await openRouter([
    { app: 'oap_gmail', key: 'a@example.com', connection: 'con_1' },
    { app: 'oap_gmail', key: 'b@example.com', connection: 'con_2' },
  ]);
  for (const connection of ['con_1', 'con_2'])
    await insertTasks(harness, [{ connection, app: 'oap_gmail', name: 'history', dueInSeconds: 3_000 }]);
  const notice = (number: number, emailAddress: string) =>
    pushTo('oap_gmail', 'gmail.history', number, { emailAddress });
  const routed = await router.route([
    notice(1, 'a@example.com'),
    notice(2, 'a@example.com'),
    notice(3, 'b@example.com'),
  ]);
  expect(values(routed)).toEqual(['polled', 'polled', 'polled']);
  for (const task of await readTasks(harness)) {
    expect(task.on_demand).toBe(true);
    expect(task.due_in).toBeLessThanOrEqual(0);
  }
});

test('when a person installs a GitHub App somewhere, the keys and the resources of the connection are listed at once', async () => {
  const { router, harness } = await openRouter([
    { app: 'oap_github', key: 'user:9', connection: 'con_1' },
    { app: 'oap_github', key: 'user:8', connection: 'con_2' },
  ]);
  const common = { app: 'oap_github', dueInSeconds: 3_000 };
  await insertTasks(harness, [
    ...(['routes', 'resources', 'check', 'poll'] as const).map((kind) => ({
      ...common,
      connection: 'con_1',
      kind,
      name: kind,
    })),
    { ...common, connection: 'con_2', kind: 'routes', name: 'routes' },
  ]);
  const payload = { installation: { id: 5 }, sender: { id: 9 } };
  await router.route([pushTo('oap_github', 'github.installation.created', 1, payload)]);
  expect(await harness.asOwner('select name from connection_tasks where on_demand order by name')).toEqual([
    { name: 'check' },
    { name: 'resources' },
    { name: 'routes' },
  ]);
});
