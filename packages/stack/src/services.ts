import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Secrets } from './secrets.ts';

export const serviceNames = ['gateway', 'ingest', 'scheduler', 'delivery'] as const;

export type ServiceName = (typeof serviceNames)[number];

/** What the services' environment is made from. `urls` are of the first replica of each service. */
export interface ServiceContext {
  host: string;
  databaseUrl: string;
  natsUrl: string;
  natsMonitorUrl?: string | undefined;
  secrets: Secrets;
  urls: Record<ServiceName, string>;
  /** Where ingest may keep what NATS does not take. */
  journalDir: string;
  /** Lets endpoints be on this machine's own addresses: for trying it out and for tests. */
  allowLoopbackEndpoints: boolean;
}

export interface ServiceDefinition {
  name: ServiceName;
  /** The file that node runs. */
  entry: string;
  /** The variable that tells the service its port, and by which a user chooses it. */
  portVariable: string;
  /** Variables for which the caller's own value wins. */
  defaults: (context: ServiceContext) => Record<string, string>;
  /** Variables that are ours to set. */
  settings: (context: ServiceContext) => Record<string, string>;
}

const none = () => ({});
const repository = fileURLToPath(new URL('../../../', import.meta.url));
const entryOf = (name: ServiceName) => join(repository, 'apps', name, 'src', 'server.ts');

export const serviceDefinitions: Record<ServiceName, ServiceDefinition> = {
  gateway: {
    name: 'gateway',
    entry: entryOf('gateway'),
    portVariable: 'GATEWAY_PORT',
    defaults: none,
    settings: ({ secrets, urls }) => ({
      HOOKLINE_OPERATOR_KEY: secrets.operatorKey,
      INGEST_URL: urls.ingest,
      DELIVERY_URL: urls.delivery,
      SCHEDULER_URL: urls.scheduler,
    }),
  },
  ingest: {
    name: 'ingest',
    entry: entryOf('ingest'),
    portVariable: 'INGEST_PORT',
    // Where providers reach it; a tunnel or a proxy in front of it has another origin.
    defaults: ({ urls, journalDir }) => ({ PUBLIC_URL: urls.ingest, INGEST_JOURNAL_DIR: journalDir }),
    settings: none,
  },
  scheduler: {
    name: 'scheduler',
    entry: entryOf('scheduler'),
    portVariable: 'SCHEDULER_PORT',
    defaults: none,
    settings: none,
  },
  delivery: {
    name: 'delivery',
    entry: entryOf('delivery'),
    portVariable: 'DELIVERY_PORT',
    defaults: ({ allowLoopbackEndpoints, urls }) => ({
      PUBLIC_URL: urls.ingest,
      HOOKLINE_ORIGINS: `${urls.gateway},${urls.ingest}`,
      HOOKLINE_ALLOW_LOOPBACK_ENDPOINTS: String(allowLoopbackEndpoints),
    }),
    settings: none,
  },
};

/** The whole environment of one replica: the caller's variables pass through, save those that are ours to set. */
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
