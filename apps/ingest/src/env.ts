import { listProviders } from '@hookline/providers';
import {
  COMMON_ENV,
  ENCRYPTION_ENV,
  findEncryptionKeyProblems,
  findTrustedProxyProblems,
  NATS_ENV,
  OUTBOUND_ENV,
  portSetting,
  readEnv,
  readOutboundPolicy,
  TRUSTED_PROXIES_ENV,
  toEncryptionKeys,
  toNatsOptions,
  toServiceOptions,
  toTrustedProxies,
} from '@hookline/service';
import Type from 'typebox';
import type { EnvironmentSecrets, ProviderSecrets } from './inbound/provider-secrets.ts';
import type { IngestOptions } from './options.ts';

export const IngestEnv = Type.Object({
  ...COMMON_ENV,
  ...NATS_ENV,
  ...ENCRYPTION_ENV,
  ...OUTBOUND_ENV,
  INGEST_PORT: portSetting(3001),
  // Part of the address of each source, which its owner gives to the provider. Must be reachable for providers.
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
    description: 'bytes of all bodies in memory at once; a request beyond it gets 503',
  }),
  INGEST_MAX_CONNECTIONS: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    default: 10_000,
    description: 'connections at once; a connection beyond it is closed at once',
  }),
  // Longer than the provider waits (Slack 3 s, GitHub 10 s) gains nothing; shorter gives up during an election of NATS.
  PUBLISH_DEADLINE_MS: Type.Integer({ minimum: 100, maximum: 60_000, default: 8_000 }),
  INGEST_JOURNAL_DIR: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'directory in which events wait while NATS is away; without it their senders get 503',
    }),
  ),
  INGEST_JOURNAL_MAX_BYTES: Type.Integer({ minimum: 1_048_576, default: 1_073_741_824 }),
  // Milliseconds, as the systems that Hookline replaces have it.
  WEBHOOK_DEDUP_TTL: Type.Integer({
    minimum: 0,
    maximum: 2_592_000_000,
    default: 60_000,
    description:
      'milliseconds in which an equal body is a repeat, for providers that retry and send no id; 0: an equal body is never a repeat',
  }),
  REJECTIONS_PER_MINUTE: Type.Integer({
    minimum: 0,
    maximum: 10_000,
    default: 60,
    description: 'refused requests that are kept in a minute for one source',
  }),
  REJECTIONS_PER_SOURCE: Type.Integer({ minimum: 1, maximum: 100_000, default: 100 }),
  INGEST_RATE_LIMIT_PER_ADDRESS: Type.Integer({ minimum: 0, default: 1_000 }),
  // A provider that gets 429 may not send again, so there is no limit unless the operator sets one.
  INGEST_RATE_LIMIT_PER_SOURCE: Type.Integer({ minimum: 0, default: 0 }),
  INGEST_RATE_LIMIT_WINDOW_SECONDS: Type.Integer({ minimum: 1, maximum: 86_400, default: 900 }),
  ...TRUSTED_PROXIES_ENV,
});

/** The variables by which providers' secrets can be set for everyone, as the providers' definitions name them. */
export const PROVIDER_SECRET_VARIABLES: readonly string[] = listProviders().flatMap(({ environment }) => [
  ...environment.secrets,
  ...(environment.verifyTokens ?? []),
]);

type Variables = Record<string, string | undefined>;

/** @throws ConfigurationError with every problem */
export function readIngestEnv(source: Variables): IngestOptions {
  const env = readEnv(IngestEnv, source, () => [
    ...findEncryptionKeyProblems(source['HOOKLINE_ENCRYPTION_KEY']),
    ...findProviderSecretProblems(source),
    ...findTrustedProxyProblems(source['TRUSTED_PROXIES']),
  ]);
  return {
    ...toServiceOptions(env, env.INGEST_PORT),
    ...toNatsOptions(env),
    encryptionKeys: toEncryptionKeys(env.HOOKLINE_ENCRYPTION_KEY),
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
    environmentSecrets: readProviderSecrets(source),
    outbound: readOutboundPolicy(env),
    repeatWindowMs: env.WEBHOOK_DEDUP_TTL,
    rejectionsPerMinute: env.REJECTIONS_PER_MINUTE,
    rejectionsPerSource: env.REJECTIONS_PER_SOURCE,
    limits: {
      perAddress: env.INGEST_RATE_LIMIT_PER_ADDRESS,
      perSource: env.INGEST_RATE_LIMIT_PER_SOURCE,
      windowMs: env.INGEST_RATE_LIMIT_WINDOW_SECONDS * 1_000,
    },
    trustedProxies: toTrustedProxies(env.TRUSTED_PROXIES),
  };
}

/** A secret that could never verify a request is a problem. */
function findProviderSecretProblems(source: Variables): string[] {
  return listProviders().flatMap(({ environment, checkSecret }) =>
    environment.secrets.flatMap((name) => {
      const problem = source[name] ? checkSecret(source[name]) : undefined;
      return problem === undefined ? [] : [`${name} cannot be used: ${problem}`];
    }),
  );
}

/** The variables of one provider count together. */
function readProviderSecrets(source: Variables): EnvironmentSecrets {
  const byProvider = new Map<string, ProviderSecrets>();
  const valuesOf = (names: readonly string[]) => names.map((name) => source[name] ?? '').filter(Boolean);
  for (const { id, environment } of listProviders()) {
    const secrets = valuesOf(environment.secrets);
    const verifyTokens = valuesOf(environment.verifyTokens ?? []);
    if (secrets.length > 0 || verifyTokens.length > 0) byProvider.set(id, { secrets, verifyTokens });
  }
  return byProvider;
}
