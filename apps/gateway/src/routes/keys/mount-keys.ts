import { ApiError, operations, tenantToRead } from '@hookline/contracts';
import {
  type Authenticate,
  decodeCursor,
  MAX_COUNTED,
  mountOperation,
  pageOf,
  toTotal,
} from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { ApiKeyStore } from '../../auth/api-key-store.ts';
import type { Revocations } from '../../auth/revocations.ts';

export interface KeyRoutesOptions {
  authenticate: Authenticate;
  store: ApiKeyStore;
  revocations: Revocations;
}

/** API keys: the one part of the API that the gateway itself owns. */
export function mountKeys(app: FastifyInstance, options: KeyRoutesOptions): void {
  const { authenticate, store, revocations } = options;

  mountOperation(app, operations.createApiKey, authenticate, async ({ body }) => ({
    data: await store.create({ tenant: body.userId, name: body.name ?? null }),
  }));

  mountOperation(app, operations.listApiKeys, authenticate, async ({ principal, query }) => {
    const { limit, offset = 0 } = query;
    const cursor = decodeCursor(query.cursor);
    const tenant = tenantToRead(principal, query.userId);
    const found = await store.list({ tenant, limit, cursor, offset });
    const total = cursor === undefined ? toTotal(await store.count(tenant, MAX_COUNTED + 1)) : undefined;
    return pageOf(found, { limit, offset, total, cursorOf: ({ id }) => id, toItem: (key) => key });
  });

  mountOperation(app, operations.revokeApiKey, authenticate, async ({ params }) => {
    if (!(await store.revoke(params.id)))
      throw new ApiError('not_found', { message: 'There is no such API key' });
    await revocations.announce(params.id);
    return { data: { message: 'The API key is revoked' } };
  });
}
