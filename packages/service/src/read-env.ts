import Type, { type Static, type TObject } from 'typebox';
import Value from 'typebox/value';
import { toEncryptionKeys } from './encryption-keys.ts';
import { SAMPLERS } from './tracing/tracing.ts';

/** Every problem of a configuration, each with the variable and the values that it may have. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly code = 'invalid_configuration';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/**
 * Reads typed settings from environment variables, once, at start. An empty variable counts as absent.
 * @param findMore the problems that the schema cannot find
 * @throws ConfigurationError with every problem
 */
export function readEnv<Schema extends TObject>(
  schema: Schema,
  source: Record<string, string | undefined>,
  findMore: () => readonly string[] = () => [],
): Static<Schema> {
  const given: Record<string, unknown> = {};
  for (const name of Object.keys(schema.properties)) {
    const value = source[name];
    if (value !== undefined && value !== '') given[name] = value;
  }
  const settings = Value.Convert(schema, Value.Default(schema, given)) as Record<string, unknown>;
  const problems = new Set<string>();
  for (const error of Value.Errors(schema, settings)) {
    const name = error.instancePath.split('/')[1];
    const missing = (error.params as { requiredProperties?: string[] }).requiredProperties;
    if (missing) for (const each of missing) problems.add(`${each} is not set${describe(schema, each)}`);
    else if (name) problems.add(`${name} ${error.message}${describe(schema, name)}`);
  }
  for (const problem of findMore()) problems.add(problem);
  if (problems.size > 0) throw new ConfigurationError([...problems]);
  return settings as Static<Schema>;
}

function describe(schema: TObject, name: string): string {
  const description = (schema.properties[name] as { description?: string } | undefined)?.description;
  return description ? `: ${description}` : '';
}

const Port = (port: number) => Type.Integer({ minimum: 0, maximum: 65_535, default: port });
const Url = (description: string, fallback?: string) =>
  Type.String({ pattern: '^[a-z]+://', description, ...(fallback ? { default: fallback } : {}) });

/** Variables of every service. The env.ts of each app adds its own. */
export const COMMON_ENV = {
  HOST: Type.String({ default: '0.0.0.0', description: 'address to listen on' }),
  LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], { default: 'info' }),
  DATABASE_URL: Url("postgres://… of hookline_service, never the owner's"),
  DATABASE_MAX_CONNECTIONS: Type.Integer({ minimum: 1, maximum: 200, default: 10 }),
  // A secret that the services share. A caller that has it can act for any tenant on the internal API.
  HOOKLINE_INTERNAL_TOKEN: Type.String({
    minLength: 16,
    description: 'the same 16 or more characters for all services',
  }),
  // OpenTelemetry's own names. The SDK reads its other variables itself (see docs/operating.md).
  OTEL_EXPORTER_OTLP_ENDPOINT: Type.Optional(
    Type.String({
      pattern: '^https?://',
      description: 'http://host:4318 of an OTLP receiver; without it there are no traces',
    }),
  ),
  OTEL_TRACES_SAMPLER: Type.Enum([...SAMPLERS], { default: 'parentbased_always_on' }),
  OTEL_TRACES_SAMPLER_ARG: Type.Number({
    minimum: 0,
    maximum: 1,
    default: 1,
    description: 'the share of traces that a traceidratio sampler exports',
  }),
  /** Set by a parent that keeps stdin open for as long as it lives, so that no service outlives it. */
  HOOKLINE_EXIT_WITH_STDIN: Type.Boolean({ default: false }),
};

export const NATS_ENV = {
  NATS_URL: Url('nats://host:4222, several separated by commas'),
  NATS_MONITOR_URL: Type.Optional(
    Url('http://host:8222, to check that the server syncs each event before it acknowledges'),
  ),
  EVENTS_REPLICAS: Type.Integer({ minimum: 1, maximum: 5, default: 1, description: '3 or 5 on a cluster' }),
  EVENTS_MAX_AGE_HOURS: Type.Integer({ minimum: 1, maximum: 8760, default: 72 }),
  EVENTS_MAX_BYTES: Type.Integer({
    minimum: -1,
    default: -1,
    description: 'bytes; -1: no limit',
  }),
  EVENTS_DUPLICATE_WINDOW_SECONDS: Type.Integer({ minimum: 1, maximum: 86_400, default: 600 }),
};

/** base64 of 32 bytes. Several keys, separated by commas, while a new key replaces an old one: the first key seals. */
export const ENCRYPTION_ENV = {
  HOOKLINE_ENCRYPTION_KEY: Type.String({
    minLength: 44,
    description:
      '32 random bytes in base64 (openssl rand -base64 32); all services that keep secrets need the same',
  }),
};

/** The addresses that may be called, for services that call addresses which strangers chose. */
export const OUTBOUND_ENV = {
  // For development: allows loopback, private addresses and every port. Never set it where strangers can create endpoints.
  HOOKLINE_ALLOW_LOOPBACK_ENDPOINTS: Type.Boolean({ default: false }),
  // Everyone who can create endpoints can find out which servers listen on these addresses.
  HOOKLINE_OUTBOUND_ALLOW: Type.String({
    default: '',
    description:
      'networks (10.1.0.0/16), addresses and host names (*.corp) that are not public, separated by commas',
  }),
  HOOKLINE_OUTBOUND_DENY: Type.String({
    default: '',
    description: 'networks, addresses and host names that are never called, separated by commas',
  }),
  HOOKLINE_OUTBOUND_PORTS: Type.String({
    pattern: '^\\d{1,5}( *, *\\d{1,5})*$',
    default: '80,443,8080,8443',
    description: 'the only ports that are called, separated by commas',
  }),
  HOOKLINE_OUTBOUND_HTTPS_ONLY: Type.Boolean({ default: false }),
};

/** The options of the guard of outbound calls. */
export function readOutboundPolicy(env: Static<TObject<typeof OUTBOUND_ENV>>) {
  return {
    allowPrivate: env.HOOKLINE_ALLOW_LOOPBACK_ENDPOINTS,
    allow: splitList(env.HOOKLINE_OUTBOUND_ALLOW),
    deny: splitList(env.HOOKLINE_OUTBOUND_DENY),
    ports: splitList(env.HOOKLINE_OUTBOUND_PORTS).map(Number),
    httpsOnly: env.HOOKLINE_OUTBOUND_HTTPS_ONLY,
  };
}

const splitList = (text: string) =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

export const portSetting = Port;
export const urlSetting = Url;

const RewrapEnv = Type.Object({ ...ENCRYPTION_ENV, DATABASE_URL: COMMON_ENV.DATABASE_URL });

/** The configuration of a command that rewraps secrets. @throws ConfigurationError with every problem */
export function readRewrapEnv(source: Record<string, string | undefined>) {
  const env = readEnv(RewrapEnv, source);
  return { databaseUrl: env.DATABASE_URL, encryptionKeys: toEncryptionKeys(env.HOOKLINE_ENCRYPTION_KEY) };
}
