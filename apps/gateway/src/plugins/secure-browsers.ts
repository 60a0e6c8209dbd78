import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import { createPagePolicies } from './content-security-policy.ts';

export interface BrowserOptions {
  /** Origins of web pages that may call the API. */
  allowedOrigins: readonly string[];
  /** Origins of web pages that may frame the portal. */
  portalFrameOrigins: readonly string[];
  /** Origins of the logos in the portal. */
  portalOrigins: { readonly logo: readonly string[] };
}

/** How long a browser may cache the answer to a preflight request. */
const PREFLIGHT_SECONDS = 600;

/** The headers of requests that a page of another origin may set. */
const ALLOWED_HEADERS = ['authorization', 'content-type', 'idempotency-key', 'traceparent', 'x-request-id'];

/** The headers of answers that a page of another origin may read, besides those that every page may read. */
const EXPOSED_HEADERS = [
  'content-disposition',
  'hookline-headers-left-out',
  'hookline-path-suffix',
  'hookline-redacted',
  'hookline-request-kept',
  'hookline-request-method',
  'hookline-request-url',
  'idempotent-replayed',
  'ratelimit',
  'ratelimit-policy',
  'retry-after',
  'x-request-id',
];

/**
 * Sets security headers on every answer. A page of another origin may read answers only if its origin is listed, and only
 * of requests without cookies: CORS allows no credentials, nor the header that writes with the cookie of a session need.
 */
export async function secureBrowsers(
  app: FastifyInstance,
  { allowedOrigins, portalFrameOrigins, portalOrigins }: BrowserOptions,
): Promise<void> {
  const policyOf = createPagePolicies({ frameOrigins: portalFrameOrigins, logoOrigins: portalOrigins.logo });
  await app.register(helmet, {
    // By route, below.
    contentSecurityPolicy: false,
    frameguard: false,
    crossOriginResourcePolicy: { policy: allowedOrigins.length > 0 ? 'cross-origin' : 'same-origin' },
  });
  app.addHook('onRequest', (request, reply, done) => {
    const { contentSecurityPolicy, frameOptions } = policyOf(request.url.split('?', 1)[0] as string);
    reply.header('content-security-policy', contentSecurityPolicy);
    if (frameOptions !== undefined) reply.header('x-frame-options', frameOptions);
    done();
  });
  if (allowedOrigins.length === 0) return;
  await app.register(cors, {
    origin: [...allowedOrigins],
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ALLOWED_HEADERS,
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: PREFLIGHT_SECONDS,
  });
}
