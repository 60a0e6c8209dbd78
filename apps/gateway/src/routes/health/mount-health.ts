import {
  type Activity,
  ApiError,
  operations,
  reportHealth,
  type ServiceStates,
  toHealthAnswer,
} from '@hookline/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { abortOnClose } from '../../forward/abort-on-close.ts';
import { askUpstream } from '../../forward/ask-upstream.ts';
import type { RouteContext } from '../context.ts';

/** Callers need no key, so the services are asked at most this often. */
const REMEMBERED_MS = 1_000;

/**
 * GET /api/webhooks/health, with the fields of both earlier forms (docs/compatibility.md). A caller with a key also
 * gets the numbers of `getActivity`: of their tenant, or for an operator of all tenants or of `userId`. Their score
 * counts failed deliveries. The score of a caller without a key counts the services alone: one tenant's failing
 * receivers must not be visible to others, nor set off an uptime check.
 */
export function mountHealth(app: FastifyInstance, context: RouteContext): void {
  let remembered: { at: number; answer: Promise<ServiceStates> } | undefined;

  app.get('/api/webhooks/health', async (request, reply) => {
    if (!remembered || performance.now() - remembered.at > REMEMBERED_MS) {
      remembered = { at: performance.now(), answer: askServices(context.isReady) };
    }
    const [services, activity] = await Promise.all([
      remembered.answer,
      hasCredentials(context, request) ? readActivity(context, request, reply) : undefined,
    ]);
    const { attempts = 0, failedAttempts = 0 } = activity?.metrics.hourly ?? {};
    return toHealthAnswer({
      ...reportHealth(services, { made: attempts, failed: failedAttempts }),
      ...activity,
    });
  });
}

const hasCredentials = ({ sessions }: RouteContext, { headers, raw }: FastifyRequest) =>
  headers.authorization !== undefined || sessions.read(raw) !== undefined;

/** @returns undefined for an invalid key, or if delivery does not answer: the answer then has no numbers */
async function readActivity(
  { authenticate, upstreams, internalToken }: RouteContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Activity | undefined> {
  const userId = new URL(request.raw.url as string, 'http://gateway').searchParams.get('userId');
  const search = userId === null ? '' : `?${new URLSearchParams({ userId })}`;
  try {
    const { status, body } = await askUpstream({
      upstream: upstreams.delivery,
      path: `${operations.getActivity.path}${search}`,
      internalToken,
      principal: await authenticate(request, operations.getActivity),
      request,
      signal: abortOnClose(reply),
    });
    return status === 200 ? (body as { data: Activity }).data : undefined;
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

async function askServices(isReady: RouteContext['isReady']): Promise<ServiceStates> {
  const results = await Promise.all(
    Object.entries(isReady).map(
      async ([name, ask]) => [name, (await ask()) ? 'ready' : 'not_ready'] as const,
    ),
  );
  return Object.fromEntries(results);
}
