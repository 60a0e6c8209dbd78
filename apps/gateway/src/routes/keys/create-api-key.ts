import { apiKeyPrefix, ID_PREFIX, operations } from '@hookline/contracts';
import { createIdFactory, mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { hashSecret, makeApiKey } from '../../auth/api-key.ts';
import { requireGrantable } from '../../auth/require-grantable.ts';
import { requireAddressesWithin } from '../../auth/require-within.ts';
import { findKeyLimits } from '../../sql/find-key-limits.ts';
import { insertApiKey } from '../../sql/insert-api-key.ts';
import type { RouteContext } from '../context.ts';
import { checkAllowedAddresses } from './check-allowed-addresses.ts';
import { presentApiKey } from './present-api-key.ts';
import { readExpiry } from './read-expiry.ts';

const nextKeyId = createIdFactory(ID_PREFIX.apiKey);

/** The answer is the only place that ever holds the key: only its hash is stored. */
export function mountCreateApiKey(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.createApiKey, context.authenticate, async ({ body, request }) => {
    const { userId, name, scopes, expiresAt } = body;
    const { principal, ...identity } = context.identityOf(request);
    requireGrantable(identity, scopes);
    checkAllowedAddresses(body.allowedAddresses ?? []);
    const role = userId === undefined ? 'operator' : 'tenant';
    const key = makeApiKey(role);
    const row = await context.database.withSystem(async (transaction) => {
      const maker = await findKeyLimits(transaction, principal.keyId);
      // What is left out is as with the key of the maker.
      const { allowedAddresses = maker?.allowedAddresses ?? null } = body;
      requireAddressesWithin(maker, allowedAddresses);
      return insertApiKey(transaction, {
        id: nextKeyId(),
        tenantId: userId ?? null,
        role,
        name: name ?? null,
        keyHash: hashSecret(key),
        prefix: apiKeyPrefix(key),
        scopes,
        allowedAddresses,
        expiresAt: await readExpiry(transaction, expiresAt, maker),
      });
    });
    return { data: { ...presentApiKey(row), key } };
  });
}
