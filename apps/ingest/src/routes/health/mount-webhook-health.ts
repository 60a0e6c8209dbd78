import { reportHealth, toHealthAnswer } from '@hookline/contracts';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';

/** Callers need no key, so Postgres and NATS are asked at most this often. */
const REMEMBERED_MS = 1_000;

/** GET /api/webhooks/health of ingest alone; the gateway's answer covers all services. */
export function mountWebhookHealth(app: FastifyInstance, { health }: Pick<RouteContext, 'health'>): void {
  let remembered: { at: number; isReady: Promise<boolean> } | undefined;

  app.get('/api/webhooks/health', async () => {
    if (!remembered || performance.now() - remembered.at > REMEMBERED_MS) {
      remembered = { at: performance.now(), isReady: health.readiness().then(({ ready }) => ready) };
    }
    const ingest = (await remembered.isReady) ? 'ready' : 'not_ready';
    return toHealthAnswer(reportHealth({ ingest }));
  });
}
