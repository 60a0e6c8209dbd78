import { expect, onTestFinished, test } from 'vitest';
import { createSchemaThreads, type SchemaThreadsOptions } from './schema-threads.ts';

function start(options: SchemaThreadsOptions = {}) {
  const threads = createSchemaThreads(options);
  onTestFinished(() => threads.close());
  return threads;
}
const task = (schema: object, data: unknown) => ({
  schema: JSON.stringify(schema),
  data: Buffer.from(JSON.stringify(data)),
});
const QUICK = task({ type: 'object', required: ['id'] }, { id: 1 });
/** 3·10⁹ comparisons. */
const SLOW = task(
  { uniqueItems: true },
  Array.from({ length: 80_000 }, (_, index) => index),
);

test('data is checked against its schema, and an unusable schema is reported', async () => {
  const threads = start();
  expect(await threads.run('a', QUICK)).toEqual({ kind: 'fits' });
  expect(await threads.run('a', task({ type: 'object', required: ['id'] }, {}))).toEqual({
    kind: 'misfits',
    problems: [{ at: '', problem: expect.stringContaining('id') }],
  });
  expect(await threads.run('a', task({ $ref: '#/nothing' }, {}))).toEqual({
    kind: 'unusable',
    problem: expect.stringContaining('#/nothing'),
  });
});

test('a check that takes too long is ended, and the checks of other tenants are answered during it and after it', async () => {
  const threads = start({ timeoutMs: 1_500, threads: 2 });
  await Promise.all([threads.run('warm', QUICK), threads.run('up', QUICK)]);
  const order: string[] = [];
  const note = (name: string) => (outcome: { kind: string }) => order.push(`${name} ${outcome.kind}`);
  await Promise.all([
    threads.run('slow', SLOW).then(note('slow')),
    threads.run('slow', QUICK).then(note('own')),
    threads.run('other', QUICK).then(note('other')),
  ]);
  expect(order).toEqual(['own fits', 'other fits', 'slow too_slow']);
  // From now on all slow schemas share one thread, and all other schemas use the other thread.
  const both = [threads.run('slow', SLOW), threads.run('slow', SLOW)];
  expect(await Promise.race([threads.run('other', QUICK), ...both])).toEqual({ kind: 'fits' });
  expect(await Promise.all(both)).toEqual([{ kind: 'too_slow' }, { kind: 'too_slow' }]);
});

test('a tenant whose schema was too slow is answered within 30 s, although no other tenant has used a thread', async () => {
  const threads = start({ timeoutMs: 300, threads: 2 });
  expect(await threads.run('slow', SLOW)).toEqual({ kind: 'too_slow' });
  expect(await threads.run('slow', QUICK)).toEqual({ kind: 'fits' });
}, 30_000);

test('data that ends its thread has an outcome, and so has every queued check', async () => {
  const threads = start({ threads: 2 });
  const notJson = { schema: '{}', data: Buffer.from('{') };
  expect(await threads.run('a', notJson)).toEqual({ kind: 'too_slow' });
  const many = Array.from({ length: 80 }, () => threads.run('a', QUICK));
  const kinds = (await Promise.all(many)).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'fits')).toHaveLength(50);
  expect(kinds.filter((kind) => kind === 'busy')).toHaveLength(30);
});

test('checks that are queued or running at the close end with the outcome "busy"', async () => {
  const threads = start();
  const waiting = [threads.run('a', SLOW), threads.run('a', QUICK), threads.run('b', SLOW)];
  await threads.close();
  expect(new Set((await Promise.all(waiting)).map(({ kind }) => kind))).toEqual(new Set(['busy']));
  expect(await threads.run('a', QUICK)).toEqual({ kind: 'busy' });
});
