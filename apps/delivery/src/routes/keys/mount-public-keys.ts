import { ApiError, ID_PREFIX, isId, PUBLIC_KEYS_ROUTE } from '@hookline/contracts';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { presentPublicKeys } from './present-public-keys.ts';

/** After a rotation the old key also signs for a day, so a copy of this age still verifies. */
const CACHE_SECONDS = 300;
const ONLY_FROM_MEMORY = 'only-if-cached';

/**
 * Serves the page with which a receiver verifies `v1a` signatures: a JWK set. Callers need no key, only the endpoint's id,
 * of which 80 bits are random. So the page is served from memory. Only for an unknown id is Postgres asked whether the
 * endpoint is new, once for all simultaneous requests. A request with `cache-control: only-if-cached` never asks Postgres:
 * the gateway sends it for client addresses that have asked for too many missing pages.
 */
export function mountPublicKeys(app: FastifyInstance, { catalog }: Pick<RouteContext, 'catalog'>): void {
  const find = (id: string) => {
    const endpoint = catalog.get(id);
    return endpoint === undefined || endpoint.deleted
      ? []
      : presentPublicKeys(endpoint.signingKeys, Date.now());
  };
  app.get<{ Params: { id: string } }>(PUBLIC_KEYS_ROUTE, async (request, reply) => {
    const { id } = request.params;
    let keys = find(id);
    const isFromMemory = request.headers['cache-control'] === ONLY_FROM_MEMORY;
    if (keys.length === 0 && !isFromMemory && isId(ID_PREFIX.endpoint, id)) {
      await catalog.refresh();
      keys = find(id);
    }
    if (keys.length === 0) throw new ApiError('not_found', { message: 'There are no keys at this address' });
    return reply.header('cache-control', `public, max-age=${CACHE_SECONDS}`).send({ keys });
  });
}
