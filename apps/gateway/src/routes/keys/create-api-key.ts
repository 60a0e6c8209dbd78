import { ID_PREFIX, operations } from '@hookline/contracts';
import { createIdFactory, mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { apiKeyPrefix, hashApiKey, makeApiKey } from '../../auth/api-key.ts';
import { insertApiKey } from '../../sql/insert-api-key.ts';
import type { RouteContext } from '../context.ts';
import { presentApiKey } from './present-api-key.ts';

const nextKeyId = createIdFactory(ID_PREFIX.apiKey);

/** The answer is the only place that ever holds the key: only its hash is stored. */
export function mountCreateApiKey(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.createApiKey, context.authenticate, async ({ body }) => {
    const key = makeApiKey();
    const row = await context.database.withSystem((transaction) =>
      insertApiKey(transaction, {
        id: nextKeyId(),
        tenantId: body.userId ?? null,
        role: body.userId === undefined ? 'operator' : 'tenant',
        name: body.name ?? null,
        keyHash: hashApiKey(key),
        prefix: apiKeyPrefix(key),
      }),
    );
    return { data: { ...presentApiKey(row), key } };
  });
}
