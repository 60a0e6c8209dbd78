import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Secrets } from './secrets.ts';

export const serviceNames = ['gateway', 'ingest', 'scheduler', 'delivery'] as const;

export type ServiceName = (typeof serviceNames)[number];

/** The values from which the services' environment is built. `urls` has the first replica of each service. */
export interface ServiceContext {
  host: string;
  databaseUrl: string;
  natsUrl: string;
  natsMonitorUrl?: string | undefined;
  secrets: Secrets;
  urls: Record<ServiceName, string>;
  /** The directory of ingest's journal. */
  journalDir: string;
  /** Allows endpoint URLs that point to this machine, for tests and for trying out Hookline. */
  allowLoopbackEndpoints: boolean;
}

export interface ServiceDefinition {
  name: ServiceName;
  /** The environment variable from which `npm start` and the service read the service's port. */
  portVariable: string;
  /** Variables that the caller can override. */
  defaults: (context: ServiceContext) => Record<string, string>;
  /** Variables that the caller can't override. */
  settings: (context: ServiceContext) => Record<string, string>;
}

const none = () => ({});
const repository = fileURLToPath(new URL('../../../', import.meta.url));

/** The source file of a service, for node. */
export const sourceOf = (name: ServiceName): string => join(repository, 'apps', name, 'src', 'server.ts');

export const serviceDefinitions: Record<ServiceName, ServiceDefinition> = {
  gateway: {
    name: 'gateway',
    portVariable: 'GATEWAY_PORT',
    // For channels of alerts at this machine.
    defaults: ({ allowLoopbackEndpoints }) => ({
      HOOKLINE_ALLOW_LOOPBACK_ENDPOINTS: String(allowLoopbackEndpoints),
    }),
    settings: ({ secrets, urls }) => ({
      HOOKLINE_OPERATOR_KEY: secrets.operatorKey,
      INGEST_URL: urls.ingest,
      DELIVERY_URL: urls.delivery,
      SCHEDULER_URL: urls.scheduler,
    }),
  },
  ingest: {
    name: 'ingest',
    portVariable: 'INGEST_PORT',
    // Providers reach ingest at PUBLIC_URL. With a tunnel or a proxy in front, the caller sets another origin.
    defaults: ({ allowLoopbackEndpoints, urls, journalDir }) => ({
      PUBLIC_URL: urls.ingest,
      INGEST_JOURNAL_DIR: journalDir,
      // For published keys of a provider at this machine.
      HOOKLINE_ALLOW_LOOPBACK_ENDPOINTS: String(allowLoopbackEndpoints),
    }),
    settings: none,
  },
  scheduler: {
    name: 'scheduler',
    portVariable: 'SCHEDULER_PORT',
    defaults: ({ allowLoopbackEndpoints, urls }) => ({
      GATEWAY_PUBLIC_URL: urls.gateway,
      HOOKLINE_ALLOW_LOOPBACK_ENDPOINTS: String(allowLoopbackEndpoints),
    }),
    settings: ({ urls }) => ({ INGEST_URL: urls.ingest, DELIVERY_URL: urls.delivery }),
  },
  delivery: {
    name: 'delivery',
    portVariable: 'DELIVERY_PORT',
    defaults: ({ allowLoopbackEndpoints, urls }) => ({
      PUBLIC_URL: urls.ingest,
      HOOKLINE_ORIGINS: `${urls.gateway},${urls.ingest}`,
      HOOKLINE_ALLOW_LOOPBACK_ENDPOINTS: String(allowLoopbackEndpoints),
    }),
    settings: none,
  },
};

/** The whole environment of one replica: the caller's variables, except those that the stack sets. */
export function describeServiceEnvironment(
  definition: ServiceDefinition,
  port: number,
  context: ServiceContext,
  callerEnv: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  return {
    LOG_LEVEL: 'info',
    ...definition.defaults(context),
    ...callerEnv,
    DATABASE_URL: context.databaseUrl,
    NATS_URL: context.natsUrl,
    ...(context.natsMonitorUrl === undefined ? {} : { NATS_MONITOR_URL: context.natsMonitorUrl }),
    HOOKLINE_INTERNAL_TOKEN: context.secrets.internalToken,
    HOOKLINE_ENCRYPTION_KEY: context.secrets.encryptionKey,
    HOST: context.host,
    [definition.portVariable]: String(port),
    ...definition.settings(context),
  };
}
