import { expect, test } from 'vitest';
import { createHealth } from './health.ts';

test('one failed check makes a service unready, and says why', async () => {
  const health = createHealth();
  health.addCheck('postgres', () => {});
  expect(await health.readiness()).toEqual({ ready: true, checks: { postgres: { ok: true } } });
  health.addCheck('nats', () => Promise.reject(new Error('not connected')));
  expect(await health.readiness()).toMatchObject({
    ready: false,
    checks: { nats: { ok: false, problem: 'not connected' } },
  });
});

test('information is shown and does not decide', async () => {
  const health = createHealth();
  health.addInformation('delivery', () => Promise.reject(new Error('does not answer')));
  expect(await health.readiness()).toMatchObject({ ready: true, checks: { delivery: { ok: false } } });
});

test('a check that does not answer has failed', async () => {
  const health = createHealth(10);
  health.addCheck('slow', () => new Promise(() => {}));
  expect(await health.readiness()).toMatchObject({
    ready: false,
    checks: { slow: { problem: 'no answer in 10 ms' } },
  });
});

test('a draining service is not ready', async () => {
  const health = createHealth();
  health.startDraining();
  expect(health.draining).toBe(true);
  expect((await health.readiness()).ready).toBe(false);
});
