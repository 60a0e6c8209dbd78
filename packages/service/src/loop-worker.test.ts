import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { createLoopWorker, type LoopWorkerOptions } from './loop-worker.ts';
import { runWorkers } from './run-workers.ts';
import { createWaker } from './waker.ts';

const LONG_MS = 60_000;

/** A loop at work; it is stopped when the test ends. */
function start(work: LoopWorkerOptions['work'], options: Partial<LoopWorkerOptions> = {}) {
  const errors: unknown[] = [];
  const worker = createLoopWorker({
    name: 'test',
    work,
    onError: (error) => errors.push(error),
    pauseAfterErrorMs: LONG_MS,
    ...options,
  });
  const { stop } = runWorkers([worker], (error) => errors.push(error));
  onTestFinished(stop);
  return { loop: { wake: worker.wake, stop }, errors };
}

/** Counts rounds; `reached` resolves when the round of that number begins. */
function countRounds() {
  let rounds = 0;
  const waiting: { round: number; resolve: () => void }[] = [];
  return {
    next() {
      rounds++;
      for (const { round, resolve } of waiting) if (round <= rounds) resolve();
    },
    reached: (round: number) =>
      round <= rounds ? Promise.resolve() : new Promise<void>((resolve) => waiting.push({ round, resolve })),
    get count() {
      return rounds;
    },
  };
}

test('a pause ends when it is woken', async () => {
  const rounds = countRounds();
  const { loop } = start(async () => {
    rounds.next();
    return LONG_MS;
  });
  await rounds.reached(1);
  await sleep(1);
  loop.wake();
  await rounds.reached(2);
});

test('being woken while a round is under way is not forgotten', async () => {
  const rounds = countRounds();
  let finish = () => {};
  const { loop } = start(async () => {
    rounds.next();
    if (rounds.count === 1) await new Promise<void>((resolve) => (finish = resolve));
    return LONG_MS;
  });
  await rounds.reached(1);
  loop.wake();
  finish();
  await rounds.reached(2);
});

test('without a pause the next round follows at once', async () => {
  const rounds = countRounds();
  start(async () => {
    rounds.next();
    return rounds.count < 3 ? 0 : LONG_MS;
  });
  await rounds.reached(3);
});

test('the error of a round is reported, and the next round follows after a pause', async () => {
  const rounds = countRounds();
  const failure = new Error('no');
  const { loop, errors } = start(
    async () => {
      rounds.next();
      throw failure;
    },
    { pauseAfterErrorMs: 1 },
  );
  await rounds.reached(2);
  await loop.stop();
  expect(errors[0]).toBe(failure);
});

test('stopping waits for the round under way, and for no pause', async () => {
  let finish = () => {};
  let ended = false;
  const { loop } = start(async (signal) => {
    await new Promise<void>((resolve) => (finish = resolve));
    ended = signal.aborted;
    return LONG_MS;
  });
  await sleep(1);
  const stopped = loop.stop();
  finish();
  await stopped;
  expect(ended).toBe(true);
});

test('a rest as long as the round took is not ended by being woken, but by stopping', async () => {
  const rounds = countRounds();
  const began: number[] = [];
  const { loop } = start(
    async () => {
      began.push(performance.now());
      rounds.next();
      await sleep(30);
      loop.wake();
      return LONG_MS;
    },
    { restsAsLongAsItWorked: true },
  );
  await rounds.reached(2);
  expect((began[1] as number) - (began[0] as number)).toBeGreaterThanOrEqual(55);
});

test('the first round waits for the first pause, and a call of the waker ends that pause', async () => {
  const rounds = countRounds();
  const waker = createWaker();
  start(
    async () => {
      rounds.next();
      return LONG_MS;
    },
    { waker, firstPauseMs: LONG_MS },
  );
  await sleep(5);
  expect(rounds.count).toBe(0);
  waker.wake();
  await rounds.reached(1);
});
