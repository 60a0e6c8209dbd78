import { ApiError, isTenant } from '@hookline/contracts';
import { getProvider } from '@hookline/providers';
import { rateLimited, rateLimitHeaders } from '@hookline/service';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { checkRequestHead, countHosts } from '../../inbound/check-request-head.ts';
import type { Address } from '../../inbound/verify-request.ts';
import { suffixStart } from '../../requests/keep-request.ts';
import type { RouteContext } from '../context.ts';

interface AddressParams {
  provider?: string;
  userId?: string;
  token?: string;
}

const INBOUND_PATHS = [
  '/api/webhooks/:provider/:userId',
  '/api/webhooks/:provider',
  '/webhook',
  '/in/:token',
];

/**
 * The addresses that providers call. Encapsulated: only here is a body the received bytes, whatever the content type.
 */
export function mountInboundRoutes(app: FastifyInstance, context: RouteContext): void {
  const { inboundHandler: handler, inFlight, limits } = context;

  app.register((inbound, _options, registered) => {
    inbound.removeAllContentTypeParsers();
    inbound.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    inbound.setErrorHandler((error, request, reply) =>
      handler.refuse(error, request, reply, tryAddress(request)),
    );
    inbound.addHook('onRequest', (request, reply, done) => {
      try {
        const exceeded = limits.turnAway(request.ip);
        if (exceeded) {
          reply.headers(rateLimitHeaders(exceeded));
          throw rateLimited(exceeded);
        }
        checkRequestHead({
          hosts: countHosts(request.raw.rawHeaders),
          contentEncoding: request.headers['content-encoding'],
        });
        if (!inFlight.reserve(request.raw, reply.raw))
          throw new ApiError('overloaded', { retryAfterSeconds: 5 });
        done();
      } catch (error) {
        done(error as Error);
      }
    });
    const receive = (request: FastifyRequest, reply: FastifyReply) =>
      handler.receive(request, reply, addressOf(request, context));

    // All methods: the provider and its source decide which are allowed, and a refused request is stored as a rejection.
    for (const url of INBOUND_PATHS) {
      inbound.all(url, receive);
      inbound.all(`${url}/`, receive);
    }
    // Path after the source's address; endpoints with `format: "request"` receive it.
    inbound.all('/in/:token/*', (request, reply) => {
      checkPathSuffix(request.url);
      return receive(request, reply);
    });
    registered();
  });

  function tryAddress(request: FastifyRequest): Address | undefined {
    try {
      return addressOf(request, context);
    } catch {
      return undefined;
    }
  }
}

/**
 * @throws ApiError `invalid_request` for a path with dot segments, because it is appended to the URLs of endpoints
 */
function checkPathSuffix(target: string): void {
  const [path = ''] = target.split('?', 1);
  const suffix = path.slice(suffixStart(path));
  const segments = suffix
    .toLowerCase()
    .replaceAll('%2e', '.')
    .split(/[/\\]|%2f|%5c/);
  if (segments.includes('.') || segments.includes('..'))
    throw new ApiError('invalid_request', { message: 'The path must not have a segment "." or ".."' });
}

/** @throws ApiError `source_not_found` for a provider or a tenant that cannot exist */
function addressOf(request: FastifyRequest, context: RouteContext): Address {
  const { provider: name = 'meta', userId, token } = request.params as AddressParams;
  if (token !== undefined) return { kind: 'token', token };
  const provider = getProvider(name);
  if (!provider) throw new ApiError('source_not_found', { message: `Unknown provider "${name}"` });
  if (userId === undefined) {
    return { kind: 'tenant', provider, tenant: context.defaultTenant, isShared: true };
  }
  if (!isTenant(userId)) throw new ApiError('source_not_found');
  return { kind: 'tenant', provider, tenant: userId, isShared: false };
}
