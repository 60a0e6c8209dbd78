import { expect, test } from 'vitest';
import type { DueDelivery } from './due-delivery.ts';
import { createLaneRegistry, type LaneSignal } from './lane-registry.ts';

const delivery = (endpointId: string, bytes = 10): DueDelivery => ({
  eventId: 'evt_x',
  endpointId,
  tenantId: 't',
  eventType: 'a.b',
  eventTime: '2026-01-01T00:00:00.000Z',
  receivedAt: '2026-01-01T00:00:00.000Z',
  payload: new Uint8Array(bytes),
  attempts: 0,
  attemptsBefore: 0,
  trigger: 'schedule',
  leaseId: 'l',
  leaseUntilMs: Number.POSITIVE_INFINITY,
});

function setUp(overrides: Partial<Parameters<typeof createLaneRegistry>[0]> = {}) {
  const running: { endpointId: string; finish: (signal?: LaneSignal) => void }[] = [];
  const lanes = createLaneRegistry({
    maxInFlight: 100,
    inFlightPerEndpoint: 2,
    maxInFlightPerEndpoint: 2,
    maxBufferedBytes: 1_000,
    attempt: ({ endpointId }) =>
      new Promise((resolve) => {
        running.push({ endpointId, finish: (signal = 'good') => resolve(signal) });
      }),
    ...overrides,
  });
  const send = (endpointId: string, bytes?: number) => {
    const item = delivery(endpointId, bytes);
    const reserved = lanes.reserve(endpointId, item.payload.length);
    if (reserved) lanes.submit(item);
    return reserved;
  };
  const countOf = (endpointId: string) => running.filter((each) => each.endpointId === endpointId).length;
  return { lanes, running, send, countOf };
}

test('an endpoint that hangs holds its own slots and no more', () => {
  const { send, countOf } = setUp({ maxInFlight: 4 });
  for (let index = 0; index < 10; index++) send('dead');
  send('alive');
  send('alive');
  expect(countOf('dead')).toBe(2);
  expect(countOf('alive')).toBe(2);
});

test('lanes take turns when slots are scarce', async () => {
  const { send, running } = setUp({ maxInFlight: 1, inFlightPerEndpoint: 10 });
  for (let index = 0; index < 3; index++) send('a');
  for (let index = 0; index < 3; index++) send('b');
  for (let index = 0; index < 6; index++) {
    running[index]?.finish();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(running.map(({ endpointId }) => endpointId)).toEqual(['a', 'a', 'b', 'a', 'b', 'b']);
});

test('memory is bounded in bytes', () => {
  const { send, lanes } = setUp();
  expect(send('a', 600)).toBe(true);
  expect(send('b', 600)).toBe(false);
  expect(lanes.freeBytes).toBe(400);
});

test('a lane takes only what it can send soon, and a slow one takes less', async () => {
  const { send, lanes, running } = setUp({ maxBufferedBytes: 1e9 });
  let taken = 0;
  while (send('a')) taken++;
  expect(taken).toBe(lanes.roomOfNewLane);
  expect(lanes.rooms().get('a')).toBe(0);
  running[0]?.finish();
  await new Promise((resolve) => setImmediate(resolve));
  expect(lanes.rooms().get('a')).toBeGreaterThan(0);
});

test('stop hands back what waits, at once, and what is under way may end', async () => {
  const { lanes, send, running } = setUp();
  for (let index = 0; index < 5; index++) send('a');
  expect(lanes.stop()).toHaveLength(3);
  let idle = false;
  const becomingIdle = lanes.idle().then(() => {
    idle = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(idle).toBe(false);
  for (const { finish } of [...running]) finish();
  await becomingIdle;
  expect(send('a')).toBe(false);
  expect(running).toHaveLength(2);
});

test('an attempt that sent nothing says nothing about its receiver', async () => {
  const { lanes, send, running } = setUp({ maxBufferedBytes: 1e9 });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  while (send('a'));
  const before = running.length;
  for (const { finish } of running.splice(0)) finish('not_sent');
  await turn();
  // Immediate as it was, it must not look like a fast answer and open the lane for hundreds more.
  let taken = 0;
  while (send('a')) taken++;
  expect(taken).toBe(before);
  expect(lanes.waiting).toBe(lanes.roomOfNewLane - before);
});

test('a place that was reserved and not used is free again', () => {
  const { lanes } = setUp({ maxBufferedBytes: 10 });
  expect(lanes.reserve('a', 10)).toBe(true);
  expect(lanes.reserve('a', 10)).toBe(false);
  lanes.release('a', 10);
  expect(lanes.reserve('a', 10)).toBe(true);
});

test('a fast endpoint gets more slots, a strained one fewer, and it recovers', async () => {
  const { send, running, lanes } = setUp({ maxInFlightPerEndpoint: 8, maxBufferedBytes: 1e9 });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const answerAll = async (signal: LaneSignal) => {
    for (const { finish } of running.splice(0)) finish(signal);
    await turn();
  };
  const keepBusy = () => {
    while (lanes.waiting < 20 && send('a'));
  };
  for (let round = 0; round < 40; round++) {
    keepBusy();
    await answerAll('good');
  }
  keepBusy();
  expect(lanes.inFlight).toBe(8);
  await answerAll('strained');
  expect(lanes.inFlight).toBe(1);
  for (let round = 0; round < 100; round++) {
    keepBusy();
    await answerAll('good');
  }
  expect(lanes.inFlight).toBe(8);
});
