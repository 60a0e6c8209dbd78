/** Whether each service is ready, by its name. */
export type ServiceStates = Record<string, 'ready' | 'not_ready'>;

export interface HealthReport {
  /**
   * Derived from the score: `healthy` from HEALTHY_SCORE, `degraded` from DEGRADED_SCORE, else `unhealthy`.
   */
  status: 'healthy' | 'degraded' | 'unhealthy';
  /**
   * 100 minus the percentage of services that are not ready and the percentage of failed attempts, rounded down.
   */
  healthScore: number;
  services: ServiceStates;
}

const HEALTHY_SCORE = 80;
const DEGRADED_SCORE = 50;

/** Some providers by name, and the form of all addresses; `GET /api/providers` lists all providers. */
const ADDRESSES: Readonly<Record<string, string>> = Object.fromEntries(
  ['github', 'gmail', 'slack', ':provider'].map((provider) => [
    provider,
    `/api/webhooks/${provider}/:userId`,
  ]),
);

const percentOf = (part: number, whole: number) => (whole === 0 ? 0 : (100 * part) / whole);

/** @param attempts how many were made, and how many of them failed */
export function reportHealth(
  services: ServiceStates,
  attempts: { made: number; failed: number } = { made: 0, failed: 0 },
): HealthReport {
  const states = Object.values(services);
  const notReady = states.filter((state) => state === 'not_ready').length;
  const lost = percentOf(notReady, states.length) + percentOf(attempts.failed, attempts.made);
  const healthScore = Math.max(0, Math.floor(100 - lost));
  const status =
    healthScore >= HEALTHY_SCORE ? 'healthy' : healthScore >= DEGRADED_SCORE ? 'degraded' : 'unhealthy';
  return { status, healthScore, services };
}

/** The answer of `GET /api/webhooks/health`. */
export function toHealthAnswer<Report extends HealthReport>(data: Report) {
  return {
    status: data.status === 'healthy' ? 'ok' : data.status,
    service: 'webhook-receiver',
    timestamp: new Date().toISOString(),
    endpoints: ADDRESSES,
    data,
  };
}
