import {
  ApiError,
  apiKeyPrefix,
  ID_PREFIX,
  type InputOf,
  LATEST_TIME_MS,
  operations,
} from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { createIdFactory, mountOperation } from '@hookline/service';
import { sql } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import { hashSecret, makeApiKey } from '../../auth/api-key.ts';
import { requireGrantable } from '../../auth/require-grantable.ts';
import { outlives, requireAddressesWithin } from '../../auth/require-within.ts';
import type { ApiKeyRow } from '../../sql/api-key-row.ts';
import { findKeyLimits, type KeyLimits } from '../../sql/find-key-limits.ts';
import { handOnViews } from '../../sql/hand-on-views.ts';
import { insertApiKey } from '../../sql/insert-api-key.ts';
import { lastsLonger } from '../../sql/lasts-longer.ts';
import { limitKeySessions } from '../../sql/limit-key-sessions.ts';
import { lockApiKey } from '../../sql/lock-api-key.ts';
import { retireApiKey } from '../../sql/retire-api-key.ts';
import type { RouteContext } from '../context.ts';
import { presentApiKey } from './present-api-key.ts';
import { readExpiry } from './read-expiry.ts';

const nextKeyId = createIdFactory(ID_PREFIX.apiKey);

/** Replaces a key in one transaction: of two rotations at the same time, one is refused. */
export function mountRotateApiKey(app: FastifyInstance, context: RouteContext): void {
  const { database, revocations } = context;
  mountOperation(app, operations.rotateApiKey, context.authenticate, async ({ params, body, request }) => {
    const identity = context.identityOf(request);
    const { key, row, endings } = await database.withSystem(async (transaction) => {
      const old = await requireRotatable(transaction, params.id);
      requireGrantable(identity, old.scopes);
      const maker = await findKeyLimits(transaction, identity.principal.keyId);
      requireAddressesWithin(maker, old.allowedAddresses);
      const key = makeApiKey(old.role);
      const row = await insertApiKey(transaction, {
        id: nextKeyId(),
        tenantId: old.tenantId,
        role: old.role,
        name: old.name,
        keyHash: hashSecret(key),
        prefix: apiKeyPrefix(key),
        scopes: old.scopes,
        allowedAddresses: old.allowedAddresses,
        expiresAt: await expiryOf(transaction, old, body.expiresAt, maker),
      });
      await handOnViews(transaction, old.id, row.id);
      const graceSeconds = body.graceHours * 3_600;
      const endsAfterMs = await retireApiKey(transaction, { id: old.id, rotatedTo: row.id, graceSeconds });
      const sessions = await limitKeySessions(transaction, old.id, endsAfterMs);
      return { key, row, endings: [{ id: old.id, endsAfterMs }, ...sessions] };
    });
    await revocations.announce(endings);
    return { data: { ...presentApiKey(row), key } };
  });
}

/** @throws ApiError `not_found`, `conflict` */
async function requireRotatable(transaction: Transaction, id: string): Promise<ApiKeyRow> {
  const found = await lockApiKey(transaction, id);
  if (!found) throw new ApiError('not_found', { message: 'There is no such API key' });
  const { key, hasExpired } = found;
  const refuse = (reason: string) => new ApiError('conflict', { message: reason });
  if (key.revokedAt !== null)
    throw refuse('The API key is revoked, and a rotation brings no key back: create one');
  if (key.rotatedTo !== null) throw refuse(`The API key was rotated before: rotate ${key.rotatedTo}`);
  if (hasExpired) throw refuse('The API key has expired, and a rotation brings no key back: create one');
  return key;
}

/** @throws ApiError `forbidden` if the new key would outlive the key of the caller */
async function expiryOf(
  transaction: Transaction,
  old: ApiKeyRow,
  wanted: InputOf<typeof operations.rotateApiKey, 'body'>['expiresAt'],
  maker: KeyLimits | undefined,
) {
  if (wanted !== undefined) return readExpiry(transaction, wanted, maker);
  if (old.expiresAt === null) return readExpiry(transaction, null, maker);
  const lifeSeconds = (old.expiresAt.getTime() - old.createdAt.getTime()) / 1_000;
  const own = maker?.expiresAt ?? null;
  if (own !== null && (await lastsLonger(transaction, lifeSeconds, own))) throw outlives(own);
  // Of a key that lasts until the year 9999, the next one would last until a year that no answer can hold.
  return sql`least(now() + ${lifeSeconds}::float8 * interval '1 second', ${new Date(LATEST_TIME_MS)}::timestamptz)`;
}
