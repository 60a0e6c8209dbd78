import { until } from '@hookline/testkit';
import { expect, test } from 'vitest';
import { ensureKeptValues } from '../src/index.ts';
import { startTestBus } from './support/start-test-bus.ts';

test('values are kept by key until they are removed, also over a restart of the server', async () => {
  const { bus, nats } = await startTestBus();
  const options = { bucket: 'kept', maxAgeMs: 60_000, replicas: 1 };
  const values = await ensureKeptValues(bus, options);
  expect(await values.list(10)).toEqual([]);
  expect(await values.get('con_1.access')).toBeUndefined();
  await values.put('con_1.access', Buffer.from('one'));
  await values.put('con_2.access', Buffer.from('two'));
  await values.put('con_1.access', Buffer.from('newer'));
  await nats.restart();
  await until(() => bus.connected);
  expect(Buffer.from((await values.get('con_1.access')) ?? []).toString()).toBe('newer');
  expect((await values.list(10)).map(({ key }) => key).sort()).toEqual(['con_1.access', 'con_2.access']);
  expect(await values.list(1)).toHaveLength(1);
  await values.remove('con_1.access');
  expect(await values.get('con_1.access')).toBeUndefined();
  expect((await values.list(10)).map(({ key }) => key)).toEqual(['con_2.access']);
  // A second call finds the bucket as it is.
  expect(await (await ensureKeptValues(bus, options)).list(10)).toHaveLength(1);
});

test('without the server a value is not stored, and the caller learns that soon', async () => {
  const { bus, nats } = await startTestBus();
  const values = await ensureKeptValues(bus, { bucket: 'away', maxAgeMs: 60_000, replicas: 1 });
  await nats.kill();
  await expect(values.put('a', Buffer.from('b'))).rejects.toMatchObject({ code: 'not_stored' });
  await expect(values.get('a')).rejects.toMatchObject({ code: 'read_incomplete' });
  await nats.restart();
});
