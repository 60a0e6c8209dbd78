import { createLogger, readConfigOrExit, readOutboundPolicy, runService } from '@hookline/service';
import { buildDelivery } from './app.ts';
import { readDeliveryEnv } from './env.ts';

const env = readConfigOrExit(() => readDeliveryEnv(process.env));
const logger = createLogger({ service: 'delivery', level: env.LOG_LEVEL });

await runService({
  name: 'delivery',
  host: env.HOST,
  port: env.DELIVERY_PORT,
  exitWithStdin: env.HOOKLINE_EXIT_WITH_STDIN,
  logger,
  build: () =>
    buildDelivery({
      databaseUrl: env.DATABASE_URL,
      databaseMaxConnections: env.DATABASE_MAX_CONNECTIONS,
      natsUrl: env.NATS_URL,
      natsMonitorUrl: env.NATS_MONITOR_URL,
      streams: {
        replicas: env.EVENTS_REPLICAS,
        maxAgeMs: env.EVENTS_MAX_AGE_HOURS * 3_600_000,
        maxBytes: env.EVENTS_MAX_BYTES,
        duplicateWindowMs: env.EVENTS_DUPLICATE_WINDOW_SECONDS * 1000,
      },
      internalToken: env.HOOKLINE_INTERNAL_TOKEN,
      encryptionKeys: env.HOOKLINE_ENCRYPTION_KEY.split(','),
      defaultMaxRetries: env.WEBHOOK_MAX_RETRIES,
      maxInFlight: env.DELIVERY_MAX_IN_FLIGHT,
      inFlightPerEndpoint: env.DELIVERY_IN_FLIGHT_PER_ENDPOINT,
      maxInFlightPerEndpoint: env.DELIVERY_MAX_IN_FLIGHT_PER_ENDPOINT,
      maxBufferedBytes: env.DELIVERY_MAX_BUFFERED_BYTES,
      leaseSeconds: env.DELIVERY_LEASE_SECONDS,
      maxClaims: env.DELIVERY_MAX_CLAIMS,
      maxHops: env.DELIVERY_MAX_HOPS,
      pollIntervalMs: env.DELIVERY_POLL_INTERVAL_MS,
      ledgerIntervalMs: 5_000,
      failureIntervalMs: 60_000,
      disableAfterHours: env.DELIVERY_DISABLE_AFTER_HOURS,
      announceDeadSeconds: env.DELIVERY_ANNOUNCE_DEAD_SECONDS,
      statisticsIntervalMs: 5_000,
      statisticsDays: env.DELIVERY_STATISTICS_DAYS,
      outbound: readOutboundPolicy(env),
      ownOrigins: [env.PUBLIC_URL, ...(env.HOOKLINE_ORIGINS === '' ? [] : env.HOOKLINE_ORIGINS.split(','))],
      logger,
      onFatal: (error) => {
        setImmediate(() => {
          throw error;
        });
      },
    }),
});
