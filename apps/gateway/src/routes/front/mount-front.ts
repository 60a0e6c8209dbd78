import { ApiError, FEED_PATH } from '@hookline/contracts';
import type { FastifyInstance } from 'fastify';

/** What someone finds who opens the gateway's address in a browser, and the feed's without a WebSocket. */
export function mountFront(app: FastifyInstance): void {
  app.get('/', () => ({
    name: 'Hookline',
    links: {
      api: '/openapi.json',
      feed: FEED_PATH,
      health: '/api/webhooks/health',
      ready: '/readyz',
      metrics: '/metrics',
    },
  }));
  app.get(FEED_PATH, (_request, reply) => {
    void reply.header('upgrade', 'websocket').header('connection', 'upgrade');
    throw new ApiError('invalid_request', { message: 'The live feed is a WebSocket: open it with one' });
  });
}
