import { createSandbox } from '@hookline/sandbox';
import { describe, expect, test } from 'vitest';
import { COMPACTOR, HOP_COUNTS, makeDelivery, makeEndpoint } from '../../../test/support/make-delivery.ts';
import type { CatalogEndpoint } from '../../endpoints/catalog/endpoint-catalog.ts';
import type { DueDelivery } from '../delivery/due-delivery.ts';
import type { Outcome } from '../delivery/outcome.ts';
import type { Settled } from '../delivery/settled.ts';
import { shipmentOf } from '../delivery/shipment.ts';
import { createTransformer } from '../transformations/create-transformer.ts';
import { attemptShipment, decideOutcome, requeueShipment } from './attempt-delivery.ts';
import type { OutgoingRequest, SendResult } from './send-request.ts';

const endpoint = makeEndpoint();
const delivery = (overrides: Partial<DueDelivery> = {}) =>
  makeDelivery({ attempts: 2, attemptsBefore: 2, ...overrides });

const answered: SendResult = {
  startedAtMs: 0,
  durationMs: 5,
  firstByteMs: 4,
  connection: undefined,
  status: 200,
  headers: {},
  body: Buffer.alloc(0),
  responseEnd: 'complete',
  failure: undefined,
};

const neverBroken = (error: unknown) => {
  throw error;
};

async function attempt(given: DueDelivery, known: CatalogEndpoint | undefined, leaseMs = 60_000) {
  const requests: OutgoingRequest[] = [];
  const sender = {
    send: (_endpoint: unknown, request: OutgoingRequest) => {
      requests.push(request);
      return Promise.resolve(answered);
    },
  };
  const transformer = createTransformer(createSandbox());
  const context = {
    sender,
    transformer,
    openRequestSecret: (_tenant: string, sealed: string) => sealed,
    userAgent: 'test',
    hopCounts: HOP_COUNTS,
    compactor: COMPACTOR,
    maxHops: 5,
    leaseMs,
    holdsLease: () => true,
    databaseNowMs: Date.now,
    getEndpoint: () => known,
    onDefect: neverBroken,
  };
  const [settled] = await attemptShipment(context, shipmentOf([given]));
  return { outcome: settled?.outcome as Outcome, requests };
}

test('a delivery whose lease is too short for an attempt is requeued at once, and nothing is sent', async () => {
  const { outcome, requests } = await attempt(
    delivery({ leaseUntilMs: performance.now() + 31_000 }),
    endpoint,
  );
  expect(requests).toEqual([]);
  expect(outcome).toMatchObject({ status: 'pending', delayMs: 0, leaseId: 'lease', attempt: undefined });
});

test('a requeued delivery that has failed before keeps the status "retrying"', async () => {
  const { outcome } = await attempt(
    delivery({ attemptsBefore: 0, leaseUntilMs: Number.NEGATIVE_INFINITY }),
    endpoint,
  );
  expect(outcome.status).toBe('retrying');
});

test('a request ends before its lease, with time to record its outcome', async () => {
  const given = delivery({ leaseUntilMs: performance.now() + 8_000 });
  expect((await attempt(given, endpoint, 8_000)).requests[0]?.timeoutMs).toBe(4_000);
});

describe('a batch whose transformations take long', () => {
  const batching = { maxEvents: 500, windowSeconds: 1 };
  const slow = makeEndpoint({
    batching,
    timeoutMs: 30_000,
    transformation: {
      code: 'function handler() { const until = Date.now() + 50; while (Date.now() < until); }',
    },
  });
  const many = (leaseUntilMs: number): [DueDelivery, ...DueDelivery[]] => [
    delivery({ leaseUntilMs }),
    ...Array.from({ length: 49 }, (_, n) =>
      delivery({ leaseUntilMs, eventId: `evt_01JZZZZZZZZZZZZZZZZZZZZZ${String(n).padStart(2, '0')}` }),
    ),
  ];

  /** @returns when requests were sent, and what became of the batch */
  async function attemptMany(leaseLeftMs: number) {
    const sentAtMs: number[] = [];
    const sender = {
      send: () => {
        sentAtMs.push(performance.now());
        return Promise.resolve(answered);
      },
    };
    const transformer = createTransformer(createSandbox());
    // The shortest lease: an attempt, and what it takes to write it down, leave two seconds of it.
    const context = {
      sender,
      transformer,
      openRequestSecret: (_tenant: string, sealed: string) => sealed,
      userAgent: 'test',
      hopCounts: HOP_COUNTS,
      compactor: COMPACTOR,
      maxHops: 5,
      leaseMs: 8_000,
      holdsLease: () => true,
      databaseNowMs: Date.now,
      getEndpoint: () => slow,
      onDefect: neverBroken,
    };
    // A thread takes its time to start.
    await attemptShipment(context, shipmentOf([delivery()]));
    sentAtMs.splice(0);
    const leaseUntilMs = performance.now() + leaseLeftMs;
    const settled = await attemptShipment(context, shipmentOf(many(leaseUntilMs)));
    const sent = settled.filter(({ outcome }) => outcome.status === 'success').length;
    return { settled, sent, sentAtMs, leaseUntilMs };
  }

  test('the deliveries transformed within the lease are sent; the others go with another claim', async () => {
    const { settled, sent, sentAtMs, leaseUntilMs } = await attemptMany(8_000);
    expect(sentAtMs).toHaveLength(1);
    expect(sentAtMs[0]).toBeLessThanOrEqual(leaseUntilMs - 6_000);
    expect(settled).toHaveLength(50);
    expect(sent).toBeGreaterThan(0);
    const unsent = settled.filter(({ outcome }) => outcome.status === 'pending');
    expect(unsent).toHaveLength(50 - sent);
    for (const { outcome } of unsent) expect(outcome.attempt).toBeUndefined();
  });

  test('at least one delivery is sent, however late the batch begins', async () => {
    expect((await attemptMany(6_900)).sent).toBe(1);
  });
});

describe('the open deliveries of a batch are due at one moment, which no other batch has', () => {
  const taking = makeEndpoint({ batching: { maxEvents: 3, windowSeconds: 1 } });
  const batch = (more: Partial<DueDelivery> = {}) =>
    shipmentOf([delivery(more), delivery({ ...more, eventId: 'evt_01JZZZZZZZZZZZZZZZZZZZZZZ0' })]);
  /** Of two batches. */
  const expectApart = (batches: readonly (readonly Settled[])[], fromMs: number) => {
    const delays = batches.map((settled) => {
      const [delayMs, ...others] = new Set(settled.map(({ outcome }) => outcome.delayMs));
      expect(others).toEqual([]);
      expect(delayMs).toBeGreaterThanOrEqual(fromMs);
      expect(delayMs).toBeLessThanOrEqual(fromMs + 100);
      return delayMs;
    });
    expect(new Set(delays).size).toBe(2);
  };

  test.each([
    ['the receiver asks for the same time', 7_200_000, {}],
    ['they are not sent', 0, { active: false }],
  ])('when %s', async (_when, fromMs, more) => {
    const busy: SendResult = {
      ...answered,
      status: 503,
      headers: { 'retry-after': '7200' },
      failure: { code: 'http_error', message: 'busy' },
    };
    const context = {
      sender: { send: () => Promise.resolve(busy) },
      transformer: createTransformer(createSandbox()),
      openRequestSecret: (_tenant: string, sealed: string) => sealed,
      userAgent: 'test',
      hopCounts: HOP_COUNTS,
      compactor: COMPACTOR,
      maxHops: 5,
      leaseMs: 60_000,
      holdsLease: () => true,
      databaseNowMs: Date.now,
      getEndpoint: () => ({ ...taking, ...more }),
      onDefect: neverBroken,
    };
    expectApart([await attemptShipment(context, batch()), await attemptShipment(context, batch())], fromMs);
  });

  test('when their lane requeues them', () => {
    expectApart([requeueShipment(taking, batch()), requeueShipment(taking, batch())], 0);
  });

  test('without batches, a requeued delivery is due at once', () => {
    const [settled] = requeueShipment(endpoint, shipmentOf([delivery()]));
    expect(settled?.outcome.delayMs).toBe(0);
  });
});

test('nothing is sent to an endpoint that is switched off or deleted, whatever the trigger', async () => {
  const off = await attempt(delivery({ trigger: 'operator' }), { ...endpoint, active: false });
  expect(off.outcome.status).toBe('pending');
  for (const known of [undefined, { ...endpoint, deleted: true }]) {
    const deleted = await attempt(delivery(), known);
    expect(deleted.outcome).toMatchObject({
      status: 'failed',
      errorCode: 'endpoint_deleted',
      attempt: undefined,
    });
    expect(deleted.requests).toEqual([]);
  }
  expect(off.requests).toEqual([]);
});

test('an outcome has the version of the endpoint that its request went to', async () => {
  const { outcome } = await attempt(delivery(), endpoint);
  expect(outcome).toMatchObject({ status: 'success', endpointVersion: 7, attempt: { number: 3 } });
});

describe('a deadline', () => {
  const failing: SendResult = { ...answered, status: 500, failure: { code: 'http_error', message: 'no' } };
  const at = Date.parse('2026-01-01T00:10:00Z');
  const decide = (deadlineMs: number | undefined, more: Partial<DueDelivery> = {}) =>
    decideOutcome(
      { ...endpoint, deadlineMs },
      delivery({ receivedAt: '2026-01-01T00:00:00Z', ...more }),
      // Stamped by a wall clock that is an hour ahead.
      { ...failing, startedAtMs: at + 3_600_000 },
      0.5,
      at,
    );

  test('a deadline counts from the receipt: no attempt is planned after it, and the last attempt keeps its own reason', () => {
    // The next is due 60 s after 00:10.
    expect(decide(661_000)).toMatchObject({ status: 'retrying', delayMs: 60_000, errorCode: 'http_error' });
    expect(decide(659_000)).toMatchObject({
      status: 'failed',
      delayMs: undefined,
      errorCode: 'deadline_exceeded',
      errorMessage: expect.stringContaining('Last: no'),
      attempt: { outcome: 'failed', errorCode: 'http_error', errorMessage: 'no' },
    });
    expect(decide(undefined).status).toBe('retrying');
  });

  test('a deadline counts from the last manual retry, if there was one', () => {
    expect(decide(120_000).status).toBe('failed');
    expect(decide(120_000, { retriedAt: '2026-01-01T00:09:30Z' }).status).toBe('retrying');
    expect(decide(60_000, { retriedAt: '2026-01-01T00:09:30Z' }).status).toBe('failed');
  });

  test('a deadline does not undo a success', () => {
    const outcome = decideOutcome({ ...endpoint, deadlineMs: 1 }, delivery(), answered, 0.5, at);
    expect(outcome.status).toBe('success');
  });

  test('after a deadline that passed before the first attempt nothing is sent', async () => {
    const receivedAt = new Date(Date.now() - 61_000).toISOString();
    const late = await attempt(delivery({ receivedAt }), { ...endpoint, deadlineMs: 60_000 });
    expect(late.requests).toEqual([]);
    expect(late.outcome).toMatchObject({
      status: 'failed',
      errorCode: 'deadline_exceeded',
      attempt: undefined,
    });
    const retriedAt = new Date(Date.now() - 1_000).toISOString();
    const again = await attempt(delivery({ receivedAt, retriedAt }), { ...endpoint, deadlineMs: 60_000 });
    expect(again.requests).toHaveLength(1);
  });
});
