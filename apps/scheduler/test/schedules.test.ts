import { randomUUID } from 'node:crypto';
import { connectBus, createEventPublisher, ensureStreams } from '@hookline/bus';
import type { HooklineEvent } from '@hookline/contracts';
import { createReceiptClock, internalHeaders, runWorkers, type Service } from '@hookline/service';
import { startTestNats, until } from '@hookline/testkit';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { buildScheduler } from '../src/app.ts';
import { createPublishEvents, type PublishEvents } from '../src/events/publish-events.ts';
import { createScheduleWorker } from '../src/schedules/schedule-worker.ts';
import { claimSchedules } from '../src/sql/claim-schedules.ts';
import { createHarness, type Harness, logger } from './harness.ts';
import { openEvents } from './read-events.ts';
import { schedulerOptions, TOKEN } from './support/scheduler-options.ts';

const STREAMS = { replicas: 1, maxAgeMs: 3_600_000, maxBytes: -1, duplicateWindowMs: 60_000 };

const nats = await startTestNats();
afterAll(() => nats.stop());

interface Answer {
  statusCode: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect to be there.
  json(): any;
}

interface Scene {
  harness: Harness;
  service: Service;
  tenant: string;
  /** Calls the API as the gateway does. */
  call(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, body?: object, as?: string): Promise<Answer>;
  create(body: object): Promise<string>;
  /** The schedule was due at that time and has not run since. */
  moveDueTime(id: string, sinceMs: number): Promise<void>;
  events(): Promise<HooklineEvent[]>;
}

/** A running scheduler with a tenant of its own. */
async function startScene(): Promise<Scene> {
  const harness = await createHarness();
  await harness.holdPartitionsJob();
  const options = schedulerOptions(
    { databaseUrl: harness.serviceUrl, natsUrl: nats.url },
    { webhookRegistration: true },
  );
  const onFatal = (error: Error) => {
    throw error;
  };
  const service = await buildScheduler(options, { logger, onFatal });
  onTestFinished(() => service.close());
  const read = await openEvents(nats.url);
  const tenant = `tenant-${randomUUID()}`;
  const call: Scene['call'] = async (method, url, body, as = tenant) =>
    await service.app.inject({
      method,
      url,
      headers: internalHeaders(TOKEN, { role: 'tenant', tenant: as, keyId: 'key_1' }),
      ...(body && { payload: body }),
    });
  return {
    harness,
    service,
    tenant,
    call,
    async create(body) {
      const answer = await call('POST', '/api/schedules', body);
      expect(answer.json()).toMatchObject({ data: { id: expect.stringMatching(/^sch_/) } });
      return answer.json().data.id;
    },
    async moveDueTime(id, sinceMs) {
      await harness.asOwner(
        `set role hookline_system; update schedules set next_due_at = date_trunc('minute', now()) - interval '${sinceMs} ms' where id = '${id}'; reset role`,
      );
    },
    events: () => read(tenant),
  };
}

const payloadOf = ({ payload }: HooklineEvent) => JSON.parse(Buffer.from(payload).toString());

test('a schedule publishes an event at its due time, and then waits for the next one', async () => {
  const scene = await startScene();
  const answer = await scene.call('POST', '/api/schedules', {
    name: 'report',
    cron: '* * * * *',
    timeZone: 'Europe/Berlin',
    data: { id: '12345678901234567890', list: [1, 2] },
  });
  expect(answer.statusCode).toBe(201);
  const { data } = answer.json();
  expect(data).toMatchObject({
    userId: scene.tenant,
    type: 'hookline.schedule.report',
    catchUp: 'one',
    active: true,
    lastDueAt: null,
  });
  await scene.moveDueTime(data.id, 0);
  const [event] = await until(async () => {
    const events = await scene.events();
    return events.length > 0 ? events : undefined;
  });
  expect(event?.attributes).toMatchObject({
    type: 'hookline.schedule.report',
    provider: 'hookline',
    source: `/schedule/${data.id}`,
    subject: 'report',
  });
  const payload = payloadOf(event as HooklineEvent);
  expect(payload).toMatchObject({ scheduleId: data.id, name: 'report', missedSince: null, data: data.data });
  expect(event?.attributes.time).toBe(payload.dueAt);
  const after = await until(async () => {
    const shown = (await scene.call('GET', `/api/schedules/${data.id}`)).json().data;
    return shown.lastDueAt === payload.dueAt ? shown : undefined;
  });
  expect(Date.parse(after.nextDueAt)).toBeGreaterThan(Date.parse(payload.dueAt));
});

test('after a downtime, missed times collapse to one event that says since when (S3)', async () => {
  const scene = await startScene();
  const id = await scene.create({ name: 'often', cron: '* * * * *', active: false });
  await scene.call('PATCH', `/api/schedules/${id}`, { active: true });
  await scene.moveDueTime(id, 3 * 86_400_000);
  const [event] = await until(async () => {
    const events = await scene.events();
    return events.length > 0 ? events : undefined;
  });
  const payload = payloadOf(event as HooklineEvent);
  expect(Date.parse(payload.dueAt) - Date.parse(payload.missedSince)).toBeGreaterThanOrEqual(3 * 86_400_000);
  expect(payload.delayedBySeconds).toBeLessThan(60);
  await until(async () => (await scene.call('GET', `/api/schedules/${id}`)).json().data.lastDueAt !== null);
  expect((await scene.events()).length).toBeLessThanOrEqual(2);
});

test('two replicas, one of which died after publishing, publish each due time once (S4, P8)', async () => {
  const harness = await createHarness();
  const tenant = `tenant-${randomUUID()}`;
  const due = new Date(Date.now() - 90_000);
  const ids = Array.from({ length: 250 }, (_, index) => `sch_${String(index).padStart(26, '0')}`);
  await harness.asOwner(
    `set role hookline_system;
     insert into schedules (id, tenant_id, cron, time_zone, type, data, catch_up, active, next_due_at)
     select id, '${tenant}', '0 0 1 1 *', 'UTC', 'tick', 'null', 'one', true, '${due.toISOString()}'
     from unnest('{${ids.join(',')}}'::text[]) id;
     reset role`,
  );
  const bus = await connectBus({ url: nats.url, name: 'scheduler-test', logger, onClosed: () => {} });
  await ensureStreams(bus, STREAMS);
  const publisher = createEventPublisher(bus);
  onTestFinished(async () => {
    publisher.close();
    await bus.close();
  });
  const database = harness.openDatabase();
  const publishEvents = createPublishEvents(createReceiptClock(database, logger), publisher);
  // The first replica publishes and dies before it stores the next due time: its lease ends.
  let published = 0;
  const dies: PublishEvents = async (drafts) => {
    await publishEvents(drafts);
    published += drafts.length;
    return await new Promise(() => {});
  };
  const first = createScheduleWorker({
    database,
    publishEvents: dies,
    logger,
    leaseMs: 500,
    pollIntervalMs: 10_000,
  });
  runWorkers([first], () => {});
  await until(async () => published === 20);
  const others = [1, 2].map(() =>
    createScheduleWorker({
      database: harness.openDatabase(),
      publishEvents,
      logger,
      leaseMs: 5_000,
      pollIntervalMs: 20,
    }),
  );
  const running = runWorkers(others, (error) => {
    throw error;
  });
  onTestFinished(() => running.stop());
  await until(async () => {
    const [row] = await harness.asOwner<{ open: number }>(
      `select count(*)::int as open from schedules where next_due_at <= now()`,
    );
    return row?.open === 0;
  });
  const read = await openEvents(nats.url);
  const events = await read(tenant);
  expect(events.map(({ attributes }) => attributes.dedupekey).sort()).toEqual(
    ids.map((id) => `${id}:${due.toISOString()}`).sort(),
  );
});

test('a schedule whose events cannot be stored holds up no other schedule', async () => {
  const harness = await createHarness();
  const tenant = `tenant-${randomUUID()}`;
  await harness.asOwner(
    `set role hookline_system;
     insert into schedules (id, tenant_id, cron, time_zone, type, data, catch_up, active, next_due_at)
     select 'sch_' || lpad(n::text, 26, '0'), '${tenant}', '0 0 1 1 *', 'UTC', 'tick', 'null', 'one', true, now()
     from generate_series(1, 10) n;
     reset role`,
  );
  const published: string[] = [];
  const publishEvents: PublishEvents = async ([draft]) => {
    if (draft?.source.endsWith('5')) throw new Error('its event cannot be stored');
    published.push(draft?.source ?? '');
    return { duplicates: 0 };
  };
  const worker = createScheduleWorker({
    database: harness.openDatabase(),
    publishEvents,
    logger,
    pollIntervalMs: 20,
  });
  const running = runWorkers([worker], (error) => {
    throw error;
  });
  onTestFinished(() => running.stop());
  const open = await until(async () => {
    const rows = await harness.asOwner<{ id: string }>('select id from schedules where next_due_at <= now()');
    return rows.length === 1 ? rows : undefined;
  });
  expect(open).toEqual([{ id: `sch_${'5'.padStart(26, '0')}` }]);
  expect(new Set(published).size).toBe(9);
});

test('numbers in the data of a schedule arrive as they were sent', async () => {
  const scene = await startScene();
  const create = (data: string) =>
    scene.service.app.inject({
      method: 'POST',
      url: '/api/schedules',
      headers: {
        ...internalHeaders(TOKEN, { role: 'tenant', tenant: scene.tenant, keyId: 'key_1' }),
        'content-type': 'application/json',
      },
      payload: `{"name":"exact","cron":"* * * * *","data":${data}}`,
    });
  const data = '{"id":12345678901234567890,"rate":1e400}';
  const answer = await create(data);
  expect(answer.body).toContain(`"data":${data}`);
  await scene.moveDueTime(answer.json().data.id, 0);
  const [event] = await until(async () => {
    const events = await scene.events();
    return events.length > 0 ? events : undefined;
  });
  expect(Buffer.from(event?.payload ?? '').toString()).toContain(`"data":${data}}`);
  const refused = await create(`[${Array.from({ length: 600 }, () => '1e131000').join()}]`);
  expect([refused.statusCode, refused.json().error]).toEqual([
    400,
    'body/data/599 is a number with an exponent beyond 1000',
  ]);
});

test('a claim that another replica holds is not claimed, and is claimed once its lease has ended', async () => {
  const scene = await startScene();
  await scene.service.close();
  const harness = scene.harness;
  const database = harness.openDatabase();
  await harness.asOwner(
    `set role hookline_system;
     insert into schedules (id, tenant_id, cron, time_zone, type, data, catch_up, active, next_due_at)
     values ('sch_${'0'.repeat(26)}', 'acme', '0 0 1 1 *', 'UTC', 'tick', 'null', 'one', true, now());
     reset role`,
  );
  const claim = (leaseMs: number) => claimSchedules(database, { leaseId: randomUUID(), leaseMs, limit: 10 });
  expect(await claim(300)).toHaveLength(1);
  expect(await claim(300)).toHaveLength(0);
  await until(async () => (await claim(300)).length === 1);
});

test('a schedule can be changed, and its new pattern counts from now on', async () => {
  const scene = await startScene();
  const id = await scene.create({ type: 'report.due', cron: '0 9 * * MON', data: [1] });
  const changed = await scene.call('PATCH', `/api/schedules/${id}`, {
    cron: '30 2 * * *',
    timeZone: 'Europe/Berlin',
    catchUp: 'all',
    data: null,
  });
  expect(changed.json().data).toMatchObject({
    type: 'report.due',
    cron: '30 2 * * *',
    timeZone: 'Europe/Berlin',
    catchUp: 'all',
    data: null,
  });
  expect(Date.parse(changed.json().data.nextDueAt)).toBeGreaterThan(Date.now());
  const off = await scene.call('PATCH', `/api/schedules/${id}`, { active: false });
  expect(off.json().data.nextDueAt).toBeNull();
  expect((await scene.call('DELETE', `/api/schedules/${id}`)).statusCode).toBe(200);
  expect((await scene.call('GET', `/api/schedules/${id}`)).statusCode).toBe(404);
});

test('a tenant neither sees nor changes the schedules of another tenant', async () => {
  const scene = await startScene();
  const id = await scene.create({ name: 'mine', cron: '0 9 * * *' });
  for (const method of ['GET', 'DELETE'] as const)
    expect((await scene.call(method, `/api/schedules/${id}`, undefined, 'another')).statusCode).toBe(404);
  expect((await scene.call('PATCH', `/api/schedules/${id}`, { active: false }, 'another')).statusCode).toBe(
    404,
  );
  expect((await scene.call('GET', '/api/schedules', undefined, 'another')).json().data).toEqual([]);
  const own = (await scene.call('GET', '/api/schedules')).json();
  expect(own.data.map((each: { id: string }) => each.id)).toEqual([id]);
});

test('a schedule that cannot work is refused with the field and the reason', async () => {
  const scene = await startScene();
  const refused: [body: object, path: string, text: string][] = [
    [{ cron: '0 9 * * *' }, 'body', 'must have a name or a type'],
    [{ name: 'a', cron: '* * * * * *' }, 'body/cron', 'must have five fields'],
    [{ name: 'a', cron: '0 0 31 2 *' }, 'body/cron', 'never comes due'],
    [{ name: 'a', cron: '0 9 * * *', timeZone: 'Mars/City' }, 'body/timeZone', 'IANA time zone'],
    [{ name: 'a b', cron: '0 9 * * *' }, 'body/name', 'letters, digits'],
    [{ name: 'a', cron: '0 9 * * *', data: 'x'.repeat(65_535) }, 'body/data', 'at most 65536 bytes'],
    [{ name: 'a', cron: '0 9 * * *', catchUp: 'some' }, 'body/catchUp', 'one'],
  ];
  for (const [body, path, text] of refused) {
    const answer = await scene.call('POST', '/api/schedules', body);
    expect([answer.statusCode, answer.json()]).toEqual([
      400,
      expect.objectContaining({ error: expect.stringContaining(text) }),
    ]);
    expect(answer.json().error).toContain(path);
  }
});
