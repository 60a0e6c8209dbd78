import { FEED_PATHS } from '@hookline/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { toApiError } from '../answer-with-error.ts';
import { routeOf } from '../route-of.ts';
import type { Span, Tracing } from './tracing.ts';

const spans = new WeakMap<FastifyRequest, Span>();

/** Spans of these say nothing: they are asked by machines every few seconds, or last as long as somebody follows the feed. */
const UNTRACED = new Set([
  '/healthz',
  '/readyz',
  '/metrics',
  FEED_PATHS.serverSent,
  `${FEED_PATHS.socketIo}*`,
]);

/** The span of a request. Undefined where nothing is traced. */
export function spanOf(request: FastifyRequest): Span | undefined {
  return spans.get(request);
}

/** The trace context that a request's effects belong to: of the request's span, or else the header as it came. */
export function requestTraceparent(request: FastifyRequest): string | undefined {
  return spans.get(request)?.traceparent ?? (request.headers['traceparent'] as string | undefined);
}

/**
 * Gives each request a span, which is a child of the caller's. Paths may hold tokens: the span has the route's pattern
 * in place of the path.
 */
export function traceRequests(app: FastifyInstance, tracing: Tracing): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { method, id } = request;
    const route = routeOf(request);
    if (route === undefined || !UNTRACED.has(route)) {
      const span = tracing.startSpan(route === undefined ? method : `${method} ${route}`, {
        kind: 'server',
        parent: request.headers['traceparent'] as string | undefined,
        attributes: { 'http.request.method': method, 'http.route': route, 'hookline.request.id': id },
      });
      spans.set(request, span);
      // Also where the caller goes away before there is an answer, or the answer is not made by Fastify.
      reply.raw.once('close', () => {
        const { statusCode, writableFinished } = reply.raw;
        if (!writableFinished) span.fail('connection_closed');
        else {
          span.setAttributes({ 'http.response.status_code': statusCode });
          if (statusCode >= 500) span.fail(String(statusCode));
        }
        span.end();
      });
    }
    done();
  });
  app.addHook('onError', (request, _reply, error, done) => {
    spanOf(request)?.setAttributes({ 'hookline.error.code': toApiError(error).code });
    done();
  });
}
