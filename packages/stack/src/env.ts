import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StackError } from './errors.ts';
import type { Secrets } from './secrets.ts';
import { type ServiceName, serviceDefinitions, serviceNames } from './services.ts';

/** The settings that `npm start` reads from environment variables. */
export interface StartSettings {
  home: string;
  host: string;
  ports: Record<ServiceName, number>;
  databaseUrl?: string;
  natsUrl?: string;
  natsMonitorUrl?: string;
  /** Secrets that the caller sets; each replaces the one stored in the home. */
  secrets: Partial<Secrets>;
  /** Whether endpoint URLs may point to this machine: HOOKLINE_ALLOW_LOOPBACK_ENDPOINTS, by default true. */
  allowsLoopback: boolean;
  /** Shows debug lines too, including those of Postgres and nats-server. */
  verbose: boolean;
  /** The port of the emulated providers, 0 for a free one. Absent: HOOKLINE_SANDBOX is not true, so there are none. */
  sandboxPort?: number;
  /** Stops when stdin ends, which means that the parent process has ended. */
  exitWithStdin: boolean;
}

const defaultPorts: Record<ServiceName, number> = {
  gateway: 3000,
  ingest: 3001,
  delivery: 3002,
  scheduler: 3003,
};
const DEFAULT_SANDBOX_PORT = 3009;
const defaultHome = fileURLToPath(new URL('../../../.hookline', import.meta.url));

/** The directory of data, secrets and downloaded tools: HOOKLINE_HOME, or `.hookline` in the repository. */
export function readHome(env: NodeJS.ProcessEnv): string {
  return env['HOOKLINE_HOME'] ? resolve(env['HOOKLINE_HOME']) : defaultHome;
}

/** Throws one StackError `configuration_invalid` that lists every problem. An empty variable counts as unset. */
export function readStartSettings(env: NodeJS.ProcessEnv): StartSettings {
  const problems: string[] = [];

  const readPort = (variable: string, fallback: number): number => {
    const text = env[variable];
    if (!text) return fallback;
    const port = Number(text);
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      problems.push(`${variable}: "${text}" is not a port (0 to 65535)`);
    return port;
  };
  const readUrl = (variable: string, schemes: readonly string[]): string | undefined => {
    const text = env[variable];
    if (!text) return undefined;
    // NATS_URL may list several servers, separated by commas.
    const valid = text
      .split(',')
      .every((part) => URL.canParse(part) && schemes.includes(new URL(part).protocol));
    if (!valid)
      problems.push(
        `${variable}: must be a URL that starts with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`,
      );
    return text;
  };

  const ports = Object.fromEntries(
    serviceNames.map((name) => [name, readPort(serviceDefinitions[name].portVariable, defaultPorts[name])]),
  ) as Record<ServiceName, number>;
  for (const name of serviceNames) {
    const twin = serviceNames.find(
      (other) => other < name && ports[other] === ports[name] && ports[name] !== 0,
    );
    if (twin)
      problems.push(
        `${serviceDefinitions[name].portVariable}: port ${ports[name]} is already used by ${twin}`,
      );
  }
  const sandboxPort = readPort('HOOKLINE_SANDBOX_PORT', DEFAULT_SANDBOX_PORT);
  const encryptionKey = env['HOOKLINE_ENCRYPTION_KEY'] || undefined;
  // During a key rotation there are several keys.
  if (encryptionKey?.split(',').some((key) => Buffer.from(key, 'base64').length !== 32)) {
    problems.push('HOOKLINE_ENCRYPTION_KEY: must be 32 bytes in base64, as "openssl rand -base64 32" prints');
  }
  const databaseUrl = readUrl('DATABASE_URL', ['postgres:', 'postgresql:']);
  const natsUrl = readUrl('NATS_URL', ['nats:', 'tls:', 'ws:', 'wss:']);
  const natsMonitorUrl = readUrl('NATS_MONITOR_URL', ['http:', 'https:']);
  const operatorKey = env['HOOKLINE_OPERATOR_KEY'];
  const internalToken = env['HOOKLINE_INTERNAL_TOKEN'];

  if (problems.length > 0) {
    throw new StackError(
      'configuration_invalid',
      ['Some environment variables are invalid:', ...problems].join('\n  '),
    );
  }
  return {
    home: readHome(env),
    host: env['HOST'] || '127.0.0.1',
    ports,
    ...(databaseUrl ? { databaseUrl } : {}),
    ...(natsUrl ? { natsUrl } : {}),
    ...(natsMonitorUrl ? { natsMonitorUrl } : {}),
    secrets: {
      ...(operatorKey ? { operatorKey } : {}),
      ...(internalToken ? { internalToken } : {}),
      ...(encryptionKey ? { encryptionKey } : {}),
    },
    ...(env['HOOKLINE_SANDBOX'] === 'true' ? { sandboxPort } : {}),
    exitWithStdin: env['HOOKLINE_EXIT_WITH_STDIN'] === 'true',
    allowsLoopback: (env['HOOKLINE_ALLOW_LOOPBACK_ENDPOINTS'] || 'true') === 'true',
    verbose: env['LOG_LEVEL'] === 'debug' || env['LOG_LEVEL'] === 'trace',
  };
}
