import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type CountingReceiver,
  type System,
  sendUntil,
  startCountingReceiver,
  startTestSystem,
  waitUntilSettled,
} from '../../src/index.ts';

const secret = 'e2e-signing-secret';
let system: System;
let receiver: CountingReceiver;
let failingOnce: CountingReceiver;

beforeAll(async () => {
  system = await startTestSystem([
    { name: 'ingest', replicas: 2 },
    { name: 'delivery', replicas: 2 },
    { name: 'scheduler', replicas: 2 },
    { name: 'gateway', replicas: 2 },
  ]);
  receiver = await startCountingReceiver();
  failingOnce = await startCountingReceiver((n) => (n === 1 ? 500 : 200));
});

afterAll(async () => {
  await receiver?.close();
  await failingOnce?.close();
  await system?.stop();
});

test('with two replicas of each service, every event is delivered once, and every retry is made by one replica', async () => {
  const source = await system.call<{ url: string }>('POST', '/api/sources', {
    provider: 'github',
    secret,
    userId: 'acme',
  });
  const events = ['github.*'];
  await system.call('POST', '/api/webhooks', { name: 'fine', url: receiver.url, events, userId: 'acme' });
  await system.call('POST', '/api/webhooks', {
    name: 'fails once',
    url: failingOnce.url,
    events,
    userId: 'acme',
    retrySchedule: [1, 60],
  });

  const path = new URL(source.url).pathname;
  const urls = ['ingest', 'ingest-2'].map((name) => `${system.stack.process(name).url}${path}`);
  const load = new AbortController();
  let sent = 0;
  const sending = sendUntil(
    {
      urls,
      secret,
      concurrency: 16,
      bodyOf: (n) => {
        sent = n;
        return Buffer.from(JSON.stringify({ n, repository: { full_name: 'acme/api' } }));
      },
    },
    load.signal,
  );
  // At least this long, and on a busy machine until there are enough events.
  await sleep(4_000);
  while (sent < 300) await sleep(20);
  load.abort();
  const journal = await sending;
  const ledger = await waitUntilSettled(system, 90_000);

  expect(Object.fromEntries(journal.refused)).toEqual({});
  expect(journal.accepted.size).toBeGreaterThan(200);
  expect(ledger).toMatchObject({
    events: journal.accepted.size,
    accepted: journal.accepted.size * 2,
    delivered: journal.accepted.size * 2,
    dead: 0,
    unaccounted: 0,
  });
  expect([...receiver.counts.values()].filter((count) => count !== 1)).toEqual([]);
  expect([...failingOnce.counts.values()].filter((count) => count !== 2)).toEqual([]);
  expect(receiver.counts.size).toBe(journal.accepted.size);
  // Both replicas sent requests.
  for (const replica of ['delivery', 'delivery-2']) {
    expect(await system.metric(replica, 'hookline_attempts_total')).toBeGreaterThan(0);
  }
}, 180_000);
