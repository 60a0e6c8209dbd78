import { setImmediate } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { createBodyCompactor } from './body-compactor.ts';

const compactor = createBodyCompactor();
afterAll(() => compactor.close());

const spaced = (members: number) =>
  Buffer.from(`{ ${Array.from({ length: members }, (_, n) => `"k${n}" : ${n}`).join(' , ')} }`);

test('a small body is made compact at once and a large one in a thread, with the same result', async () => {
  const small = compactor.compact(spaced(2));
  expect(String(small)).toBe('{"k0":0,"k1":1}');
  const large = compactor.compact(spaced(60_000));
  expect(large).toBeInstanceOf(Promise);
  expect(String(await large)).toBe(JSON.stringify(JSON.parse(String(spaced(60_000)))));
});

test('the event loop goes on while a large body is made compact', async () => {
  await compactor.compact(spaced(60_000));
  let isDone = false;
  const compacted = Promise.resolve(compactor.compact(spaced(60_000))).then(() => {
    isDone = true;
  });
  await setImmediate();
  expect(isDone).toBe(false);
  await compacted;
});
