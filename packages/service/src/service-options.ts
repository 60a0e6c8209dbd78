import type { StreamOptions } from '@hookline/bus';
import type { Static, TObject } from 'typebox';
import type { COMMON_ENV, NATS_ENV } from './read-env.ts';
import type { TracingOptions } from './tracing/tracing.ts';

/** The options that every service has. An app's own options extend them. */
export interface ServiceOptions {
  /** Address to listen on. */
  host: string;
  /** Port to listen on; 0: any free one. */
  port: number;
  logLevel: string;
  /** Ends the service when stdin ends: the parent that held it open is gone. */
  exitWithStdin: boolean;
  /** Of the role that owns nothing and bypasses nothing. */
  databaseUrl: string;
  databaseMaxConnections: number;
  /** Shared by the services: a caller that has it can act for any tenant. */
  internalToken: string;
  /** Undefined: no traces. */
  tracing?: TracingOptions | undefined;
}

/** The options of a service that uses NATS. */
export interface NatsOptions {
  /** One address or several, separated by commas. */
  natsUrl: string;
  /** To find out whether NATS syncs each event to disk before it acknowledges. */
  natsMonitorUrl: string | undefined;
  streams: StreamOptions;
}

export function toServiceOptions(env: Static<TObject<typeof COMMON_ENV>>, port: number): ServiceOptions {
  return {
    host: env.HOST,
    port,
    logLevel: env.LOG_LEVEL,
    exitWithStdin: env.HOOKLINE_EXIT_WITH_STDIN,
    databaseUrl: env.DATABASE_URL,
    databaseMaxConnections: env.DATABASE_MAX_CONNECTIONS,
    internalToken: env.HOOKLINE_INTERNAL_TOKEN,
    tracing:
      env.OTEL_EXPORTER_OTLP_ENDPOINT === undefined
        ? undefined
        : {
            endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
            sampler: env.OTEL_TRACES_SAMPLER,
            samplerRatio: env.OTEL_TRACES_SAMPLER_ARG,
          },
  };
}

export function toNatsOptions(env: Static<TObject<typeof NATS_ENV>>): NatsOptions {
  return {
    natsUrl: env.NATS_URL,
    natsMonitorUrl: env.NATS_MONITOR_URL,
    streams: {
      replicas: env.EVENTS_REPLICAS,
      maxAgeMs: env.EVENTS_MAX_AGE_HOURS * 3_600_000,
      maxBytes: env.EVENTS_MAX_BYTES,
      duplicateWindowMs: env.EVENTS_DUPLICATE_WINDOW_SECONDS * 1_000,
    },
  };
}
