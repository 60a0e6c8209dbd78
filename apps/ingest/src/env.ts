import { createSecretBox } from '@hookline/db';
import { listProviders } from '@hookline/providers';
import {
  COMMON_ENV,
  ConfigurationError,
  ENCRYPTION_ENV,
  NATS_ENV,
  OUTBOUND_ENV,
  portSetting,
  readEnv,
  readOutboundPolicy,
} from '@hookline/service';
import Type from 'typebox';
import type { IngestConfig } from './app.ts';
import type { EnvironmentSecrets, ProviderSecrets } from './inbound/provider-secrets.ts';
import { checkAllowedIp } from './sources/allowed-addresses.ts';

export const IngestEnv = Type.Object({
  ...COMMON_ENV,
  ...NATS_ENV,
  ...ENCRYPTION_ENV,
  ...OUTBOUND_ENV,
  INGEST_PORT: portSetting(3001),
  // Wrong, and the addresses that sources are told to give to their providers lead nowhere.
  PUBLIC_URL: Type.String({
    pattern: '^https?://[^/?#]+/?$',
    default: 'http://localhost:3001',
    description: 'origin that providers reach, such as https://hooks.example.com',
  }),
  DEFAULT_TENANT: Type.String({ minLength: 1, maxLength: 200, default: 'default' }),
  // GitHub's limit, the largest of all providers.
  MAX_BODY_BYTES: Type.Integer({ minimum: 1_024, maximum: 67_108_864, default: 26_214_400 }),
  MAX_IN_FLIGHT_BYTES: Type.Integer({
    minimum: 1_048_576,
    default: 268_435_456,
    description: 'bytes of bodies in memory at once; beyond it requests get 503',
  }),
  INGEST_MAX_CONNECTIONS: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    default: 10_000,
    description: 'connections at once; what comes on top is closed unheard',
  }),
  // Longer than the provider waits (Slack 3 s, GitHub 10 s) gains nothing; shorter gives up during an election of NATS.
  PUBLISH_DEADLINE_MS: Type.Integer({ minimum: 100, maximum: 60_000, default: 8_000 }),
  INGEST_JOURNAL_DIR: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'where events wait on disk while NATS is away; without it their senders get 503',
    }),
  ),
  INGEST_JOURNAL_MAX_BYTES: Type.Integer({ minimum: 1_048_576, default: 1_073_741_824 }),
  // Milliseconds, as the systems that Hookline replaces have it.
  WEBHOOK_DEDUP_TTL: Type.Integer({
    minimum: 0,
    maximum: 2_592_000_000,
    default: 60_000,
    description:
      'milliseconds in which an equal body is a repeat, of providers that retry and send no id; 0: equal bodies are never repeats',
  }),
  REJECTIONS_PER_MINUTE: Type.Integer({
    minimum: 0,
    maximum: 10_000,
    default: 60,
    description: 'refused requests that are kept a minute for one source',
  }),
  REJECTIONS_PER_SOURCE: Type.Integer({ minimum: 1, maximum: 100_000, default: 100 }),
  INGEST_RATE_LIMIT_PER_ADDRESS: Type.Integer({ minimum: 0, default: 1_000 }),
  // A provider that is told 429 may not send again: who wants less than there is load for has to say so.
  INGEST_RATE_LIMIT_PER_SOURCE: Type.Integer({ minimum: 0, default: 0 }),
  INGEST_RATE_LIMIT_WINDOW_SECONDS: Type.Integer({ minimum: 1, maximum: 86_400, default: 900 }),
  TRUSTED_PROXIES: Type.String({
    default: 'loopback',
    description:
      'addresses, networks, or loopback, linklocal, uniquelocal; separated by commas; none for nobody',
  }),
});

/** The variables by which providers' secrets can be set for everyone, as the providers' definitions name them. */
export const PROVIDER_SECRET_VARIABLES: readonly string[] = listProviders().flatMap(({ environment }) => [
  ...environment.secrets,
  ...(environment.verifyTokens ?? []),
]);

export interface IngestSettings {
  host: string;
  port: number;
  logLevel: string;
  exitWithStdin: boolean;
  ingest: IngestConfig;
}

type Variables = Record<string, string | undefined>;

/** @throws ConfigurationError that names every problem */
export function readIngestEnv(source: Variables): IngestSettings {
  const problems: string[] = [];
  const env = collect(problems, () => readEnv(IngestEnv, source));
  const encryptionKeys = readEncryptionKeys(source['HOOKLINE_ENCRYPTION_KEY'], problems);
  const environmentSecrets = readProviderSecrets(source, problems);
  const trustedProxies = env ? readTrustedProxies(env.TRUSTED_PROXIES, problems) : [];
  if (!env || problems.length > 0) throw new ConfigurationError(problems);
  return {
    host: env.HOST,
    port: env.INGEST_PORT,
    logLevel: env.LOG_LEVEL,
    exitWithStdin: env.HOOKLINE_EXIT_WITH_STDIN,
    ingest: {
      databaseUrl: env.DATABASE_URL,
      databaseMaxConnections: env.DATABASE_MAX_CONNECTIONS,
      natsUrl: env.NATS_URL,
      natsMonitorUrl: env.NATS_MONITOR_URL,
      streams: {
        replicas: env.EVENTS_REPLICAS,
        maxAgeMs: env.EVENTS_MAX_AGE_HOURS * 3_600_000,
        maxBytes: env.EVENTS_MAX_BYTES,
        duplicateWindowMs: env.EVENTS_DUPLICATE_WINDOW_SECONDS * 1_000,
      },
      internalToken: env.HOOKLINE_INTERNAL_TOKEN,
      encryptionKeys,
      publicUrl: env.PUBLIC_URL.replace(/\/$/, ''),
      defaultTenant: env.DEFAULT_TENANT,
      maxBodyBytes: env.MAX_BODY_BYTES,
      maxInFlightBytes: env.MAX_IN_FLIGHT_BYTES,
      maxConnections: env.INGEST_MAX_CONNECTIONS,
      publishDeadlineMs: env.PUBLISH_DEADLINE_MS,
      journal:
        env.INGEST_JOURNAL_DIR === undefined
          ? undefined
          : { directory: env.INGEST_JOURNAL_DIR, maxBytes: env.INGEST_JOURNAL_MAX_BYTES },
      environmentSecrets,
      outbound: readOutboundPolicy(env),
      repeatWindowMs: env.WEBHOOK_DEDUP_TTL,
      rejectionsPerMinute: env.REJECTIONS_PER_MINUTE,
      rejectionsPerSource: env.REJECTIONS_PER_SOURCE,
      limits: {
        perAddress: env.INGEST_RATE_LIMIT_PER_ADDRESS,
        perSource: env.INGEST_RATE_LIMIT_PER_SOURCE,
        windowMs: env.INGEST_RATE_LIMIT_WINDOW_SECONDS * 1_000,
      },
      trustedProxies,
    },
  };
}

function collect<T>(problems: string[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

/** @param text the variable; that it is missing is the schema's to say */
function readEncryptionKeys(text: string | undefined, problems: string[]): string[] {
  if (!text) return [];
  const keys = text.split(',').map((key) => key.trim());
  try {
    createSecretBox(keys);
  } catch (error) {
    problems.push(`HOOKLINE_ENCRYPTION_KEY: ${(error as Error).message}`);
  }
  return keys;
}

const PROXY_NAMES = new Set(['loopback', 'linklocal', 'uniquelocal']);

function readTrustedProxies(text: string, problems: string[]): string[] {
  if (text === 'none') return [];
  const entries = text.split(',').map((entry) => entry.trim());
  for (const entry of entries) {
    const problem = PROXY_NAMES.has(entry) ? undefined : checkAllowedIp(entry);
    if (problem !== undefined) problems.push(`TRUSTED_PROXIES: ${problem}`);
  }
  return entries;
}

/** Several variables of one provider count together. A secret that could never verify anything is a problem. */
function readProviderSecrets(source: Variables, problems: string[]): EnvironmentSecrets {
  const byProvider = new Map<string, ProviderSecrets>();
  const valuesOf = (names: readonly string[]) => names.map((name) => source[name] ?? '').filter(Boolean);
  for (const { id, environment, checkSecret } of listProviders()) {
    for (const name of environment.secrets) {
      const problem = source[name] ? checkSecret(source[name]) : undefined;
      if (problem !== undefined) problems.push(`${name} cannot be used: ${problem}`);
    }
    const secrets = valuesOf(environment.secrets);
    const verifyTokens = valuesOf(environment.verifyTokens ?? []);
    if (secrets.length > 0 || verifyTokens.length > 0) byProvider.set(id, { secrets, verifyTokens });
  }
  return byProvider;
}
