import { ENDPOINT_DEFAULTS } from '@hookline/contracts';
import {
  COMMON_ENV,
  ENCRYPTION_ENV,
  MAX_HOPS,
  NATS_ENV,
  OUTBOUND_ENV,
  portSetting,
  readEnv,
} from '@hookline/service';
import Type from 'typebox';

const Env = Type.Object({
  ...COMMON_ENV,
  ...NATS_ENV,
  ...ENCRYPTION_ENV,
  ...OUTBOUND_ENV,
  DELIVERY_PORT: portSetting(3002),
  // As ingest has it. No endpoint may lead back to where this installation takes events in.
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
  // Requests to endpoints under way at once in this process. Each holds a socket and its payload.
  DELIVERY_MAX_IN_FLIGHT: Type.Integer({ minimum: 1, maximum: 10_000, default: 500 }),
  // To one endpoint, to begin with. A receiver that is fast and never strained comes to the second number.
  DELIVERY_IN_FLIGHT_PER_ENDPOINT: Type.Integer({ minimum: 1, maximum: 1_000, default: 10 }),
  DELIVERY_MAX_IN_FLIGHT_PER_ENDPOINT: Type.Integer({ minimum: 1, maximum: 1_000, default: 100 }),
  // Payloads waiting in memory for their lane; what does not fit waits in Postgres.
  DELIVERY_MAX_BUFFERED_BYTES: Type.Integer({ minimum: 1_048_576, default: 134_217_728 }),
  // How long a replica may hold a delivery before another takes it over, and so how late a delivery is after a
  // crash. Requests are cut off 4 s before its end, whatever an endpoint's own timeout (at most 30 s) is.
  DELIVERY_LEASE_SECONDS: Type.Integer({ minimum: 8, maximum: 3_600, default: 60 }),
  // A delivery that was taken up so often without an outcome, because the process ended each time, is given up. From
  // the third time on such deliveries are tried one at a time.
  DELIVERY_MAX_CLAIMS: Type.Integer({ minimum: 3, maximum: 100, default: 5 }),
  // What a receiver posts back here is sent out so often; what comes back once more is a dead letter.
  DELIVERY_MAX_HOPS: Type.Integer({ minimum: 1, maximum: MAX_HOPS, default: 5 }),
  // Waiting for a claim of due retries; new events do not wait for it.
  DELIVERY_POLL_INTERVAL_MS: Type.Integer({ minimum: 20, maximum: 60_000, default: 250 }),
  // An endpoint that has given nothing but failures for so long is switched off, and its tenant told. 0: never.
  DELIVERY_DISABLE_AFTER_HOURS: Type.Integer({ minimum: 0, maximum: 8_760, default: 120 }),
  // Of the dead letters of an endpoint its tenant is told of one in so many seconds. 0: of none.
  DELIVERY_ANNOUNCE_DEAD_SECONDS: Type.Integer({ minimum: 0, maximum: 86_400, default: 3_600 }),
  // How long what /api/webhooks/statistics and /stats tell is kept, by the hour.
  DELIVERY_STATISTICS_DAYS: Type.Integer({ minimum: 1, maximum: 3_650, default: 90 }),
});

/** Settings of delivery, from the environment. @throws ConfigurationError with every problem */
export function readDeliveryEnv(source: Record<string, string | undefined>) {
  return readEnv(Env, source);
}
