import { storedEventOperations } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { findKnownKeys } from '../../sql/find-known-keys.ts';
import type { RouteContext } from '../context.ts';

export function mountFindKnownKeys(app: FastifyInstance, { authenticate, database }: RouteContext): void {
  mountOperation(app, storedEventOperations.findKnownKeys, authenticate, async ({ body }) => ({
    data: { known: await findKnownKeys(database, body.tenant, body.keys) },
  }));
}
