import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type CountingReceiver,
  type EmulatedProviders,
  fuzzApi,
  type System,
  startCountingReceiver,
  startEmulatedProviders,
  startTestSystem,
  waitUntilFannedOut,
} from '../src/index.ts';

let system: System;
let receiver: CountingReceiver;
let providers: EmulatedProviders;

beforeAll(async () => {
  receiver = await startCountingReceiver();
  providers = await startEmulatedProviders();
  system = await startTestSystem([
    { name: 'ingest' },
    { name: 'delivery' },
    { name: 'scheduler' },
    { name: 'gateway' },
  ]);
});

afterAll(async () => {
  await system?.stop();
  await providers?.close();
  await receiver?.close();
});

test('for any input, every API call conforms to the OpenAPI document and shows no internals, and no tenant sees or changes data of another', async () => {
  const report = await fuzzApi({
    url: system.stack.urls.gateway,
    operatorKey: system.stack.secrets.operatorKey,
    receiverUrl: receiver.url,
    providers,
    rounds: 4,
    // A fixed seed sends the same requests each time. `npm run fuzz:api` uses other seeds.
    seed: 20_261_130,
  });
  expect(report.problems).toEqual([]);
  expect(report.operations).toBeGreaterThan(50);
  expect(report.statuses['200']).toBeGreaterThan(100);

  // Every event that was answered 202 exists: delivery has stored it. Its deliveries may still have retries.
  const ledger = await waitUntilFannedOut(system, 60_000);
  expect(ledger).toMatchObject({ malformed: 0, unaccounted: 0 });
  expect(report.accepted.length).toBeGreaterThan(5);
  for (const id of new Set(report.accepted)) {
    const event = await system
      .call<{ id: string }>('GET', `/api/webhook-events/${id}`)
      .catch((error) => error);
    // An event that a later request has deleted is answered 404.
    if (event instanceof Error) expect(event.message).toContain('was answered 404');
    else expect(event.id).toBe(id);
  }
});
