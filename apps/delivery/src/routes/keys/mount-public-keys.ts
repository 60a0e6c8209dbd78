import { ApiError, ID_PREFIX, isId, PUBLIC_KEYS_ROUTE } from '@hookline/contracts';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { presentPublicKeys } from './present-public-keys.ts';

/** A new key signs beside the old one for a day, so a copy that is this old still verifies. */
const CACHE_SECONDS = 300;
const ONLY_FROM_MEMORY = 'only-if-cached';

/**
 * The page that a receiver verifies `v1a` signatures with: a JWK set for whoever knows the endpoint's id, 80 bits of
 * which are random. Strangers may ask, so it is answered from memory; only for an id that is not there is Postgres
 * asked whether the endpoint has just been made, once for all who ask at that time. Not by `cache-control:
 * only-if-cached`, with which the gateway asks for addresses that have asked for too much that is not there.
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
