import { createSource, tenantToWrite } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { createSourceToken } from '../../sources/create-source-token.ts';
import { insertSource } from '../../sql/insert-source.ts';
import { checkOptionUrls } from './check-option-urls.ts';
import { checkProviderOptions, checkSourceSecret, requireProvider } from './check-provider.ts';
import type { SourceRoutesContext } from './source-routes-context.ts';
import { toSource } from './to-source.ts';
import { toSourceOptions } from './to-source-options.ts';
import { warnOfTypes } from './warn-of-types.ts';

export function mountCreateSource(app: FastifyInstance, context: SourceRoutesContext): void {
  const { database, secrets } = context;
  mountOperation(app, createSource, context.authenticate, async ({ principal, body }) => {
    const tenant = tenantToWrite(principal, body.userId);
    const provider = requireProvider(body.provider);
    checkSourceSecret(provider, body.secret);
    checkProviderOptions(provider, body.options ?? {});
    await checkOptionUrls(provider, body.options ?? {}, context.guard);
    const options = toSourceOptions(provider, {}, body);
    const now = new Date();
    const id = context.nextSourceId(now.getTime());
    const row = await database.withTenant(tenant, (transaction) =>
      insertSource(transaction, {
        id,
        tenantId: tenant,
        provider: provider.id,
        name: body.name ?? null,
        token: createSourceToken(),
        secrets: body.secret === undefined ? [] : [secrets.seal(id, body.secret, now)],
        verifyToken: body.verifyToken === undefined ? null : secrets.sealVerifyToken(id, body.verifyToken),
        options,
      }),
    );
    await context.onSourcesChanged();
    const warnings = await warnOfTypes(database, tenant, body.events);
    return { data: toSource(row, context.publicUrl), ...warnings };
  });
}
