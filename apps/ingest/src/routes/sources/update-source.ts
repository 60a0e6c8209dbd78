import { operations, tenantToRead, type Warning } from '@hookline/contracts';
import { mountOperation, type OperationHandler } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { findSource } from '../../sql/find-source.ts';
import { type SourceChange, updateSource } from '../../sql/update-source.ts';
import type { RouteContext } from '../context.ts';
import { checkOptionUrls } from './check-option-urls.ts';
import { copiedValues, readSourceSecret, requireProvider, warnOfOuterSpace } from './check-provider.ts';
import { requireLockedSource } from './require-source.ts';
import { refuseTakenUid, toLabels } from './to-labels.ts';
import { toSource } from './to-source.ts';
import { toSourceOptions } from './to-source-options.ts';
import { warnOfTypes } from './warn-of-types.ts';

export function mountUpdateSource(app: FastifyInstance, context: RouteContext): void {
  const { database, secrets } = context;
  const update: OperationHandler<typeof operations.updateSource | typeof operations.patchSource> = async ({
    principal,
    params,
    query,
    body,
  }) => {
    const scope = tenantToRead(principal, query.userId);
    if (body.options) {
      const source = await database.withScope(scope, (transaction) => findSource(transaction, params.id));
      if (source) await checkOptionUrls(requireProvider(source.provider), body.options, context.guard);
    }
    let ofSecret: Warning[] = [];
    const updated = await database.withScope(scope, async (transaction) => {
      const row = await requireLockedSource(transaction, params.id);
      const change: SourceChange = toLabels(row.metadata, body);
      if (body.name !== undefined) change.name = body.name;
      if (body.active !== undefined) change.active = body.active ?? true;
      const provider = requireProvider(row.provider);
      change.options = toSourceOptions(provider, row.options, body);
      if (body.verifyToken !== undefined) {
        change.verifyToken =
          body.verifyToken === null ? null : secrets.sealVerifyToken(row.id, body.verifyToken);
      }
      if (body.secret !== undefined) {
        const { secret, warnings } = readSourceSecret(provider, body.secret);
        ofSecret = warnings;
        Object.assign(change, secrets.rotate(row.id, row, secret, new Date()));
      }
      return updateSource(transaction, row.id, change).catch(refuseTakenUid);
    });
    await context.onSourcesChanged();
    const ofOthers = warnOfOuterSpace(copiedValues(body));
    const warnings = [
      ...ofSecret,
      ...ofOthers,
      ...(await warnOfTypes(database, updated.tenantId, body.events)),
    ];
    return { data: toSource(updated, context.publicUrl), ...(warnings.length === 0 ? {} : { warnings }) };
  };
  for (const operation of [operations.updateSource, operations.patchSource])
    mountOperation(app, operation, context.authenticate, update);
}
