import { expect, test } from 'vitest';
import { createFailureGate } from './failure-gate.ts';

/** A look-up that ends when it is told to. */
function startLookUp() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const state = { begun: false, resolve, reject, lookUp: () => promise };
  state.lookUp = () => {
    state.begun = true;
    return promise;
  };
  return state;
}

test('so many look-ups run at the same time, so many wait for their turn, and further ones are not made', async () => {
  const gate = createFailureGate({ maxRunning: 1, maxWaiting: 1 });
  const [first, second, third] = [startLookUp(), startLookUp(), startLookUp()];
  const answers = [first, second, third].map(({ lookUp }) => gate.run(lookUp));
  expect(await answers[2]).toBe(undefined);
  expect([first.begun, second.begun, third.begun]).toEqual([true, false, false]);
  first.resolve('a');
  expect(await answers[0]).toEqual({ found: 'a' });
  second.resolve('b');
  expect(await answers[1]).toEqual({ found: 'b' });
  expect([second.begun, third.begun]).toEqual([true, false]);
});

test('a look-up that fails makes room for the next one', async () => {
  const gate = createFailureGate({ maxRunning: 1, maxWaiting: 1 });
  const [first, second] = [startLookUp(), startLookUp()];
  const [failed, answered] = [gate.run(first.lookUp), gate.run(second.lookUp)];
  first.reject(new Error('no'));
  await expect(failed).rejects.toThrow('no');
  second.resolve('b');
  expect(await answered).toEqual({ found: 'b' });
  expect(await gate.run(async () => 'c')).toEqual({ found: 'c' });
});
