import { listConnectables } from '@hookline/providers';
import {
  COMMON_ENV,
  ENCRYPTION_ENV,
  findEncryptionKeyProblems,
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
import {
  findEnvironmentAppProblems,
  parseOrigins,
  readEnvironmentApps,
} from './accounts/environment-apps.ts';
import type { SchedulerOptions } from './options.ts';
import type { PushSourceSettings } from './pushes/app-push-sources.ts';

const upstream = (service: string, port: number) =>
  Type.String({
    pattern: '^https?://[^/?#]+/?$',
    default: `http://127.0.0.1:${port}`,
    description: `origin of the internal API of ${service}`,
  });

export const SchedulerEnv = Type.Object({
  ...COMMON_ENV,
  ...NATS_ENV,
  ...ENCRYPTION_ENV,
  ...OUTBOUND_ENV,
  SCHEDULER_PORT: portSetting(3003),
  // The events, deliveries and attempts of a day are dropped together, so many days after its end. The first number is
  // for a day whose deliveries all arrived, the second for a day that holds a dead letter.
  RETENTION_COMPLETED_DAYS: Type.Integer({
    minimum: 1,
    maximum: 3650,
    default: 1,
    description: 'days for which events are kept, from 1 to 3650',
  }),
  RETENTION_FAILED_DAYS: Type.Integer({
    minimum: 1,
    maximum: 3650,
    default: 7,
    description: 'days for which dead letters are kept, from 1 to 3650',
  }),
  RETENTION_AUDIT_DAYS: Type.Integer({
    minimum: 1,
    maximum: 3650,
    default: 90,
    description: 'days for which the audit is kept, from 1 to 3650',
  }),
  // For GitHub Enterprise, and for trying out Hookline with emulated providers.
  HOOKLINE_PROVIDER_ORIGINS: Type.String({
    default: '{}',
    description: 'a JSON object of addresses to call in place of the origins of providers',
  }),
  // Part of the redirect address that is registered at each provider. Spotify accepts loopback only as an IP address.
  GATEWAY_PUBLIC_URL: Type.String({
    pattern: '^https?://[^/?#]+/?$',
    default: 'http://127.0.0.1:3000',
    description: 'origin at which browsers reach the gateway, such as https://hookline.example.com',
  }),
  INGEST_URL: upstream('ingest', 3001),
  DELIVERY_URL: upstream('delivery', 3002),
  WEBHOOK_REGISTRATION: Type.Enum(['on', 'off'], {
    default: 'on',
    description: 'on or off: whether webhooks are registered at the providers of connected accounts',
  }),
  // A webhook that is on its way would be fetched from the provider's log as well, for nothing.
  RECONCILIATION_SETTLE_SECONDS: Type.Integer({ minimum: 1, maximum: 86_400, default: 120 }),
});

/** The providers' definitions name the variables by which the sources of applications' pushes are set up. */
function readPushSources(
  source: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, PushSourceSettings> {
  const settings = new Map<string, PushSourceSettings>();
  for (const { id, pushes } of listConnectables()) {
    const { secret: secretName, options: names = {} } = pushes?.environment ?? {};
    const secret = (secretName && source[secretName]) || undefined;
    const options = Object.entries(names).flatMap(([name, variable]) => {
      const value = source[variable];
      return value ? [[name, value] as const] : [];
    });
    const isComplete = options.length === Object.keys(names).length;
    if (secret !== undefined || (options.length > 0 && isComplete))
      settings.set(id, { secret, ...(options.length > 0 && { options: Object.fromEntries(options) }) });
  }
  return settings;
}

/** @throws ConfigurationError with every problem */
export function readSchedulerEnv(source: Record<string, string | undefined>): SchedulerOptions {
  const env = readEnv(SchedulerEnv, source, () => [
    ...findEncryptionKeyProblems(source['HOOKLINE_ENCRYPTION_KEY']),
    ...findEnvironmentAppProblems(source),
    ...findOriginProblems(source['HOOKLINE_PROVIDER_ORIGINS']),
  ]);
  return {
    ...toServiceOptions(env, env.SCHEDULER_PORT),
    ...toNatsOptions(env),
    encryptionKeys: toEncryptionKeys(env.HOOKLINE_ENCRYPTION_KEY),
    outbound: readOutboundPolicy(env),
    environmentAppSecrets: readEnvironmentApps(source, parseOrigins(env.HOOKLINE_PROVIDER_ORIGINS)),
    gatewayPublicUrl: env.GATEWAY_PUBLIC_URL.replace(/\/$/, ''),
    upstreams: {
      ingest: env.INGEST_URL.replace(/\/$/, ''),
      delivery: env.DELIVERY_URL.replace(/\/$/, ''),
    },
    webhookRegistration: env.WEBHOOK_REGISTRATION === 'on',
    pushSources: readPushSources(source),
    reconciliationSettleSeconds: env.RECONCILIATION_SETTLE_SECONDS,
    retention: {
      completedDays: env.RETENTION_COMPLETED_DAYS,
      failedDays: env.RETENTION_FAILED_DAYS,
      auditDays: env.RETENTION_AUDIT_DAYS,
    },
  };
}

function findOriginProblems(text: string | undefined): string[] {
  if (!text) return [];
  try {
    parseOrigins(text);
    return [];
  } catch (error) {
    return [`HOOKLINE_PROVIDER_ORIGINS: ${(error as Error).message}`];
  }
}
