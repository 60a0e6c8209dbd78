import type { ServiceName } from '@hookline/contracts';
import type { FastifyInstance } from 'fastify';

export interface HealthRouteOptions {
  /** Whether each service can do its work. */
  isReady: Record<ServiceName, () => Promise<boolean>>;
  providers: readonly string[];
}

/** Anyone may ask, so the services are asked at most this often. */
const REMEMBERED_MS = 1_000;

/** GET /api/webhooks/health, in the shape of the seeds: for their curl lines, and with `data` for their dashboards. */
export function mountHealth(app: FastifyInstance, options: HealthRouteOptions): void {
  const endpoints = Object.fromEntries(
    options.providers.map((provider) => [provider, `/api/webhooks/${provider}/:userId`]),
  );
  let remembered: { at: number; answer: Promise<HealthReport> } | undefined;

  app.get('/api/webhooks/health', async () => {
    if (!remembered || performance.now() - remembered.at > REMEMBERED_MS) {
      remembered = { at: performance.now(), answer: report(options.isReady) };
    }
    const data = await remembered.answer;
    return {
      status: data.status === 'healthy' ? 'ok' : data.status,
      service: 'webhook-receiver',
      timestamp: new Date().toISOString(),
      endpoints,
      data,
    };
  });
}

interface HealthReport {
  status: 'healthy' | 'degraded' | 'unhealthy';
  /** Percent of the services that are ready. */
  healthScore: number;
  services: Record<string, 'ready' | 'not_ready'>;
}

async function report(isReady: HealthRouteOptions['isReady']): Promise<HealthReport> {
  const results = await Promise.all(
    Object.entries(isReady).map(async ([name, ask]) => [name, await ask()] as const),
  );
  const ready = results.filter(([, isUp]) => isUp).length;
  return {
    status: ready === results.length ? 'healthy' : ready === 0 ? 'unhealthy' : 'degraded',
    healthScore: Math.round((100 * ready) / results.length),
    services: Object.fromEntries(results.map(([name, isUp]) => [name, isUp ? 'ready' : 'not_ready'])),
  };
}
