import type { FeedEvent } from '@hookline/client';
import { expect, test } from 'vitest';
import { createFeedStore, KEPT_EVENTS, SHOWN_PER_SECOND } from './feed-store.ts';

/** Frames and seconds that pass when the test says so. */
function createSteps() {
  const frames: (() => void)[] = [];
  let second: () => void = () => {};
  return {
    schedule: {
      nextFrame: (run: () => void) => void frames.push(run),
      everySecond: (run: () => void) => {
        second = run;
        return () => {};
      },
    },
    frames,
    passFrame: () => {
      for (const run of frames.splice(0)) run();
    },
    passSecond: () => second(),
  };
}

const event = (number: number): FeedEvent => ({
  id: `evt_${number}`,
  type: 'order.paid',
  source: '/app',
  time: '2026-03-01T12:00:00.000Z',
  userId: 'acme',
  provider: 'app',
  receivedAt: '2026-03-01T12:00:00.000Z',
  via: 'api',
  data: { large: 'x'.repeat(100) },
  cursor: `c-${number}`,
});

test('a thousand events in one frame call the listeners once, and the snapshot is the same until then', () => {
  const steps = createSteps();
  const store = createFeedStore(steps.schedule);
  let calls = 0;
  store.subscribe(() => calls++);
  const before = store.getSnapshot();
  for (let number = 0; number < 1_000; number++) store.add(event(number));
  expect([calls, steps.frames.length, store.getSnapshot() === before]).toEqual([0, 1, true]);
  steps.passFrame();
  expect([calls, store.getSnapshot().received]).toEqual([1, 1_000]);
});

test('at most 200 events of a second are kept for the list, and the snapshot says how many there were', () => {
  const steps = createSteps();
  const store = createFeedStore(steps.schedule);
  for (let number = 0; number < 1_340; number++) store.add(event(number));
  expect(store.newest(5_000)).toHaveLength(SHOWN_PER_SECOND);
  steps.passSecond();
  steps.passFrame();
  expect(store.getSnapshot()).toMatchObject({ perSecond: 1_340, shownPerSecond: SHOWN_PER_SECOND });
  store.add(event(9_999));
  expect(store.newest(1)[0]?.id).toBe('evt_9999');
});

test('the events are kept without their payloads, and only the newest of them', () => {
  const steps = createSteps();
  const store = createFeedStore(steps.schedule);
  for (let number = 0; number < KEPT_EVENTS + 10; number++) {
    store.add(event(number));
    if (number % SHOWN_PER_SECOND === SHOWN_PER_SECOND - 1) steps.passSecond();
  }
  expect(store.newest(KEPT_EVENTS + 10)).toHaveLength(KEPT_EVENTS);
  expect(store.newest(1)[0]).not.toHaveProperty('data');
});

test('the state of the connection and each gap are in the next snapshot', () => {
  const steps = createSteps();
  const store = createFeedStore(steps.schedule);
  store.setState({ status: 'waiting', delayMs: 500, reason: 'the connection ended with 1006' });
  store.noteGap();
  steps.passFrame();
  expect(store.getSnapshot()).toMatchObject({
    status: 'waiting',
    reason: 'the connection ended with 1006',
    gaps: 1,
  });
  store.setState({ status: 'live' });
  steps.passFrame();
  expect(store.getSnapshot()).toMatchObject({ status: 'live', reason: undefined });
});
