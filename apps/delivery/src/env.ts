import { ENDPOINT_DEFAULTS } from '@hookline/contracts';
import {
  COMMON_ENV,
  ENCRYPTION_ENV,
  findEncryptionKeyProblems,
  MAX_HOPS,
  NATS_ENV,
  OUTBOUND_ENV,
  portSetting,
  readEnv,
  readOutboundPolicy,
  toEncryptionKeys,
  toNatsOptions,
  toServiceOptions,
} from '@hookline/service';
import Type from 'typebox';
import type { DeliveryOptions } from './options.ts';

export const DeliveryEnv = Type.Object({
  ...COMMON_ENV,
  ...NATS_ENV,
  ...ENCRYPTION_ENV,
  ...OUTBOUND_ENV,
  DELIVERY_PORT: portSetting(3002),
  // The same value as for ingest. No endpoint may lead back to this installation.
  PUBLIC_URL: Type.String({
    pattern: '^https?://[^/?#]+/?$',
    default: 'http://localhost:3001',
    description: 'origin that providers reach, such as https://hooks.example.com',
  }),
  HOOKLINE_ORIGINS: Type.String({
    pattern: '^(https?://[^/?#,\\s]+/?(,https?://[^/?#,\\s]+/?)*)?$',
    default: '',
    description: 'origins separated by commas, such as https://gateway.example.com',
  }),
  // Retries after the first attempt, for endpoints that are created without `maxRetries`.
  WEBHOOK_MAX_RETRIES: Type.Integer({ minimum: 0, maximum: 10, default: ENDPOINT_DEFAULTS.maxRetries }),
  // The most requests in flight to all endpoints, in this process. Each holds a socket and its payload.
  DELIVERY_MAX_IN_FLIGHT: Type.Integer({ minimum: 1, maximum: 10_000, default: 500 }),
  // The most requests in flight to one endpoint: at first, and if its receiver answers fast and shows no sign of
  // overload.
  DELIVERY_IN_FLIGHT_PER_ENDPOINT: Type.Integer({ minimum: 1, maximum: 1_000, default: 10 }),
  DELIVERY_MAX_IN_FLIGHT_PER_ENDPOINT: Type.Integer({ minimum: 1, maximum: 1_000, default: 100 }),
  // The most bytes of payloads that wait in memory for their lanes. Other deliveries wait in Postgres.
  DELIVERY_MAX_BUFFERED_BYTES: Type.Integer({ minimum: 1_048_576, default: 134_217_728 }),
  // Longest delay after a crash when no other replica is running (otherwise about 10 s). A request is aborted 4 s
  // before the end of its lease, even if the endpoint's own timeout (at most 30 s) is longer.
  DELIVERY_LEASE_SECONDS: Type.Integer({ minimum: 8, maximum: 3_600, default: 60 }),
  // A delivery gives up when it was claimed this many times without an outcome, because the process ended each time.
  // From the third claim on such deliveries are tried one at a time.
  DELIVERY_MAX_CLAIMS: Type.Integer({ minimum: 3, maximum: 100, default: 5 }),
  // How many times content is sent that a receiver posts back to Hookline. After that the delivery gives up.
  DELIVERY_MAX_HOPS: Type.Integer({ minimum: 1, maximum: MAX_HOPS, default: 5 }),
  // How often due deliveries are claimed from Postgres. New events do not wait for it.
  DELIVERY_POLL_INTERVAL_MS: Type.Integer({ minimum: 20, maximum: 60_000, default: 250 }),
  // How often the failures of endpoints are written to Postgres, for alerts and for DELIVERY_DISABLE_AFTER_HOURS.
  DELIVERY_FAILURE_INTERVAL_SECONDS: Type.Integer({ minimum: 1, maximum: 3_600, default: 60 }),
  // An endpoint that has only failures for this many hours is switched off, and its tenant is told. 0: never.
  DELIVERY_DISABLE_AFTER_HOURS: Type.Integer({ minimum: 0, maximum: 8_760, default: 120 }),
  // At most one dead letter of an endpoint is announced to its tenant in this many seconds. 0: none.
  DELIVERY_ANNOUNCE_DEAD_SECONDS: Type.Integer({ minimum: 0, maximum: 86_400, default: 3_600 }),
  // Deliveries to an endpoint that is switched off for so many days are discarded once they are as old, and its tenant is
  // told. 0: never; they keep their days from being dropped.
  DELIVERY_HOLD_DAYS: Type.Integer({ minimum: 0, maximum: 3_650, default: 30 }),
  // How long hourly statistics are kept, for /api/webhooks/statistics and /stats.
  DELIVERY_STATISTICS_DAYS: Type.Integer({ minimum: 1, maximum: 3_650, default: 90 }),
});

const LEDGER_INTERVAL_MS = 5_000;
const STATISTICS_INTERVAL_MS = 5_000;
const HELD_INTERVAL_MS = 300_000;
const DAY_MS = 86_400_000;

/** @throws ConfigurationError with every problem */
export function readDeliveryEnv(source: Record<string, string | undefined>): DeliveryOptions {
  const env = readEnv(DeliveryEnv, source, () =>
    findEncryptionKeyProblems(source['HOOKLINE_ENCRYPTION_KEY']),
  );
  return {
    ...toServiceOptions(env, env.DELIVERY_PORT),
    ...toNatsOptions(env),
    encryptionKeys: toEncryptionKeys(env.HOOKLINE_ENCRYPTION_KEY),
    defaultMaxRetries: env.WEBHOOK_MAX_RETRIES,
    maxInFlight: env.DELIVERY_MAX_IN_FLIGHT,
    inFlightPerEndpoint: env.DELIVERY_IN_FLIGHT_PER_ENDPOINT,
    maxInFlightPerEndpoint: env.DELIVERY_MAX_IN_FLIGHT_PER_ENDPOINT,
    maxBufferedBytes: env.DELIVERY_MAX_BUFFERED_BYTES,
    leaseSeconds: env.DELIVERY_LEASE_SECONDS,
    maxClaims: env.DELIVERY_MAX_CLAIMS,
    maxHops: env.DELIVERY_MAX_HOPS,
    pollIntervalMs: env.DELIVERY_POLL_INTERVAL_MS,
    ledgerIntervalMs: LEDGER_INTERVAL_MS,
    failureIntervalMs: env.DELIVERY_FAILURE_INTERVAL_SECONDS * 1_000,
    disableAfterHours: env.DELIVERY_DISABLE_AFTER_HOURS,
    announceDeadSeconds: env.DELIVERY_ANNOUNCE_DEAD_SECONDS,
    holdMs: env.DELIVERY_HOLD_DAYS * DAY_MS,
    heldIntervalMs: HELD_INTERVAL_MS,
    statisticsIntervalMs: STATISTICS_INTERVAL_MS,
    statisticsDays: env.DELIVERY_STATISTICS_DAYS,
    outbound: readOutboundPolicy(env),
    ownOrigins: [env.PUBLIC_URL, ...(env.HOOKLINE_ORIGINS === '' ? [] : env.HOOKLINE_ORIGINS.split(','))],
  };
}
