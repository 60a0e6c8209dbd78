import { DEAD_LETTERS_STREAM, deliveryId } from '@hookline/contracts';
import { until } from '@hookline/testkit';
import { expect, test, vi } from 'vitest';
import type { Replica } from '../harness.ts';
import { type Scene, STATEMENTS, withScene } from '../support/crash-scene.ts';
import { isReadyForQuery } from '../support/tcp-proxy.ts';

/*
 * The real process is killed with SIGKILL between each two steps of a delivery, and another replica is
 * started. Nothing may be lost. A receiver may get an event twice only where this cannot be known: when the process
 * ends between sending a request and recording its outcome.
 */

// Most of the time is spent waiting for leases and for processes to start; the rest allows for a busy machine.
vi.setConfig({ maxConcurrency: 10, testTimeout: 300_000 });

const EVENTS = 5;

/** How often the receiver got each event. */
function countRequests({ receiver }: Scene, ids: readonly string[]): number[] {
  return ids.map((id) => receiver.requests.filter(({ headers }) => headers['webhook-id'] === id).length);
}

/** All events arrive, the counts add up, and no event arrives more than `atMost` times. */
async function expectAllDelivered(
  scene: Scene,
  again: Replica,
  ids: readonly string[],
  atMost: 1 | 2,
): Promise<void> {
  const ledger = await scene.harness.expectSettled(again, 45_000);
  expect(ledger).toMatchObject({
    events: EVENTS,
    // A batch of messages that is delivered again after a crash is not a repeat.
    duplicates: 0,
    malformed: 0,
    accepted: EVENTS,
    delivered: EVENTS,
    dead: 0,
    open: 0,
  });
  for (const count of countRequests(scene, ids)) {
    expect(count).toBeGreaterThanOrEqual(1);
    expect(count).toBeLessThanOrEqual(atMost);
  }
}

/** Exactly one dead letter for each event, and nothing left to do. For one event: of several, one may be at the receiver. */
async function expectDeadLetters(scene: Scene, again: Replica, ids: readonly string[]): Promise<void> {
  const { harness, endpointId } = scene;
  const ledger = await harness.expectSettled(again, 45_000);
  expect(ledger).toMatchObject({ accepted: ids.length, delivered: 0, dead: ids.length, open: 0 });
  await until(
    async () => (await harness.asOwner('select from deliveries where due_at is not null')).length === 0,
    {
      timeoutMs: 45_000,
      what: 'all dead letters to be published',
    },
  );
  const { state } = await harness.bus.manager.streams.info(DEAD_LETTERS_STREAM);
  expect(state.messages).toBe(ids.length);
  const letters = new Set<string>();
  for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
    const message = await harness.bus.manager.streams.getMessage(DEAD_LETTERS_STREAM, { seq });
    letters.add(message?.json<{ deliveryId: string }>().deliveryId ?? 'none');
  }
  expect([...letters].sort()).toEqual(ids.map((id) => deliveryId(id, endpointId)).sort());
  // Two attempts each, as the schedule says, none of them twice.
  expect(countRequests(scene, ids)).toEqual(ids.map(() => 2));
}

test.concurrent('killed after messages were pulled, before they are stored: each event is delivered once', () =>
  withScene(async (scene) => {
    const killed = scene.postgres.stopBefore(STATEMENTS.claimKeys).then(() => scene.first.kill());
    const ids = await scene.publish(EVENTS);
    await killed;
    const again = await scene.startAgain();
    await expectAllDelivered(scene, again, ids, 1);
  }));

test.concurrent('killed after the dedupe keys are claimed, before anything is sent: each event is delivered once', () =>
  withScene(async (scene) => {
    const killed = scene.postgres
      .stopBeforeAnswerTo(STATEMENTS.claimKeys, isReadyForQuery)
      .then(() => scene.first.kill());
    const ids = await scene.publish(EVENTS);
    await killed;
    const [taken] = await scene.harness.asOwner<{ n: number }>('select count(*)::int as n from event_keys');
    expect(taken?.n).toBeGreaterThan(0);
    expect(scene.receiver.requests).toHaveLength(0);
    const again = await scene.startAgain();
    await expectAllDelivered(scene, again, ids, 1);
  }));

test.concurrent('killed after the receiver answered, before the event is stored: each event is delivered, the answered ones twice', () =>
  withScene(async (scene) => {
    const killed = scene.postgres.stopBefore(STATEMENTS.store).then(() => scene.first.kill());
    const ids = await scene.publish(EVENTS);
    await killed;
    expect(scene.receiver.requests.length).toBeGreaterThan(0);
    expect(await scene.harness.asOwner('select from events')).toEqual([]);
    const again = await scene.startAgain();
    await expectAllDelivered(scene, again, ids, 2);
  }));

test.concurrent('killed after the commit, before the acknowledgement: deliveries stored as successful are not sent again', () =>
  withScene(async (scene) => {
    const killed = scene.postgres
      .stopBeforeAnswerTo(STATEMENTS.store, isReadyForQuery)
      .then(() => scene.first.kill());
    const ids = await scene.publish(EVENTS);
    await killed;
    expect(await scene.harness.asOwner('select from events')).not.toEqual([]);
    // A delivery whose answer took longer than the writer waits is stored as `sending`, and may be sent again.
    const delivered = await scene.harness.asOwner<{ id: string }>(
      `select event_id as id from deliveries where status = 'success'`,
    );
    const again = await scene.startAgain();
    // Others may have been sent, and wait for another statement.
    await expectAllDelivered(scene, again, ids, 2);
    const counts = countRequests(
      scene,
      delivered.map(({ id }) => id),
    );
    expect(counts).toEqual(delivered.map(() => 1));
  }));

test.concurrent('killed after the acknowledgement, before anything is sent: each event is delivered once', () =>
  withScene(async (scene) => {
    scene.network.swallow();
    const acknowledged = scene.nats.sees('+ACK');
    const ids = await scene.publish(EVENTS);
    await acknowledged;
    await until(async () => (await scene.harness.asOwner('select from events')).length === EVENTS);
    await until(async () => {
      const info = await scene.harness.bus.manager.consumers.info('EVENTS', 'delivery');
      return info.num_pending + info.num_ack_pending === 0;
    });
    await scene.first.kill();
    expect(scene.receiver.requests).toHaveLength(0);
    scene.network.passOn();
    const again = await scene.startAgain();
    await expectAllDelivered(scene, again, ids, 1);
  }));

test.concurrent('killed with requests in flight: each event is delivered, those in flight twice', () =>
  withScene(async (scene) => {
    scene.receiver.respond = () => ({ hang: true });
    const ids = await scene.publish(EVENTS);
    await scene.receiver.waitFor(EVENTS);
    await scene.first.kill();
    scene.receiver.respond = () => ({});
    const again = await scene.startAgain();
    await expectAllDelivered(scene, again, ids, 2);
  }));

test.concurrent('killed after the receiver answered, before the outcome is recorded: each event is delivered, the answered ones twice', () =>
  withScene(async (scene) => {
    // Deliveries to slow receivers are stored before the answer.
    scene.receiver.respond = () => ({ delayMs: 500 });
    const killed = scene.postgres.stopBefore(STATEMENTS.record).then(() => scene.first.kill());
    const ids = await scene.publish(EVENTS);
    await killed;
    scene.receiver.respond = () => ({});
    const again = await scene.startAgain();
    await expectAllDelivered(scene, again, ids, 2);
  }));

test.concurrent('killed after a delivery gave up, before its dead letter is published: one dead letter is published', () =>
  withScene(async (scene) => {
    scene.receiver.respond = () => ({ status: 500 });
    const killed = scene.nats.stopBefore('HPUB dead_letters.').then(() => scene.first.kill());
    const ids = await scene.publish(1);
    await killed;
    const again = await scene.startAgain();
    await expectDeadLetters(scene, again, ids);
  }));

test.concurrent('killed after a dead letter was published, before that is recorded: there is still one dead letter', () =>
  withScene(async (scene) => {
    scene.receiver.respond = () => ({ status: 500 });
    const killed = scene.postgres.stopBefore(STATEMENTS.clear).then(() => scene.first.kill());
    const ids = await scene.publish(1);
    await killed;
    const { state } = await scene.harness.bus.manager.streams.info(DEAD_LETTERS_STREAM);
    expect(state.messages).toBeGreaterThan(0);
    const again = await scene.startAgain();
    await expectDeadLetters(scene, again, ids);
  }));

/**
 * The tenant is told that its endpoint was switched off, at an endpoint of its own that goes on. Announced twice, it is
 * one event; a request for it that is in flight at the kill may be repeated, with the same id.
 */
async function expectAnnounced(scene: Scene, again: Replica): Promise<void> {
  const { harness, receiver, endpointId } = scene;
  await until(async () => (await harness.asOwner('select from announcements')).length === 0, {
    timeoutMs: 45_000,
    what: 'the announcement to be noted as published',
  });
  await harness.expectSettled(again, 45_000);
  const told = receiver.requests.filter(({ path }) => path === '/told');
  expect(new Set(told.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(new Set(told.map(({ body }) => String(body))).size).toBe(1);
  expect(JSON.parse(String(told[0]?.body))).toMatchObject({
    type: 'endpoint.disabled',
    data: { webhookId: endpointId },
  });
  expect(
    await harness.asOwner(
      `select from events join deliveries on deliveries.event_id = events.id
       where events.type = 'endpoint.disabled' and deliveries.status = 'success'`,
    ),
  ).toHaveLength(1);
}

async function switchOff(scene: Scene): Promise<void> {
  scene.receiver.respond = ({ path }) => (path === '/told' ? {} : { status: 410 });
  const url = scene.network.through(`${scene.receiver.url}told`);
  await scene.first.createEndpoint(scene.tenant, url, { events: ['endpoint.*'], retrySchedule: [1] });
  await scene.publish(1);
}

test.concurrent('killed after an endpoint was switched off, before its announcement: it is announced', () =>
  withScene(async (scene) => {
    const killed = scene.nats.stopBefore('endpoint.disabled').then(() => scene.first.kill());
    await switchOff(scene);
    await killed;
    const again = await scene.startAgain();
    await scene.receiver.waitFor((requests) => requests.some(({ path }) => path === '/told'), 45_000);
    await expectAnnounced(scene, again);
  }));

test.concurrent('killed after an announcement, before it is recorded: it is announced again as the same event', () =>
  withScene(async (scene) => {
    const killed = scene.postgres.stopBefore('delete from announcements').then(() => scene.first.kill());
    await switchOff(scene);
    await killed;
    const again = await scene.startAgain();
    await scene.receiver.waitFor((requests) => requests.some(({ path }) => path === '/told'), 45_000);
    await expectAnnounced(scene, again);
  }));

test.concurrent('killed while a receiver is unavailable and all deliveries wait: each event is delivered', () =>
  withScene(async (scene) => {
    const { harness, receiver, first, tenant } = scene;
    const more = 30;
    const path = '/away';
    const { id } = await first.createEndpoint(tenant, scene.network.through(`${receiver.url}away`), {
      events: ['away.*'],
      retrySchedule: [1, 1, 1, 1],
    });
    receiver.respond = () => ({ reset: true });
    const ids = await Promise.all(
      Array.from({ length: more }, () => harness.publish({ tenant, type: 'away.now' })),
    );
    const readState = async () => (await first.call('GET', `/api/webhooks/${id}`)).json.data.health.state;
    await until(async () => ['open', 'half_open'].includes(await readState()), { timeoutMs: 20_000 });
    await first.kill();
    receiver.respond = () => ({});
    const again = await scene.startAgain();
    await receiver.waitFor(
      (requests) =>
        ids.every((each) => requests.some((one) => one.path === path && one.headers['webhook-id'] === each)),
      45_000,
    );
    // The endpoint that takes every type got deliveries, too.
    expect(await harness.expectSettled(again, 45_000)).toMatchObject({ open: 0 });
    const [own] = await harness.asOwner<{ delivered: number }>(
      `select count(*) filter (where status = 'success')::int as delivered from deliveries where endpoint_id = $1`,
      [id],
    );
    expect(own?.delivered).toBe(more);
  }));
