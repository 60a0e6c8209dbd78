import { ApiError, FEED_PATHS } from '@hookline/contracts';
import type { FastifyInstance } from 'fastify';
import { REFERENCE_PATH } from '../../reference/render-page.ts';

/** Answers GET of the gateway's origin with links, and GET of the feed without an upgrade with an error. */
export function mountFront(app: FastifyInstance): void {
  app.get('/', () => ({
    name: 'Hookline',
    links: {
      reference: REFERENCE_PATH,
      api: '/openapi.json',
      feed: FEED_PATHS.events,
      health: '/api/webhooks/health',
      ready: '/readyz',
      metrics: '/metrics',
    },
  }));
  for (const path of [FEED_PATHS.events, FEED_PATHS.repositories, FEED_PATHS.monitoring]) {
    app.get(path, (_request, reply) => {
      void reply.header('upgrade', 'websocket').header('connection', 'upgrade');
      throw new ApiError('invalid_request', {
        message: `The live feed is a WebSocket: connect with a WebSocket client, or read ${FEED_PATHS.serverSent}`,
      });
    });
  }
}
