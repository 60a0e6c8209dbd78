import { timeOfId } from '@hookline/contracts';
import { EMULATED_CLIENTS } from '@hookline/emulators';
import { until } from '@hookline/testkit';
import { afterEach, expect, test, vi } from 'vitest';
import { openEvents } from './read-events.ts';
import { startScheduler } from './support/start-scheduler.ts';

const DAY_MS = 86_400_000;

afterEach(() => {
  vi.useRealTimers();
});

test.each([40, -40])('events get the database’s time if the replica’s clock is %s days off', async (days) => {
  const scene = await startScheduler();
  await scene.addApp('spotify', EMULATED_CLIENTS.spotify);
  const { accessToken } = scene.emulators.spotify.issueToken({
    clientId: EMULATED_CLIENTS.spotify,
    account: 'listener-ada',
    scopes: ['user-read-recently-played'],
  });
  const readEvents = await openEvents(scene.nats.url);
  const rightMs = Date.now();
  vi.useFakeTimers({ toFake: ['Date'], now: rightMs + days * DAY_MS });

  const body = { provider: 'spotify', accessToken };
  expect((await scene.call('POST', '/api/connections', { body })).status).toBe(201);
  const [event] = await until(async () => {
    const events = await readEvents('acme');
    return events.length > 0 && events;
  });
  const ready = await scene.service.app.inject('/readyz');
  expect(ready.body).toContain('the clock of this machine is');
  const { id = '', receivedat = '' } = event?.attributes ?? {};
  for (const atMs of [timeOfId(id) as number, Date.parse(receivedat)])
    expect(Math.abs(atMs - rightMs)).toBeLessThan(60_000);
});
