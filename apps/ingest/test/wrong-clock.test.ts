import { timeOfId } from '@hookline/contracts';
import { createLogger } from '@hookline/service';
import { collectLogLines, until } from '@hookline/testkit';
import { afterEach, expect, test, vi } from 'vitest';
import { createHarness, pathOf } from './harness.ts';

const DAY_MS = 86_400_000;

afterEach(() => {
  vi.useRealTimers();
});

test.each([40, -40])('events get the database’s time if the replica’s clock is %s days off', async (days) => {
  const lines = collectLogLines();
  const { startReplica, readEvents } = await createHarness();
  const logger = createLogger({ service: 'ingest', level: 'info', destination: lines.destination });
  const replica = await startReplica({}, logger);
  const source = await replica.createSource({ provider: 'bearer', secret: 'a-token' }, 'acme');
  const readiness = async () => await (await fetch(`${replica.url}/readyz`)).text();
  await until(async () => (await fetch(`${replica.url}/readyz`)).ok);
  const rightMs = Date.now();
  vi.useFakeTimers({ toFake: ['Date'], now: rightMs + days * DAY_MS });

  const webhook = { headers: { authorization: 'Bearer a-token' }, body: Buffer.from('{"type":"a"}') };
  expect((await replica.deliver(pathOf(source), webhook)).status).toBe(200);
  const published = await replica.call('POST', '/api/events', {
    as: 'acme',
    body: { type: 'a.b', data: 1 },
  });
  expect(published.status).toBe(202);
  expect(await readiness()).toContain('the clock of this machine is');
  vi.useRealTimers();
  expect(await readiness()).not.toContain('the clock of this machine is');
  expect((await replica.deliver(pathOf(source), webhook)).status).toBe(200);

  const events = (await readEvents()).map(({ attributes }) => attributes);
  expect(events).toHaveLength(3);
  for (const { id, receivedat, time } of events) {
    for (const atMs of [timeOfId(id) as number, Date.parse(receivedat), Date.parse(time)]) {
      expect(Math.abs(atMs - rightMs)).toBeLessThan(60_000);
    }
  }
  const said = lines.of('clock.wrong');
  expect(said.map(({ problem }) => problem)).toEqual([
    expect.stringContaining(`${days > 0 ? 'ahead of' : 'behind'} the database's`),
  ]);
});
