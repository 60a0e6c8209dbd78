import { createSandbox } from '@hookline/sandbox';
import { generateSecret } from '@hookline/signing';
import { expect, test } from 'vitest';
import type { CatalogEndpoint } from '../catalog/endpoint-catalog.ts';
import type { DueDelivery } from '../lanes/due-delivery.ts';
import { createTransformer } from '../transformations/create-transformer.ts';
import { attemptDelivery } from './attempt-delivery.ts';
import type { OutgoingRequest, SendResult } from './send-request.ts';

const endpoint: CatalogEndpoint = {
  id: 'ep_01JZZZZZZZZZZZZZZZZZZZZZZZ',
  tenantId: 't',
  name: 'test',
  url: new URL('https://hooks.hookline.dev/'),
  events: ['*'],
  active: true,
  deleted: false,
  headers: {},
  policy: { maxRetries: 3, retryDelaySeconds: 60, schedule: undefined },
  timeoutMs: 30_000,
  method: 'POST' as const,
  filter: undefined,
  transformation: undefined,
  batching: undefined,
  ordering: undefined,
  rateLimit: undefined,
  auth: undefined,
  signing: { algorithm: 'hmac' as const, seedHeaders: true },
  deadlineMs: undefined,
  version: 7,
  secrets: [{ secret: generateSecret(), expiresAtMs: undefined }],
};

const delivery = (overrides: Partial<DueDelivery> = {}): DueDelivery => ({
  eventId: 'evt_01JZZZZZZZZZZZZZZZZZZZZZZZ',
  endpointId: endpoint.id,
  tenantId: 't',
  eventType: 'a.b',
  eventTime: '2026-01-01T00:00:00.000Z',
  receivedAt: '2026-01-01T00:00:00.000Z',
  payload: Buffer.from('{}'),
  attempts: 2,
  attemptsBefore: 2,
  trigger: 'schedule',
  leaseId: 'lease',
  leaseUntilMs: Date.now() + 60_000,
  ...overrides,
});

const answered: SendResult = {
  startedAtMs: 0,
  durationMs: 5,
  firstByteMs: 4,
  status: 200,
  headers: {},
  body: Buffer.alloc(0),
  failure: undefined,
};

async function attempt(given: DueDelivery, known: CatalogEndpoint | undefined, leaseMs = 60_000) {
  const requests: OutgoingRequest[] = [];
  const sender = {
    send: (request: OutgoingRequest) => {
      requests.push(request);
      return Promise.resolve(answered);
    },
    close: () => Promise.resolve(),
  };
  const transformer = createTransformer(createSandbox());
  const context = { sender, transformer, userAgent: 'test', leaseMs, getEndpoint: () => known };
  return { outcome: await attemptDelivery(context, given), requests };
}

test('a delivery whose lease is too short for an attempt is put back at once, and nothing is sent', async () => {
  const { outcome, requests } = await attempt(delivery({ leaseUntilMs: Date.now() + 31_000 }), endpoint);
  expect(requests).toEqual([]);
  expect(outcome).toMatchObject({ status: 'pending', delayMs: 0, leaseId: 'lease', attempt: undefined });
});

test('what has failed before and is put back goes on as a retry', async () => {
  const { outcome } = await attempt(delivery({ attemptsBefore: 0, leaseUntilMs: 0 }), endpoint);
  expect(outcome.status).toBe('retrying');
});

test('a request ends before the lease does, with time to write down what came of it', async () => {
  const given = delivery({ leaseUntilMs: Date.now() + 8_000 });
  expect((await attempt(given, endpoint, 8_000)).requests[0]?.timeoutMs).toBe(4_000);
});

test('nothing is sent to an endpoint that is switched off, whoever asks, or was deleted', async () => {
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

test('an outcome tells which version of the endpoint it was sent to', async () => {
  const { outcome } = await attempt(delivery(), endpoint);
  expect(outcome).toMatchObject({ status: 'success', endpointVersion: 7, attempt: { number: 3 } });
});
