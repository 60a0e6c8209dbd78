import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type CountingReceiver,
  fuzzApi,
  type System,
  startCountingReceiver,
  startSystem,
  waitUntilFannedOut,
} from '../src/index.ts';

let system: System;
let receiver: CountingReceiver;

beforeAll(async () => {
  receiver = await startCountingReceiver();
  system = await startSystem([
    { name: 'ingest' },
    { name: 'delivery' },
    { name: 'scheduler' },
    { name: 'gateway' },
  ]);
});

afterAll(async () => {
  await system?.stop();
  await receiver?.close();
});

test('every call answers as the OpenAPI document says, whatever it is given, shows no internals, and no tenant sees or changes another', async () => {
  const report = await fuzzApi({
    url: system.stack.urls.gateway,
    operatorKey: system.stack.secrets.operatorKey,
    receiverUrl: receiver.url,
    rounds: 6,
    // The same requests each time; `npm run fuzz:api` has others.
    seed: 20_261_130,
  });
  expect(report.problems).toEqual([]);
  expect(report.operations).toBeGreaterThan(50);
  expect(report.statuses['200']).toBeGreaterThan(100);

  // What was answered 202 is there: read by delivery, stored, shown. Deliveries may wait for retries long after.
  const ledger = await waitUntilFannedOut(system, 60_000);
  expect(ledger).toMatchObject({ malformed: 0, unaccounted: 0 });
  expect(report.accepted.length).toBeGreaterThan(5);
  for (const id of new Set(report.accepted)) {
    const event = await system
      .call<{ id: string }>('GET', `/api/webhook-events/${id}`)
      .catch((error) => error);
    // One that a later request has deleted is gone, and says so.
    if (event instanceof Error) expect(event.message).toContain('was answered 404');
    else expect(event.id).toBe(id);
  }
});
