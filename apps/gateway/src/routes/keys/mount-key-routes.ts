import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { mountCreateApiKey } from './create-api-key.ts';
import { mountListApiKeys } from './list-api-keys.ts';
import { mountRevokeApiKey } from './revoke-api-key.ts';
import { mountRotateApiKey } from './rotate-api-key.ts';

/** The operations that the gateway handles itself: API keys. */
export function mountKeyRoutes(app: FastifyInstance, context: RouteContext): void {
  mountCreateApiKey(app, context);
  mountListApiKeys(app, context);
  mountRotateApiKey(app, context);
  mountRevokeApiKey(app, context);
}
