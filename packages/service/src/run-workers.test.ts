import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { runWorkers } from './run-workers.ts';
import { untilAborted } from './until-aborted.ts';
import type { Worker } from './worker.ts';

const noFailure = (error: Error) => {
  throw error;
};

test('stopping aborts the signals in the order of the list, and waits for the work in hand of each worker', async () => {
  const events: string[] = [];
  let finish = () => {};
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const workers: Worker[] = ['first', 'second'].map((name) => ({
    name,
    async run(signal) {
      events.push(`${name} runs`);
      await untilAborted(signal);
      events.push(`${name} stops`);
      await finished;
      events.push(`${name} has finished`);
    },
  }));
  const running = runWorkers(workers, noFailure);
  expect(events).toEqual(['first runs', 'second runs']);
  let hasStopped = false;
  const stopped = running.stop().then(() => {
    hasStopped = true;
  });
  await nextTurn();
  expect(events.slice(2)).toEqual(['first stops', 'second stops']);
  expect(hasStopped).toBe(false);
  finish();
  await stopped;
  expect(events.slice(4)).toEqual(['first has finished', 'second has finished']);
});

test('a worker that fails is reported by its name, and the others go on until they are stopped', async () => {
  const failures: Error[] = [];
  const cause = new Error('no such table');
  let hasFinished = false;
  const running = runWorkers(
    [
      { name: 'auditor', run: () => Promise.reject(cause) },
      {
        name: 'claimer',
        async run(signal) {
          await untilAborted(signal);
          hasFinished = true;
        },
      },
    ],
    (error) => failures.push(error),
  );
  await nextTurn();
  expect(failures).toMatchObject([{ message: 'the worker "auditor" failed: no such table', cause }]);
  expect(hasFinished).toBe(false);
  await running.stop();
  expect(hasFinished).toBe(true);
});

test('a worker that ends before it is stopped has failed', async () => {
  const failures: string[] = [];
  runWorkers([{ name: 'auditor', run: async () => {} }], (error) => failures.push(error.message));
  await nextTurn();
  expect(failures).toEqual(['the worker "auditor" failed: it ended before it was stopped']);
});
