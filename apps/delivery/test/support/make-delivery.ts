import { createEventTypeMatcher } from '@hookline/contracts';
import { createHopCounts } from '@hookline/service';
import { generateSecret } from '@hookline/signing';
import type { CatalogEndpoint } from '../../src/endpoints/catalog/endpoint-catalog.ts';
import type { DueDelivery } from '../../src/pipeline/delivery/due-delivery.ts';
import compactJson from '../../src/pipeline/sending/compact-json.ts';

export const HOP_COUNTS = createHopCounts([Buffer.alloc(32).toString('base64')]);

export const COMPACTOR = { compact: compactJson };

/** Makes an endpoint of the catalog with the default settings. */
export const makeEndpoint = (overrides: Partial<CatalogEndpoint> = {}): CatalogEndpoint => ({
  id: 'ep_01JZZZZZZZZZZZZZZZZZZZZZZZ',
  tenantId: 't',
  name: 'test',
  url: new URL('https://hooks.hookline.dev/'),
  events: createEventTypeMatcher(['*']),
  active: true,
  holdsWhenOff: false,
  deleted: false,
  headers: {},
  policy: { maxRetries: 3, retryDelaySeconds: 60, schedule: undefined },
  timeoutMs: 30_000,
  method: 'POST',
  filter: undefined,
  transformation: undefined,
  batching: undefined,
  ordering: undefined,
  rateLimit: undefined,
  auth: undefined,
  signing: { algorithm: 'hmac', plainHeaders: true },
  format: 'event',
  hooklineHeaders: true,
  body: 'verbatim',
  deadlineMs: undefined,
  resumedAtMs: undefined,
  version: 7,
  secrets: [{ secret: generateSecret(), expiresAtMs: undefined }],
  signingKeys: [],
  ...overrides,
});

/** Makes a delivery that has just been claimed. */
export const makeDelivery = (overrides: Partial<DueDelivery> = {}): DueDelivery => ({
  eventId: 'evt_01JZZZZZZZZZZZZZZZZZZZZZZZ',
  endpointId: 'ep_01JZZZZZZZZZZZZZZZZZZZZZZZ',
  tenantId: 't',
  eventType: 'a.b',
  eventTime: '2026-01-01T00:00:00.000Z',
  receivedAt: '2026-01-01T00:00:00.000Z',
  payload: Buffer.from('{}'),
  attempts: 0,
  attemptsBefore: 0,
  trigger: 'schedule',
  leaseId: 'lease',
  leaseUntilMs: performance.now() + 60_000,
  ...overrides,
});
