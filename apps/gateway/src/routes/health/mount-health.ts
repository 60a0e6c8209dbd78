import { ApiError, getActivity, type ServiceName } from '@hookline/contracts';
import type { Authenticate } from '@hookline/service';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { abortOnClose } from '../../forward/abort-on-close.ts';
import { askUpstream } from '../../forward/ask-upstream.ts';
import type { Upstream } from '../../forward/upstream.ts';

export interface HealthRouteOptions {
  authenticate: Authenticate;
  delivery: Upstream;
  internalToken: string;
  /** Whether each service can do its work. */
  isReady: Record<ServiceName, () => Promise<boolean>>;
  providers: readonly string[];
}

/** Anyone may ask, so the services are asked at most this often. */
const REMEMBERED_MS = 1_000;

/**
 * GET /api/webhooks/health, in the shape of the seeds: for their curl lines, and with `data` for their dashboards. Who
 * is known also gets there what `getActivity` says: of their tenant, or as an operator of all, or of `userId`.
 */
export function mountHealth(app: FastifyInstance, options: HealthRouteOptions): void {
  const endpoints = Object.fromEntries(
    options.providers.map((provider) => [provider, `/api/webhooks/${provider}/:userId`]),
  );
  let remembered: { at: number; answer: Promise<HealthReport> } | undefined;

  app.get('/api/webhooks/health', async (request, reply) => {
    if (!remembered || performance.now() - remembered.at > REMEMBERED_MS) {
      remembered = { at: performance.now(), answer: makeReport(options.isReady) };
    }
    const [report, activity] = await Promise.all([
      remembered.answer,
      request.headers.authorization === undefined ? undefined : readActivity(options, request, reply),
    ]);
    const data = { ...report, ...activity };
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

/** Health is told whatever happens, so a key that is not valid, or a delivery that does not answer, adds nothing. */
async function readActivity(
  { authenticate, delivery, internalToken }: HealthRouteOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<object | undefined> {
  const userId = new URL(request.raw.url as string, 'http://gateway').searchParams.get('userId');
  const search = userId === null ? '' : `?${new URLSearchParams({ userId })}`;
  try {
    const { status, body } = await askUpstream({
      upstream: delivery,
      path: `${getActivity.path}${search}`,
      internalToken,
      principal: await authenticate(request),
      request,
      signal: abortOnClose(reply),
    });
    return status === 200 ? (body as { data: object }).data : undefined;
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

async function makeReport(isReady: HealthRouteOptions['isReady']): Promise<HealthReport> {
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
