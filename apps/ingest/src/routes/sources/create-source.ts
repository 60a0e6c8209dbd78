import { operations, tenantToWrite } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { createSourceToken } from '../../sources/create-source-token.ts';
import { insertSource } from '../../sql/insert-source.ts';
import type { RouteContext } from '../context.ts';
import { checkOptionUrls } from './check-option-urls.ts';
import {
  checkProviderOptions,
  copiedValues,
  readSourceSecret,
  requireProvider,
  warnOfOuterSpace,
} from './check-provider.ts';
import { refuseTakenUid, toLabels } from './to-labels.ts';
import { toSource } from './to-source.ts';
import { toSourceOptions } from './to-source-options.ts';
import { warnOfTypes } from './warn-of-types.ts';

export function mountCreateSource(app: FastifyInstance, context: RouteContext): void {
  const { database, secrets } = context;
  mountOperation(app, operations.createSource, context.authenticate, async ({ principal, body }) => {
    const tenant = tenantToWrite(principal, body.userId);
    const provider = requireProvider(body.provider);
    const { secret, warnings: ofSecret } = readSourceSecret(provider, body.secret ?? undefined);
    const options = toSourceOptions(provider, {}, body);
    checkProviderOptions(provider, options.provider ?? {});
    await checkOptionUrls(provider, body.options ?? {}, context.guard);
    const now = new Date();
    const id = context.nextSourceId(now.getTime());
    const row = await database.withTenant(tenant, (transaction) =>
      insertSource(transaction, {
        id,
        tenantId: tenant,
        provider: provider.id,
        name: body.name ?? null,
        token: createSourceToken(),
        secrets: secret === undefined ? [] : [secrets.seal(id, secret, now)],
        verifyToken: body.verifyToken == null ? null : secrets.sealVerifyToken(id, body.verifyToken),
        active: body.active ?? true,
        options,
        ...toLabels({}, body),
      }).catch(refuseTakenUid),
    );
    await context.onSourcesChanged();
    const ofOthers = warnOfOuterSpace(copiedValues(body));
    const warnings = [...ofSecret, ...ofOthers, ...(await warnOfTypes(database, tenant, body.events))];
    return { data: toSource(row, context.publicUrl), ...(warnings.length === 0 ? {} : { warnings }) };
  });
}
