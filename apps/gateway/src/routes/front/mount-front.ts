import { ApiError, FEED_PATH } from '@hookline/contracts';
import type { FastifyInstance } from 'fastify';
import { REFERENCE_PATH } from '../../reference/render-page.ts';

/** Answers GET of the gateway's origin with links, and GET of the feed without an upgrade with an error. */
export function mountFront(app: FastifyInstance): void {
  app.get('/', () => ({
    name: 'Hookline',
    links: {
      reference: REFERENCE_PATH,
      api: '/openapi.json',
      feed: FEED_PATH,
      health: '/api/webhooks/health',
      ready: '/readyz',
      metrics: '/metrics',
    },
  }));
  app.get(FEED_PATH, (_request, reply) => {
    void reply.header('upgrade', 'websocket').header('connection', 'upgrade');
    throw new ApiError('invalid_request', {
      message: 'The live feed is a WebSocket: connect with a WebSocket client',
    });
  });
}
