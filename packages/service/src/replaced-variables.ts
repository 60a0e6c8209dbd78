/** Variables of the systems that Hookline replaces, each with Hookline's replacement. */
const REPLACEMENTS: Readonly<Record<string, string>> = {
  WEBHOOK_WORKER_CONCURRENCY: 'DELIVERY_MAX_IN_FLIGHT, and DELIVERY_IN_FLIGHT_PER_ENDPOINT for one endpoint',
  WEBHOOK_RATE_LIMIT: '`rateLimit` of an endpoint, and INGEST_RATE_LIMIT_PER_SOURCE for received webhooks',
  API_URL: 'PUBLIC_URL',
  REDIS_HOST: 'NATS_URL and DATABASE_URL: Hookline needs no Redis',
  REDIS_PORT: 'NATS_URL and DATABASE_URL: Hookline needs no Redis',
  REDIS_PASSWORD: 'NATS_URL and DATABASE_URL: Hookline needs no Redis',
  REDIS_URL: 'NATS_URL and DATABASE_URL: Hookline needs no Redis',
  DEBUG: 'LOG_LEVEL=debug',
};

/** The variables of an environment that Hookline does not read, each with its replacement. */
export function listReplacedVariables(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const set = Object.entries(REPLACEMENTS).filter(([name]) => env[name]);
  return Object.fromEntries(set.map(([name, replacement]) => [name, `use ${replacement}`]));
}
