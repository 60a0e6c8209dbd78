import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type CountingReceiver,
  type System,
  sendAtRate,
  startCountingReceiver,
  startTestSystem,
  waitUntilSettled,
} from '../../src/index.ts';

const OUTAGE_MS = Number(process.env['OUTAGE_SECONDS'] ?? 12) * 1_000;
const RATE_PER_SECOND = Number(process.env['OUTAGE_RATE'] ?? 100);
/** GitHub waits this long for an answer, and does not retry. */
const GITHUB_DEADLINE_MS = 10_000;
const secret = 'e2e-signing-secret';
let system: System;
let receiver: CountingReceiver;

beforeAll(async () => {
  system = await startTestSystem([
    { name: 'ingest' },
    { name: 'delivery' },
    { name: 'scheduler' },
    { name: 'gateway' },
  ]);
  receiver = await startCountingReceiver();
});

afterAll(async () => {
  await receiver?.close();
  await system?.stop();
});

test('while NATS is down, every webhook is answered 2xx in time, and is delivered once afterwards', async () => {
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
  });
  const filler = 'x'.repeat(1_000);
  const sending = sendAtRate({
    urls: [source.url],
    secret,
    ratePerSecond: RATE_PER_SECOND,
    durationMs: OUTAGE_MS + 4_000,
    bodyOf: (n) => Buffer.from(JSON.stringify({ n, repository: { full_name: 'acme/api' }, filler })),
  });
  await sleep(2_000);
  const nats = system.stack.process('nats');
  await nats.stop();
  await sleep(OUTAGE_MS - 500);
  expect(await system.metric('ingest', 'hookline_ingest_journal_events')).toBeGreaterThan(0);
  await sleep(500);
  await nats.restart();
  const journal = await sending;
  const sent = Math.floor((RATE_PER_SECOND * (OUTAGE_MS + 4_000)) / 1_000);

  const ledger = await waitUntilSettled(system, 120_000);
  console.log(
    'sent',
    sent,
    'slowest',
    Math.round(journal.slowestMs),
    'ms',
    'repeats',
    receiver.repeats,
    ledger,
  );
  expect(Object.fromEntries(journal.refused)).toEqual({});
  expect(journal.accepted.size).toBe(sent);
  expect(journal.slowestMs).toBeLessThan(GITHUB_DEADLINE_MS);
  expect(await system.metric('ingest', 'hookline_ingest_journal_events')).toBe(0);
  expect([...journal.accepted].filter((id) => !receiver.counts.has(id))).toEqual([]);
  expect(receiver.repeats).toBe(0);
  expect(ledger).toMatchObject({ events: sent, accepted: sent, delivered: sent, dead: 0, unaccounted: 0 });
}, 240_000);
