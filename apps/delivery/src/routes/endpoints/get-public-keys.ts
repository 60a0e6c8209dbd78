import { operations, publicKeysPath, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { presentPublicKeys } from '../keys/present-public-keys.ts';
import { requireEndpoint } from './require-endpoint.ts';

export function mountGetPublicKeys(app: FastifyInstance, context: RouteContext): void {
  mountOperation(
    app,
    operations.getPublicKeys,
    context.authenticate,
    async ({ principal, params, query }) => {
      const row = await context.database.withScope(tenantToRead(principal, query.userId), (tx) =>
        requireEndpoint(tx, params.id),
      );
      const signingKeys = row.signingKeys.map(({ publicKey, expiresAt }) => ({
        publicKey,
        expiresAtMs: expiresAt === null ? undefined : Date.parse(expiresAt),
      }));
      return { data: { path: publicKeysPath(row.id), keys: presentPublicKeys(signingKeys, Date.now()) } };
    },
  );
}
