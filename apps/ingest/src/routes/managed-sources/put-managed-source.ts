import { type ManagedSource, managedSourceOperations } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { createSourceToken } from '../../sources/create-source-token.ts';
import { insertManagedSource } from '../../sql/insert-managed-source.ts';
import { lockManagedSource } from '../../sql/lock-managed-source.ts';
import type { AnySourceRow } from '../../sql/source-row.ts';
import { type SourceChange, updateSource } from '../../sql/update-source.ts';
import type { RouteContext } from '../context.ts';
import { checkOptionUrls } from '../sources/check-option-urls.ts';
import { checkProviderOptions, readSourceSecret, requireProvider } from '../sources/check-provider.ts';

/** Idempotent by the key: two replicas of the scheduler that make the same source at the same time get one. */
export function mountPutManagedSource(app: FastifyInstance, context: RouteContext): void {
  const { database, secrets, publicUrl } = context;
  mountOperation(app, managedSourceOperations.putManagedSource, context.authenticate, async ({ body }) => {
    const { key, managedBy, userId, name = null, options } = body;
    const provider = requireProvider(body.provider);
    if (options !== undefined) await checkOptionUrls(provider, options, context.guard);
    const now = new Date();
    const row = await database.withSystem(async (transaction): Promise<AnySourceRow> => {
      // Waits for a transaction that is creating the same source.
      const existing = await lockManagedSource(transaction, key);
      // Without any option a hub's request to unsubscribe is confirmed.
      if (options !== undefined && Object.keys(options).length > 0) checkProviderOptions(provider, options);
      if (existing === undefined) {
        const { secret } = readSourceSecret(provider, body.secret);
        const id = context.nextSourceId(now.getTime());
        return await insertManagedSource(transaction, {
          id,
          tenantId: userId,
          provider: provider.id,
          name,
          managedBy,
          managedKey: key,
          token: createSourceToken(),
          secrets: secret === undefined ? [] : [secrets.seal(id, secret, now)],
          options: options === undefined ? {} : { provider: options },
        });
      }
      const change: SourceChange = { active: true };
      if (options !== undefined) change.options = { ...existing.options, provider: options };
      if (body.secret !== undefined) {
        const { secret } = readSourceSecret(provider, body.secret);
        Object.assign(change, secrets.rotate(existing.id, existing, secret, now));
      }
      return await updateSource(transaction, existing.id, change);
    });
    await context.onSourcesChanged();
    return { data: toManagedSource(row, publicUrl) };
  });
}

function toManagedSource(row: AnySourceRow, publicUrl: string): ManagedSource {
  return {
    id: row.id,
    url: `${publicUrl}/in/${row.token}`,
    provider: row.provider,
    active: row.active,
    secretsSetAt: row.secrets.map(({ setAt }) => setAt),
    options: row.options.provider ?? {},
  };
}
