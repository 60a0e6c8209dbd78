import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger };

/** Paths whose values never reach a log. Bodies and headers are not logged anyway; this is a second safeguard. */
const REDACTED = [
  'authorization',
  'cookie',
  'secret',
  'secrets',
  'token',
  'password',
  'key',
  'verifyToken',
].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

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
    redact: { paths: REDACTED, censor: '[redacted]' },
  };
  return options.destination ? pino(settings, options.destination) : pino(settings);
}
