import { createSource, tenantToWrite } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { createSourceToken } from '../../sources/create-source-token.ts';
import { insertSource } from '../../sql/insert-source.ts';
import { checkSourceSecret, requireProvider } from './check-provider.ts';
import type { SourceRoutesContext } from './source-routes-context.ts';
import { toSource } from './to-source.ts';

export function mountCreateSource(app: FastifyInstance, context: SourceRoutesContext): void {
  const { database, secrets } = context;
  mountOperation(app, createSource, context.authenticate, async ({ principal, body }) => {
    const tenant = tenantToWrite(principal, body.userId);
    const provider = requireProvider(body.provider);
    checkSourceSecret(provider, body.secret);
    const id = context.nextSourceId(Date.now());
    const row = await database.withTenant(tenant, (transaction) =>
      insertSource(transaction, {
        id,
        tenantId: tenant,
        provider: provider.id,
        name: body.name ?? null,
        token: createSourceToken(),
        secrets: [secrets.seal(id, body.secret)],
        verifyToken: body.verifyToken === undefined ? null : secrets.sealVerifyToken(id, body.verifyToken),
        options: body.toleranceSeconds === undefined ? {} : { toleranceSeconds: body.toleranceSeconds },
      }),
    );
    await context.onSourcesChanged();
    return { data: toSource(row, context.publicUrl) };
  });
}
