import { setTimeout as sleep } from 'node:timers/promises';
import { findProgram } from '@hookline/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type CountingReceiver,
  type Ledger,
  type System,
  sendUntil,
  startCountingReceiver,
  startSystem,
  waitUntilSettled,
} from '../../src/index.ts';

const LOAD_MS = 20_000;
const VICTIMS = ['ingest', 'delivery', 'scheduler', 'gateway', 'nats', 'postgres'];
/** A kill of delivery; and of Postgres, if it is away for longer than the leases. */
const KILLS_WITH_REPEATS = 2;
/** How many messages of the stream a process of delivery holds unacknowledged. Each may be at the receiver already. */
const MAX_IN_PROGRESS = 2_000;
const secret = 'e2e-signing-secret';
let system: System;
let receiver: CountingReceiver;

beforeAll(async () => {
  // A short lease, so that another replica takes over the deliveries of a killed replica within seconds.
  system = await startSystem(
    [
      { name: 'ingest' },
      { name: 'delivery', env: { DELIVERY_LEASE_SECONDS: '8' } },
      { name: 'scheduler' },
      { name: 'gateway' },
    ],
    { programOf: findProgram },
  );
  receiver = await startCountingReceiver();
});

afterAll(async () => {
  await receiver?.close();
  await system?.stop();
});

test('every event that was answered 2xx arrives, although each service, NATS and Postgres are killed with SIGKILL under full load', async () => {
  const source = await system.call<{ url: string }>('POST', '/api/sources', {
    provider: 'github',
    secret,
    userId: 'acme',
  });
  await system.call('POST', '/api/webhooks', {
    name: 'everything',
    url: receiver.url,
    events: ['github.*'],
    userId: 'acme',
    timeoutSeconds: 3,
    retrySchedule: [1, 1, 1, 1, 1, 1, 1, 1],
  });

  const load = new AbortController();
  const filler = 'x'.repeat(1_000);
  const sending = sendUntil(
    {
      urls: [source.url],
      secret,
      concurrency: 32,
      bodyOf: (n) =>
        Buffer.from(
          JSON.stringify({ n, ref: 'refs/heads/main', repository: { full_name: 'acme/api' }, filler }),
        ),
    },
    load.signal,
  );
  const pause = LOAD_MS / (VICTIMS.length + 1);
  for (const victim of VICTIMS) {
    await sleep(pause);
    await system.stack.process(victim).kill('SIGKILL');
  }
  await sleep(pause);
  load.abort();
  const journal = await sending;
  for (const victim of VICTIMS) await system.stack.process(victim).ready();

  const ledger: Ledger = await waitUntilSettled(system, 120_000);
  const lost = [...journal.accepted].filter((id) => !receiver.counts.has(id));
  console.log(
    'accepted',
    journal.accepted.size,
    'refused',
    Object.fromEntries(journal.refused),
    'repeats',
    receiver.repeats,
    ledger,
  );

  expect(journal.accepted.size).toBeGreaterThan(500);
  expect(lost).toEqual([]);
  expect(ledger.accepted).toBe(ledger.delivered + ledger.dead + ledger.open);
  expect(ledger.dead).toBe(0);
  // An event whose sender got no answer may be stored, too, so there are at least as many events as accepted ones.
  expect(ledger.events).toBeGreaterThanOrEqual(journal.accepted.size);
  expect(ledger.unaccounted).toBe(0);
  expect(await system.metric('delivery', 'hookline_unaccounted_deliveries')).toBe(0);
  // At-least-once delivery: only requests in progress at a kill may be repeated.
  expect(receiver.repeats).toBeLessThanOrEqual(KILLS_WITH_REPEATS * MAX_IN_PROGRESS);
}, 240_000);
