import { randomUUID } from 'node:crypto';
import { ApiError } from '@hookline/contracts';
import { parseExactJson } from '@hookline/json';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import type { Registry } from 'prom-client';
import type { TSchema } from 'typebox';
import { acceptAnyContentType } from './accept-any-content-type.ts';
import { answerClientError, createAnswerWithError, type Dependency } from './answer-with-error.ts';
import { createValidator } from './create-validator.ts';
import type { Health } from './health.ts';
import type { Logger } from './logger.ts';
import { Counter, Histogram, LATENCY_BUCKETS } from './metrics.ts';
import { REQUEST_ID_HEADER, readRequestId } from './request-id.ts';
import { routeOf } from './route-of.ts';
import { createThrottledLog } from './throttled-log.ts';
import { traceRequests } from './tracing/trace-requests.ts';
import type { Tracing } from './tracing/tracing.ts';

export interface HttpServerOptions {
  logger: Logger;
  health: Health;
  metrics: Registry;
  /** While one of them is unavailable, a request that needs it is answered with 503 `unavailable`. */
  dependencies: readonly Dependency[];
  /** Default 1 MiB. */
  maxBodyBytes?: number;
  /**
   * A request must be complete in this time. Default 28 s. Slow requests are looked for once a second, so that all are
   * closed after 30 s, also in a busy process.
   */
  requestTimeoutMs?: number;
  /** A connection beyond this number is closed at once: each costs memory, whatever it sends. Default: no limit. */
  maxConnections?: number | undefined;
  /** The proxies whose X-Forwarded-* headers set `request.ip` and `request.host`. Default: none. */
  trustedProxies?: readonly string[];
  /** Undefined: requests have no spans. */
  tracing?: Tracing | undefined;
}

/**
 * The Fastify server that every service starts with: /healthz, /readyz, /metrics, one shape of errors, validation
 * by typebox, limits against slow senders, and no log line for a successful request.
 */
export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const answerWithError = createAnswerWithError(options.dependencies, createThrottledLog(options.logger));
  const app = Fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.maxBodyBytes ?? 1_048_576,
    requestTimeout: options.requestTimeoutMs ?? 28_000,
    trustProxy: options.trustedProxies?.length ? [...options.trustedProxies] : false,
    keepAliveTimeout: 72_000,
    connectionTimeout: 0,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    pluginTimeout: 60_000,
    genReqId: ({ headers }) => readRequestId(headers),
    // Errors before a route is found: an address that cannot be decoded or is too long.
    frameworkErrors: (error, request, reply) => void answerWithError(error, request, reply),
    clientErrorHandler: (error, socket) => answerClientError(error, socket, randomUUID()),
    routerOptions: { maxParamLength: 500 },
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 1_000 },
  }) as unknown as FastifyInstance;

  if (options.maxConnections !== undefined) {
    const dropped = new Counter({
      name: 'hookline_http_connections_dropped_total',
      help: 'Connections closed at once, because the maximum was reached',
      registers: [options.metrics],
    });
    app.server.maxConnections = options.maxConnections;
    app.server.on('drop', () => dropped.inc());
  }

  // A line about a request names its id itself. A child logger for each request costs more than routing it.
  app.setChildLoggerFactory((logger) => logger);
  if (options.tracing) traceRequests(app, options.tracing);

  acceptAnyContentType(app);
  // An empty body counts as no body: clients send "content-type: application/json" also without one. The schema of a call
  // says whether it needs a body. Numbers keep every digit, and `__proto__` is a name like any other, as for JSON.parse: a
  // payload in a body may hold everything that a webhook may hold.
  app.removeContentTypeParser('application/json');
  const types = ['application/json', 'application/merge-patch+json'];
  app.addContentTypeParser<Buffer>(types, { parseAs: 'buffer' }, (_request, body, done) => {
    let value: unknown;
    try {
      value = body.length === 0 ? undefined : parseExactJson(body);
    } catch (cause) {
      done(new ApiError('malformed_body', { cause }), undefined);
      return;
    }
    done(null, value);
  });

  app.setValidatorCompiler(({ schema, httpPart }) => createValidator(schema as TSchema, httpPart));
  // Answers are built by our own code. A schema describes them and does not change them.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.setErrorHandler(answerWithError);
  app.setNotFoundHandler((request, reply) =>
    answerWithError(
      new ApiError('not_found', { message: `There is no ${request.method} ${request.url.split('?')[0]}` }),
      request,
      reply,
    ),
  );

  const durations = new Histogram({
    name: 'hookline_http_request_duration_seconds',
    help: 'Time from the request to the end of the answer',
    labelNames: ['method', 'route', 'status'],
    buckets: LATENCY_BUCKETS,
    registers: [options.metrics],
  });
  // Looking up the child of three labels costs more than observing. Routes and statuses are few.
  const children = new Map<string, { observe(seconds: number): void }>();
  app.addHook('onResponse', (request, reply, done) => {
    const { method } = request;
    const route = routeOf(request) ?? 'none';
    const key = `${reply.statusCode} ${method} ${route}`;
    let child = children.get(key);
    if (!child) {
      child = durations.labels({ method, route, status: reply.statusCode });
      children.set(key, child);
    }
    child.observe(reply.elapsedTime / 1000);
    done();
  });

  // While it closes, Fastify asks clients of new requests to close their connections. Clients of earlier requests must be
  // asked as well: the close waits for every connection, and a kept-alive one would delay it by more than a minute.
  let closing = false;
  app.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  app.addHook('onSend', (request, reply, payload, done) => {
    if (closing) reply.header('connection', 'close');
    // The answer of another service, passed on, has it already.
    if (!reply.hasHeader(REQUEST_ID_HEADER)) reply.header(REQUEST_ID_HEADER, request.id);
    done(null, payload);
  });

  app.get('/healthz', () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const readiness = await options.health.readiness();
    return reply.code(readiness.ready ? 200 : 503).send(readiness);
  });
  app.get('/metrics', async (_request, reply) =>
    reply.type(options.metrics.contentType).send(await options.metrics.metrics()),
  );
  return app;
}
