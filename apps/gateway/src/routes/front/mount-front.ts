import { ApiError, FEED_PATHS } from '@hookline/contracts';
import { addVary } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { DASHBOARD_PATH } from '../../dashboard/mount-dashboard.ts';
import { REFERENCE_PATH } from '../../reference/render-page.ts';
import type { RouteContext } from '../context.ts';

/**
 * Answers GET of the gateway's origin: browsers are sent to the dashboard, programs get links. Answers GET of the feed
 * without an upgrade with an error.
 */
export function mountFront(app: FastifyInstance, { hasDashboard }: Pick<RouteContext, 'hasDashboard'>): void {
  const links = { ...(hasDashboard && { dashboard: DASHBOARD_PATH }), ...LINKS };
  app.get('/', ({ headers }, reply) => {
    addVary(reply, 'accept');
    if (hasDashboard && headers.accept?.includes('text/html')) return reply.redirect(DASHBOARD_PATH);
    return { name: 'Hookline', links };
  });
  for (const path of [FEED_PATHS.events, FEED_PATHS.repositories, FEED_PATHS.monitoring]) {
    app.get(path, (_request, reply) => {
      void reply.header('upgrade', 'websocket').header('connection', 'upgrade');
      throw new ApiError('invalid_request', {
        message: `The live feed is a WebSocket: connect with a WebSocket client, or read ${FEED_PATHS.serverSent}`,
      });
    });
  }
}

const LINKS = {
  reference: REFERENCE_PATH,
  api: '/openapi.json',
  feed: FEED_PATHS.events,
  health: '/api/webhooks/health',
  ready: '/readyz',
  metrics: '/metrics',
};
