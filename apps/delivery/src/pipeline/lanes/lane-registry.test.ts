import { expect, onTestFinished, test, vi } from 'vitest';
import type { DueDelivery } from '../delivery/due-delivery.ts';
import type { LaneSignal } from '../delivery/lane-signal.ts';
import { type Shipment, shipmentOf } from '../delivery/shipment.ts';
import { LANE_TRANSITIONS, type LaneState } from './lane-decisions.ts';
import { createLaneRegistry, type LaneEndpoint } from './lane-registry.ts';
import type { ReplicaShare } from './rate-limiter.ts';

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

const turn = () => new Promise((resolve) => setImmediate(resolve));

interface Running {
  endpointId: string;
  finish: (condition?: LaneSignal['condition'], pauseMs?: number) => void;
}

/** Endpoints are named `<tenant>/<name>`, or plainly of the tenant `t`. */
function setUp(overrides: Partial<Parameters<typeof createLaneRegistry>[0]> = {}) {
  /** Requests at their receivers, in the order in which they were sent. */
  const running: Running[] = [];
  const started: string[] = [];
  const requeued: Shipment[] = [];
  const settings = new Map<string, Partial<LaneEndpoint>>();
  const lanes = createLaneRegistry({
    maxInFlight: 100,
    inFlightPerEndpoint: 2,
    maxInFlightPerEndpoint: 2,
    maxBufferedBytes: 1_000,
    getEndpoint: (id) => ({
      tenantId: id.includes('/') ? (id.split('/')[0] as string) : 't',
      rateLimit: undefined,
      deleted: false,
      version: 1,
      resumedAtMs: undefined,
      ...settings.get(id),
    }),
    share: () => ({ index: 0, count: 1 }),
    requeue: (item) => requeued.push(item),
    onDefect: (error) => {
      throw error;
    },
    attempt: ({ endpointId }) =>
      new Promise((resolve) => {
        started.push(endpointId);
        const one: Running = {
          endpointId,
          finish: (condition = 'good', pauseMs) => {
            running.splice(running.indexOf(one), 1);
            resolve({ condition, pauseMs });
          },
        };
        running.push(one);
      }),
    ...overrides,
  });
  const send = (endpointId: string, bytes?: number) => {
    const item = delivery(endpointId, bytes);
    const reserved = lanes.reserve(endpointId, item.payload.length);
    if (reserved) lanes.submit(item);
    return reserved;
  };
  const inFlightOf = (prefix: string) =>
    running.filter(({ endpointId }) => endpointId.startsWith(prefix)).length;
  const answerAll = async (condition: LaneSignal['condition'] = 'good', pauseMs?: number) => {
    for (const { finish } of [...running]) finish(condition, pauseMs);
    await turn();
  };
  return { lanes, running, started, requeued, settings, send, inFlightOf, answerAll };
}

test('an unresponsive endpoint holds its own slots and no more', () => {
  const { send, inFlightOf } = setUp({ maxInFlight: 8 });
  for (let index = 0; index < 10; index++) send('dead');
  send('alive');
  send('alive');
  expect(inFlightOf('dead')).toBe(2);
  expect(inFlightOf('alive')).toBe(2);
});

test('lanes take turns when slots are scarce', async () => {
  const { send, started, answerAll } = setUp({ maxInFlight: 1, inFlightPerEndpoint: 10 });
  for (let index = 0; index < 3; index++) send('a');
  for (let index = 0; index < 3; index++) send('b');
  for (let index = 0; index < 6; index++) await answerAll();
  expect(started).toHaveLength(6);
  // Both have had two before either has had its third.
  expect(started.slice(0, 5).filter((id) => id === 'b').length).toBeGreaterThanOrEqual(2);
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
  expect(taken).toBe(lanes.capacityOfNewLane);
  expect(lanes.capacityByLane().get('a')).toBe(0);
  running[0]?.finish();
  await turn();
  expect(lanes.capacityByLane().get('a')).toBeGreaterThan(0);
});

test('stop returns the waiting deliveries at once, and requests in flight may end', async () => {
  const { lanes, send, running, started, answerAll } = setUp();
  for (let index = 0; index < 5; index++) send('a');
  expect(lanes.stop()).toHaveLength(3);
  let idle = false;
  const becomingIdle = lanes.idle().then(() => {
    idle = true;
  });
  await turn();
  expect(idle).toBe(false);
  await answerAll();
  await becomingIdle;
  expect(send('a')).toBe(false);
  expect(running).toHaveLength(0);
  expect(started).toHaveLength(2);
});

test('an attempt that sent nothing does not change the slots', async () => {
  const { lanes, send, running, answerAll } = setUp({ maxBufferedBytes: 1e9 });
  while (send('a'));
  const before = running.length;
  await answerAll('not_sent');
  // Immediate as it was, it must not look like a fast answer and open the lane for hundreds more.
  let taken = 0;
  while (send('a')) taken++;
  expect(taken).toBe(before);
  expect(lanes.waiting).toBe(lanes.capacityOfNewLane - before);
});

test('a reservation that was released is free again', () => {
  const { lanes } = setUp({ maxBufferedBytes: 10 });
  expect(lanes.reserve('a', 10)).toBe(true);
  expect(lanes.reserve('a', 10)).toBe(false);
  lanes.release('a', 10);
  expect(lanes.reserve('a', 10)).toBe(true);
});

test('a fast endpoint gets more slots, a strained one fewer, and it recovers', async () => {
  const { send, lanes, answerAll } = setUp({ maxInFlightPerEndpoint: 8, maxBufferedBytes: 1e9 });
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

test("a tenant's unresponsive endpoints leave slots for its other endpoints, and for other tenants", async () => {
  const { send, inFlightOf, running } = setUp({
    maxInFlight: 100,
    inFlightPerEndpoint: 10,
    maxBufferedBytes: 1e9,
  });
  for (let n = 0; n < 10; n++) for (let m = 0; m < 30; m++) send(`big/${n}`);
  // Half of all, and the first request of each.
  expect(inFlightOf('big/')).toBeGreaterThanOrEqual(50);
  expect(inFlightOf('big/')).toBeLessThanOrEqual(60);
  // One that it has not heard from gets its chance, and more when it has answered.
  for (let m = 0; m < 30; m++) send('big/alive');
  expect(inFlightOf('big/alive')).toBe(1);
  running.find(({ endpointId }) => endpointId === 'big/alive')?.finish();
  await turn();
  expect(inFlightOf('big/alive')).toBe(10);
  for (let n = 0; n < 3; n++) for (let m = 0; m < 30; m++) send(`${n}/x`);
  for (let n = 0; n < 3; n++) expect(inFlightOf(`${n}/`)).toBeGreaterThanOrEqual(4);
});

test('a thousand unresponsive endpoints leave a quarter of the slots to other tenants', () => {
  const { send, inFlightOf } = setUp({ maxInFlight: 100, inFlightPerEndpoint: 10, maxBufferedBytes: 1e9 });
  for (let n = 0; n < 1_000; n++) for (let m = 0; m < 3; m++) send(`big/${n}`);
  expect(inFlightOf('big/')).toBe(75);
  for (let n = 0; n < 3; n++) for (let m = 0; m < 30; m++) send(`${n}/x`);
  for (let n = 0; n < 3; n++) expect(inFlightOf(`${n}/`)).toBeGreaterThanOrEqual(3);
});

test('an endpoint that answered before and then stalls counts as unresponsive', async () => {
  vi.useFakeTimers({
    toFake: ['performance', 'Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
  });
  onTestFinished(() => void vi.useRealTimers());
  const { send, inFlightOf, answerAll } = setUp({
    maxInFlight: 100,
    inFlightPerEndpoint: 10,
    maxInFlightPerEndpoint: 10,
    maxBufferedBytes: 1e9,
  });
  for (let n = 0; n < 10; n++) send(`a/${n}`);
  await answerAll();
  for (let n = 0; n < 10; n++) for (let m = 0; m < 6; m++) send(`a/${n}`);
  expect(inFlightOf('a/')).toBe(60);
  vi.advanceTimersByTime(1_500);
  for (let n = 0; n < 10; n++) send(`a/${n}`);
  expect(inFlightOf('a/')).toBe(60);
});

test('tenants take turns, however many endpoints each has', async () => {
  const { send, started, answerAll } = setUp({
    maxInFlight: 4,
    inFlightPerEndpoint: 10,
    maxBufferedBytes: 1e9,
  });
  for (let n = 0; n < 50; n++) for (let m = 0; m < 5; m++) send(`big/${n}`);
  for (let m = 0; m < 25; m++) send('small/1');
  started.splice(0);
  while (started.filter((id) => id === 'small/1').length < 20) await answerAll();
  const others = started.filter((id) => id.startsWith('big/')).length;
  expect(others).toBeLessThanOrEqual(20 * 2 + 4);
});

test('a tenant holds no more bytes than are left for others', () => {
  const { send, lanes } = setUp({ maxBufferedBytes: 1_000 });
  let held = 0;
  for (let n = 0; n < 1_000; n++) if (send(`big/${n}`, 10)) held += 10;
  expect(held).toBe(500);
  expect(lanes.fullTenants()).toEqual(['big']);
  expect(send('small/1', 100)).toBe(true);
});

test('a breaker that opens has waiting deliveries requeued, and one probe at a time tests the receiver', async () => {
  vi.useFakeTimers({ toFake: ['performance', 'Date', 'setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { lanes, send, running, answerAll, requeued } = setUp({
    maxInFlight: 1_000,
    inFlightPerEndpoint: 10,
    maxInFlightPerEndpoint: 10,
    maxBufferedBytes: 1e9,
  });
  while (send('a'));
  expect(running).toHaveLength(10);
  const waiting = lanes.waiting;
  expect(waiting).toBe(20);
  await answerAll('unreachable');
  while (running.length > 0) await answerAll('unreachable');
  expect(lanes.healthOf('a')).toMatchObject({ state: 'open', inFlight: 0, slots: 0, waiting: 0 });
  expect(requeued.length).toBeGreaterThan(0);
  expect(lanes.waiting).toBe(0);
  expect(lanes.capacityByLane().get('a')).toBe(0);
  expect(send('a')).toBe(false);
  expect(lanes.countByState()).toEqual({ healthy: 0, limited: 0, open: 1, half_open: 0 });

  // One at a time, and it fails: the pause grows.
  const pauseMs: number[] = [];
  for (let n = 0; n < 3; n++) {
    const { nextProbeAtMs = 0 } = lanes.healthOf('a');
    pauseMs.push(nextProbeAtMs - Date.now());
    vi.advanceTimersByTime(nextProbeAtMs - Date.now() + 1);
    expect(lanes.healthOf('a')).toMatchObject({ state: 'half_open', slots: 1 });
    expect(lanes.capacityByLane().get('a')).toBe(1);
    expect(send('a')).toBe(true);
    expect(send('a')).toBe(false);
    expect(running).toHaveLength(1);
    await answerAll('strained');
    expect(lanes.healthOf('a').state).toBe('open');
  }
  expect(pauseMs[1]).toBeGreaterThan((pauseMs[0] as number) * 1.3);
  expect(pauseMs[2]).toBeGreaterThan((pauseMs[1] as number) * 1.3);

  // It is back: slots double with each round.
  vi.advanceTimersByTime(60_000);
  expect(send('a')).toBe(true);
  await answerAll('good');
  const rounds: number[] = [];
  for (let n = 0; n < 4; n++) {
    while (send('a'));
    rounds.push(running.length);
    await answerAll('good');
  }
  expect(rounds).toEqual([2, 4, 8, 10]);
  expect(lanes.healthOf('a').state).toBe('healthy');
});

test('open deliveries of a deleted endpoint wait for no breaker and no limit', async () => {
  const { lanes, send, settings, running, answerAll } = setUp({ maxBufferedBytes: 1e9 });
  settings.set('a', { rateLimit: { perMinute: 1 } });
  settings.set('b', {});
  send('a');
  expect(send('a')).toBe(false);
  while (lanes.healthOf('b').state !== 'open') {
    send('b');
    await answerAll('unreachable');
  }
  settings.set('a', { rateLimit: { perMinute: 1 }, deleted: true, version: 2 });
  settings.set('b', { deleted: true, version: 2 });
  for (const id of ['a', 'b']) {
    expect(send(id)).toBe(true);
    expect(send(id)).toBe(true);
  }
  expect(running).toHaveLength(4);
});

test('answers that refuse the event do not open the breaker', async () => {
  const { lanes, send, answerAll } = setUp({ maxBufferedBytes: 1e9 });
  for (let n = 0; n < 50; n++) {
    send('a');
    await answerAll('answered');
  }
  expect(lanes.healthOf('a').state).toBe('healthy');
});

test('a Retry-After pauses the whole lane, for up to five minutes', async () => {
  vi.useFakeTimers({ toFake: ['performance', 'Date', 'setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { lanes, send, running, requeued, answerAll } = setUp();
  for (let n = 0; n < 6; n++) send('a');
  expect(running).toHaveLength(2);
  running[0]?.finish('strained', 20_000);
  await turn();
  expect(requeued).toHaveLength(4);
  expect(running).toHaveLength(1);
  expect(send('a')).toBe(false);
  expect(lanes.healthOf('a').state).toBe('limited');
  expect(send('b')).toBe(true);
  vi.advanceTimersByTime(20_001);
  expect(send('a')).toBe(true);
  await answerAll('strained', 24 * 3_600_000);
  expect(send('a')).toBe(false);
  vi.advanceTimersByTime(300_001);
  expect(send('a')).toBe(true);
});

test('a limit of requests in flight caps the slots from the moment it is set', async () => {
  const { send, settings, inFlightOf, answerAll } = setUp({
    inFlightPerEndpoint: 10,
    maxInFlightPerEndpoint: 10,
    maxBufferedBytes: 1e9,
  });
  for (let n = 0; n < 20; n++) send('a');
  expect(inFlightOf('a')).toBe(10);
  settings.set('a', { rateLimit: { concurrency: 3 }, version: 2 });
  await answerAll();
  expect(inFlightOf('a')).toBe(3);
});

/** A full lane of ten slots under a limit, whose replica is alone until another one comes and takes the share of `a`. */
function setUpShared() {
  let share: ReplicaShare = { index: 0, count: 1 };
  const scene = setUp({
    inFlightPerEndpoint: 10,
    maxInFlightPerEndpoint: 10,
    maxBufferedBytes: 1e9,
    share: () => share,
  });
  const alone = () => {
    share = { index: 0, count: 1 };
  };
  const loseShare = () => {
    share = { index: 0, count: 2 };
    if (scene.lanes.healthOf('a').slots > 0) share = { index: 1, count: 2 };
    expect(scene.lanes.healthOf('a').slots).toBe(0);
  };
  return { ...scene, alone, loseShare };
}

test('a lane that loses its share of a limit requeues its waiting deliveries, and goes on when it has a share again', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const { lanes, send, settings, requeued, started, answerAll, alone, loseShare } = setUpShared();
  settings.set('a', { rateLimit: { concurrency: 1 } });
  send('a');
  vi.advanceTimersByTime(50);
  await answerAll();
  while (send('a'));
  const waited = lanes.waiting;
  expect(waited).toBeGreaterThan(50);
  loseShare();
  vi.advanceTimersByTime(80);
  await answerAll();
  expect(lanes.capacityByLane().get('a')).toBe(0);
  expect(requeued).toHaveLength(waited);
  expect(lanes.waiting).toBe(0);
  expect(lanes.freeBytes).toBe(1e9);
  expect(send('a')).toBe(false);

  alone();
  expect(lanes.capacityByLane().get('a')).toBeGreaterThan(50);
  started.splice(0);
  while (send('a'));
  expect(started).toEqual(['a']);
});

test('a lane that lost its share between two claims goes on with its waiting deliveries', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const { lanes, send, settings, requeued, started, answerAll, alone, loseShare } = setUpShared();
  settings.set('a', { rateLimit: { concurrency: 1 } });
  send('a');
  vi.advanceTimersByTime(50);
  await answerAll();
  while (send('a'));
  loseShare();
  // Slower than before: the lane holds more than it has room for now.
  vi.advanceTimersByTime(80);
  await answerAll();
  started.splice(0);
  alone();
  expect(lanes.capacityByLane().get('a')).toBe(0);
  expect(started).toEqual(['a']);
  expect(requeued).toEqual([]);
});

test('a limit that is lowered below the number of replicas leaves no delivery waiting in memory', async () => {
  const { lanes, send, settings, requeued, inFlightOf, answerAll, loseShare } = setUpShared();
  settings.set('a', { rateLimit: { concurrency: 1 } });
  send('a');
  await answerAll();
  loseShare();
  settings.set('a', { rateLimit: { concurrency: 2 }, version: 2 });
  for (let n = 0; n < 3; n++) send('a');
  expect(inFlightOf('a')).toBe(1);
  settings.set('a', { rateLimit: { concurrency: 1 }, version: 3 });
  await answerAll();
  lanes.capacityByLane();
  expect(requeued).toHaveLength(2);
  expect(lanes.freeBytes).toBe(1e9);
});

test('a rate limit spreads the requests and keeps little in memory, and a changed one takes effect at once', async () => {
  vi.useFakeTimers({ toFake: ['performance', 'Date', 'setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { lanes, send, settings, started, answerAll } = setUp({
    inFlightPerEndpoint: 100,
    maxInFlightPerEndpoint: 100,
    maxBufferedBytes: 1e9,
  });
  settings.set('a', { rateLimit: { perSecond: 10 } });
  const goOn = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 10) {
      while (send('a'));
      vi.advanceTimersByTime(10);
      await answerAll();
    }
  };
  while (send('a'));
  expect(started).toHaveLength(2);
  expect(lanes.waiting).toBeLessThanOrEqual(10);
  await goOn(10_000);
  expect(started.length).toBeGreaterThan(95);
  expect(started.length).toBeLessThanOrEqual(102);
  settings.set('a', { rateLimit: { perSecond: 100 }, version: 2 });
  started.splice(0);
  await goOn(1_000);
  expect(started.length).toBeGreaterThan(85);
  expect(started.length).toBeLessThanOrEqual(112);
  settings.set('a', { rateLimit: { perMinute: 60 }, version: 3 });
  started.splice(0);
  await goOn(60_000);
  expect(started.length).toBeGreaterThan(55);
  expect(started.length).toBeLessThanOrEqual(67);
});

test('while sending is paused nothing starts, and nothing waits in memory', async () => {
  const { lanes, send, started, requeued, answerAll } = setUp();
  for (let n = 0; n < 5; n++) send('a');
  expect(lanes.reserve('b', 10)).toBe(true);
  lanes.pause();
  expect(requeued).toHaveLength(3);
  // It was being leased when the pause began.
  lanes.submit(delivery('b'));
  expect(requeued).toHaveLength(4);
  await answerAll();
  expect(send('a')).toBe(false);
  expect(started).toHaveLength(2);
  expect(lanes.freeBytes).toBe(1_000);
  lanes.resume();
  expect(send('a')).toBe(true);
  expect(started).toHaveLength(3);
});

test('an endpoint that is switched on again starts with one request and doubles', async () => {
  const { send, settings, running, answerAll } = setUp({
    inFlightPerEndpoint: 8,
    maxInFlightPerEndpoint: 8,
    maxBufferedBytes: 1e9,
  });
  settings.set('a', { resumedAtMs: 1 });
  const rounds: number[] = [];
  for (let n = 0; n < 4; n++) {
    while (send('a'));
    rounds.push(running.length);
    await answerAll('good');
  }
  expect(rounds).toEqual([1, 2, 4, 8]);
});

test('a batch is requeued as a whole: when its lane cannot take it, while it waits, and at the stop', async () => {
  const { lanes, send, running, requeued, answerAll } = setUp();
  const batch = (n: number) => shipmentOf([delivery('a', n), delivery('a', n), delivery('a', n)]);
  const sizes = (shipments: readonly Shipment[]) => shipments.map(({ bytes }) => bytes);
  lanes.pause();
  lanes.submitClaimed(batch(1));
  expect(sizes(requeued)).toEqual([3]);
  lanes.resume();
  send('a');
  send('a');
  expect(running).toHaveLength(2);
  lanes.submitClaimed(batch(2));
  lanes.submitClaimed(batch(3));
  running[0]?.finish('strained', 100);
  await turn();
  expect(sizes(requeued)).toEqual([3, 6, 9]);
  await answerAll();

  const other = setUp();
  other.send('a');
  other.send('a');
  other.lanes.submitClaimed(batch(4));
  expect(sizes(other.lanes.stop())).toEqual([12]);
});

interface LaneScene extends ReturnType<typeof setUp> {
  state: () => LaneState;
  /** Lets attempts fail until the breaker opens. */
  openBreaker: () => Promise<void>;
  waitForProbe: () => void;
}

function setUpLane(inFlightPerEndpoint: number): LaneScene {
  vi.useFakeTimers({ toFake: ['performance', 'Date', 'setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const scene = setUp({
    inFlightPerEndpoint,
    maxInFlightPerEndpoint: inFlightPerEndpoint,
    maxBufferedBytes: 1e9,
  });
  const state = () => scene.lanes.healthOf('a').state;
  return {
    ...scene,
    state,
    openBreaker: async () => {
      for (let n = 0; n < 50 && state() !== 'open'; n++) {
        scene.send('a');
        await scene.answerAll('unreachable');
      }
    },
    waitForProbe: () =>
      vi.advanceTimersByTime((scene.lanes.healthOf('a').nextProbeAtMs ?? 0) - Date.now() + 1),
  };
}

/** Each row of the table on `createLaneRegistry`. `prepare` brings the lane into the state `from`. */
const TRANSITIONS: {
  from: LaneState;
  to: LaneState;
  when: string;
  slots?: number;
  prepare: (scene: LaneScene) => unknown;
  change: (scene: LaneScene) => unknown;
  effect: (scene: LaneScene) => void;
}[] = [
  {
    from: 'healthy',
    to: 'limited',
    when: 'the receiver is strained',
    prepare: ({ send }) => send('a'),
    change: ({ answerAll }) => answerAll('strained'),
    effect: ({ lanes }) => expect(lanes.healthOf('a').slots).toBe(2),
  },
  {
    from: 'healthy',
    to: 'limited',
    when: 'a Retry-After pauses the lane',
    prepare: ({ send }) => Array.from({ length: 6 }, () => send('a')),
    change: ({ running }) => running[0]?.finish('answered', 20_000),
    effect: ({ lanes, requeued, send }) => {
      expect(requeued).toHaveLength(2);
      expect(lanes.healthOf('a').nextProbeAtMs).toBe(Date.now() + 20_000);
      expect(send('a')).toBe(false);
    },
  },
  {
    from: 'healthy',
    to: 'limited',
    when: 'the rate limit has no token left',
    prepare: ({ settings }) => settings.set('a', { rateLimit: { perMinute: 1 } }),
    change: ({ send }) => send('a'),
    effect: ({ send, running }) => {
      expect(send('a')).toBe(false);
      vi.advanceTimersByTime(53_500);
      expect(send('a')).toBe(true);
      expect(running).toHaveLength(1);
      vi.advanceTimersByTime(500);
      expect(running).toHaveLength(2);
    },
  },
  {
    from: 'healthy',
    to: 'limited',
    when: 'the endpoint is switched on again',
    prepare: ({ send, answerAll }) => {
      send('a');
      return answerAll();
    },
    change: ({ settings }) => settings.set('a', { resumedAtMs: 1 }),
    effect: ({ lanes }) => expect(lanes.healthOf('a').slots).toBe(1),
  },
  {
    from: 'limited',
    to: 'healthy',
    when: 'the slots are back',
    prepare: ({ send, answerAll }) => {
      send('a');
      return answerAll('strained');
    },
    change: async ({ send, answerAll }) => {
      for (let n = 0; n < 20; n++) {
        send('a');
        await answerAll();
      }
    },
    effect: ({ lanes }) => expect(lanes.healthOf('a').slots).toBe(4),
  },
  {
    from: 'limited',
    to: 'healthy',
    when: 'the pause is over',
    prepare: ({ send, answerAll }) => {
      send('a');
      return answerAll('answered', 20_000);
    },
    change: () => vi.advanceTimersByTime(20_000),
    effect: ({ send }) => expect(send('a')).toBe(true),
  },
  {
    from: 'limited',
    to: 'healthy',
    when: 'the rate limit has a token',
    prepare: ({ settings, send, answerAll }) => {
      settings.set('a', { rateLimit: { perMinute: 1 } });
      send('a');
      return answerAll();
    },
    change: () => vi.advanceTimersByTime(60_000),
    effect: ({ send }) => expect(send('a')).toBe(true),
  },
  {
    from: 'limited',
    to: 'healthy',
    when: 'the endpoint is deleted',
    prepare: ({ send, answerAll }) => {
      send('a');
      return answerAll('strained', 20_000);
    },
    change: ({ settings }) => settings.set('a', { deleted: true, version: 2 }),
    effect: ({ send, lanes }) => {
      expect(send('a')).toBe(true);
      expect(lanes.healthOf('a').slots).toBe(4);
    },
  },
  {
    from: 'healthy',
    to: 'open',
    when: 'the breaker opens',
    slots: 1,
    // With one slot a lane cannot be limited by strain.
    prepare: async ({ send, running, answerAll }) => {
      for (let n = 0; n < 9; n++) {
        send('a');
        await answerAll('unreachable');
      }
      send('a');
      send('a');
      expect(running).toHaveLength(1);
    },
    change: ({ answerAll }) => answerAll('unreachable'),
    effect: ({ requeued, running, send }) => {
      expect(requeued).toHaveLength(1);
      expect(running).toHaveLength(0);
      expect(send('a')).toBe(false);
    },
  },
  {
    from: 'limited',
    to: 'open',
    when: 'the breaker opens',
    prepare: async ({ send, answerAll }) => {
      for (let n = 0; n < 9; n++) {
        send('a');
        await answerAll('strained');
      }
      for (let n = 0; n < 3; n++) send('a');
    },
    change: ({ running }) => running[0]?.finish('unreachable'),
    effect: ({ requeued, lanes }) => {
      expect(requeued).toHaveLength(2);
      expect(lanes.healthOf('a')).toMatchObject({ slots: 0, waiting: 0 });
    },
  },
  {
    from: 'open',
    to: 'half_open',
    when: "the breaker's pause is over",
    prepare: ({ openBreaker }) => openBreaker(),
    change: ({ waitForProbe }) => waitForProbe(),
    effect: ({ send, running }) => {
      expect([send('a'), send('a')]).toEqual([true, false]);
      expect(running).toHaveLength(1);
    },
  },
  {
    from: 'open',
    to: 'half_open',
    when: 'the endpoint was changed',
    prepare: ({ openBreaker }) => openBreaker(),
    change: ({ settings }) => settings.set('a', { version: 2 }),
    effect: ({ send }) => expect([send('a'), send('a')]).toEqual([true, false]),
  },
  {
    from: 'half_open',
    to: 'open',
    when: 'the probe fails',
    prepare: async ({ openBreaker, waitForProbe, send }) => {
      await openBreaker();
      waitForProbe();
      send('a');
    },
    change: ({ answerAll }) => answerAll('strained'),
    effect: ({ send }) => expect(send('a')).toBe(false),
  },
  {
    from: 'half_open',
    to: 'limited',
    when: 'the probe is answered',
    prepare: async ({ openBreaker, waitForProbe, send }) => {
      await openBreaker();
      waitForProbe();
      send('a');
    },
    change: ({ answerAll }) => answerAll('answered'),
    effect: ({ lanes }) => expect(lanes.healthOf('a').slots).toBe(2),
  },
  {
    from: 'open',
    to: 'limited',
    when: 'an earlier attempt is answered',
    slots: 20,
    prepare: async ({ send, running }) => {
      for (let n = 0; n < 20; n++) send('a');
      for (let n = 0; n < 10; n++) running[0]?.finish('unreachable');
      await turn();
    },
    change: ({ running }) => running[0]?.finish('good'),
    effect: ({ lanes }) => expect(lanes.healthOf('a').slots).toBe(2),
  },
  ...([1, 2] as const).map((slots) => ({
    from: 'half_open' as const,
    to: 'healthy' as const,
    when: `the probe of a lane with ${slots} slots is answered`,
    slots,
    prepare: async ({ openBreaker, waitForProbe, send }: LaneScene) => {
      await openBreaker();
      waitForProbe();
      send('a');
    },
    change: ({ answerAll }: LaneScene) => answerAll('good'),
    effect: ({ lanes }: LaneScene) => expect(lanes.healthOf('a').slots).toBe(slots),
  })),
  {
    from: 'half_open',
    to: 'healthy',
    when: 'the endpoint is deleted',
    prepare: async ({ openBreaker, waitForProbe }) => {
      await openBreaker();
      waitForProbe();
    },
    change: ({ settings }) => settings.set('a', { deleted: true, version: 2 }),
    effect: ({ lanes }) => expect(lanes.healthOf('a').slots).toBe(4),
  },
  {
    from: 'open',
    to: 'healthy',
    when: 'the endpoint is deleted',
    prepare: ({ openBreaker }) => openBreaker(),
    change: ({ settings }) => settings.set('a', { deleted: true, version: 2 }),
    effect: ({ lanes }) => expect(lanes.healthOf('a').slots).toBe(4),
  },
];

test.each(TRANSITIONS)('a lane that is $from is $to when $when', async ({ from, to, slots, ...steps }) => {
  const scene = setUpLane(slots ?? 4);
  await steps.prepare(scene);
  expect(scene.state()).toBe(from);
  await steps.change(scene);
  await turn();
  expect(scene.state()).toBe(to);
  steps.effect(scene);
});

test('each transition that a lane may make has a row in the table, and no other has', () => {
  const inTable = new Set(TRANSITIONS.map(({ from, to }) => `${from} → ${to}`));
  const allowed = Object.entries(LANE_TRANSITIONS).flatMap(([from, all]) =>
    all.map((to) => `${from} → ${to}`),
  );
  expect([...inTable].sort()).toEqual(allowed.sort());
});

test('a lane makes no other transition, whatever its receiver answers and whatever changes', async () => {
  vi.useFakeTimers({ toFake: ['performance', 'Date', 'setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const conditions: LaneSignal['condition'][] = ['good', 'answered', 'strained', 'unreachable', 'not_sent'];
  const seen = new Set<string>();
  for (let run = 1; run <= 40; run++) {
    const random = createRandom(run);
    const defects: unknown[] = [];
    const inFlightPerEndpoint = 1 + random(4);
    const { lanes, send, running, settings } = setUp({
      inFlightPerEndpoint,
      maxInFlightPerEndpoint: inFlightPerEndpoint + random(4),
      maxBufferedBytes: 1e9,
      onDefect: (error) => void defects.push(error),
    });
    const endpoint: Partial<LaneEndpoint> = { version: 1 };
    settings.set('a', endpoint);
    // Receivers that fail most of the time, and receivers that seldom do.
    const failing = run % 2 === 0 ? 3 : 1;
    let state = lanes.healthOf('a').state;
    for (let step = 0; step < 200; step++) {
      const action = random(20);
      if (action < 8) send('a');
      else if (action < 15) {
        const condition = conditions[random(4) < failing ? 2 + random(2) : random(5)];
        running[random(running.length)]?.finish(condition, random(10) === 0 ? random(5_000) : undefined);
      } else if (action < 18) vi.advanceTimersByTime(random(2_000));
      else if (action < 19) endpoint.version = (endpoint.version ?? 0) + 1;
      else if (random(2) === 0) endpoint.resumedAtMs = step;
      else endpoint.rateLimit = random(2) === 0 ? { perSecond: 2 } : undefined;
      await turn();
      const now = lanes.healthOf('a').state;
      if (now !== state) seen.add(`${state} → ${now}`);
      state = now;
    }
    lanes.stop();
    expect(defects).toEqual([]);
  }
  for (const transition of ['healthy → limited', 'limited → open', 'open → half_open', 'half_open → open'])
    expect(seen).toContain(transition);
});

/** Park and Miller's generator: whole numbers from 0 to below a bound, the same for the same start. */
function createRandom(start: number): (below: number) => number {
  let state = start * 7_919;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

test('an attempt that rejects is reported, and its slot is free again', async () => {
  const defects: [unknown, string][] = [];
  const defect = new Error('a defect');
  const { lanes, send } = setUp({
    attempt: async () => {
      throw defect;
    },
    onDefect: (...told) => void defects.push(told),
  });
  send('a');
  await turn();
  expect(defects).toEqual([[defect, 'a']]);
  expect(lanes.inFlight).toBe(0);
  expect(lanes.freeBytes).toBe(1_000);
  expect(lanes.healthOf('a').state).toBe('healthy');
});
