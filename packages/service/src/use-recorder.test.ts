import { expect, test } from 'vitest';
import { createLogger } from './logger.ts';
import { createUseRecorder } from './use-recorder.ts';

function start() {
  const state = { now: 0, written: [] as (readonly string[])[] };
  const recorder = createUseRecorder({
    what: 'when keys were last used',
    write: async (ids) => void state.written.push(ids),
    logger: createLogger({ service: 'gateway', level: 'silent' }),
    now: () => state.now,
    gatherMs: 5,
  });
  return { state, recorder };
}

test('a thousand uses of two keys are one write with both', async () => {
  const { state, recorder } = start();
  for (let count = 0; count < 500; count++) {
    recorder.note('key_a');
    recorder.note('key_b');
  }
  await recorder.close();
  expect(state.written).toEqual([['key_a', 'key_b']]);
});

test('a key in constant use is written once a minute', async () => {
  const { state, recorder } = start();
  for (; state.now < 180_000; state.now += 1_000) recorder.note('key_a');
  await recorder.close();
  expect(state.written.flat()).toEqual(['key_a', 'key_a', 'key_a']);
});
