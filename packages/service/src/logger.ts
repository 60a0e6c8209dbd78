import { type DestinationStream, type Logger, pino } from 'pino';
import { withoutSecrets } from './without-secrets.ts';

export type { Logger };

/** Members whose values never reach a log. Bodies and headers are not logged anyway; this is a second safeguard. */
const SECRETS: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'secret',
  'secrets',
  'token',
  'password',
  'key',
  'verifyToken',
]);
const CENSOR = '[redacted]';
/** How deep below the members of what is logged a secret is found. */
const LEVELS = 4;

/**
 * Writes one JSON line for each message, with times as in RFC 3339.
 * @param options.destination default stdout
 */
export function createLogger(options: {
  service: string;
  level: string;
  destination?: DestinationStream;
}): Logger {
  const settings = {
    level: options.level,
    base: { service: options.service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      // `*` gives every other value to the censor, which searches it. Paths such as `*.*.token` would have pino parse
      // each path and copy each value for each line.
      paths: [...SECRETS, '*'],
      censor(value: unknown, path: string[]): unknown {
        return SECRETS.has(path.at(-1) ?? '') ? CENSOR : withoutSecrets(value, SECRETS, CENSOR, LEVELS);
      },
    },
  };
  return options.destination ? pino(settings, options.destination) : pino(settings);
}
