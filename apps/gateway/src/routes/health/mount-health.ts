import { type Activity, ApiError, getActivity, type ServiceName } from '@hookline/contracts';
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
 * is known also gets there what `getActivity` says: of their tenant, or as an operator of all, or of `userId`. Their
 * score counts what failed of it; that of a stranger the services alone, for one tenant's receivers are not another's
 * business, nor what an uptime check is to wake people for.
 */
export function mountHealth(app: FastifyInstance, options: HealthRouteOptions): void {
  const endpoints = Object.fromEntries(
    options.providers.map((provider) => [provider, `/api/webhooks/${provider}/:userId`]),
  );
  let remembered: { at: number; answer: Promise<Services> } | undefined;

  app.get('/api/webhooks/health', async (request, reply) => {
    if (!remembered || performance.now() - remembered.at > REMEMBERED_MS) {
      remembered = { at: performance.now(), answer: askServices(options.isReady) };
    }
    const [services, activity] = await Promise.all([
      remembered.answer,
      request.headers.authorization === undefined ? undefined : readActivity(options, request, reply),
    ]);
    const data = { ...makeReport(services, activity), ...activity };
    return {
      status: data.status === 'healthy' ? 'ok' : data.status,
      service: 'webhook-receiver',
      timestamp: new Date().toISOString(),
      endpoints,
      data,
    };
  });
}

type Services = Record<string, 'ready' | 'not_ready'>;

interface HealthReport {
  /** By the score: from HEALTHY_SCORE, from DEGRADED_SCORE, or below. */
  status: 'healthy' | 'degraded' | 'unhealthy';
  /** 100 less the percentages of the services that are not ready and of the last hour's attempts that failed, rounded down. */
  healthScore: number;
  services: Services;
}

const HEALTHY_SCORE = 80;
const DEGRADED_SCORE = 50;

/** Health is told whatever happens, so a key that is not valid, or a delivery that does not answer, adds nothing. */
async function readActivity(
  { authenticate, delivery, internalToken }: HealthRouteOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Activity | undefined> {
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
    return status === 200 ? (body as { data: Activity }).data : undefined;
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

async function askServices(isReady: HealthRouteOptions['isReady']): Promise<Services> {
  const results = await Promise.all(
    Object.entries(isReady).map(
      async ([name, ask]) => [name, (await ask()) ? 'ready' : 'not_ready'] as const,
    ),
  );
  return Object.fromEntries(results);
}

function makeReport(services: Services, activity: Activity | undefined): HealthReport {
  const states = Object.values(services);
  const notReady = states.filter((state) => state === 'not_ready').length;
  const { attempts, failedAttempts } = activity?.metrics.hourly ?? { attempts: 0, failedAttempts: 0 };
  const lost = percentOf(notReady, states.length) + percentOf(failedAttempts, attempts);
  const healthScore = Math.max(0, Math.floor(100 - lost));
  return {
    status:
      healthScore >= HEALTHY_SCORE ? 'healthy' : healthScore >= DEGRADED_SCORE ? 'degraded' : 'unhealthy',
    healthScore,
    services,
  };
}

const percentOf = (part: number, whole: number) => (whole === 0 ? 0 : (100 * part) / whole);
