import { operations, type Transformation, tenantToRead } from '@hookline/contracts';
import { mountOperation, type OperationHandler } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { warnOfFilter, withWarnings } from '../warnings.ts';
import { changeEndpoint } from './change-endpoint.ts';
import { presentEndpoint } from './present-endpoint.ts';
import { requireEndpoint } from './require-endpoint.ts';
import { checkAddresses } from './settings/check-addresses.ts';
import { checkTransformation } from './settings/check-transformation.ts';
import { columnsContextOf } from './settings/columns-context.ts';
import { toEndpointColumns } from './settings/endpoint-columns.ts';
import { signingKeysFor } from './settings/signing-keys-for.ts';
import { warnOfTwins } from './warn-of-twins.ts';

/** PUT and PATCH do the same: both change only the fields that the body has. */
export function mountUpdateEndpoint(app: FastifyInstance, context: RouteContext): void {
  const { database, secretBox } = context;

  const update: OperationHandler<
    typeof operations.updateEndpoint | typeof operations.patchEndpoint
  > = async ({ principal, params, query, body }) => {
    const scope = tenantToRead(principal, query.userId);
    await checkAddresses(body, context.guard);
    if (body.transformation) {
      const { tenantId } = await database.withScope(scope, (tx) => requireEndpoint(tx, params.id));
      await checkTransformation(context.transformer, tenantId, body.transformation as Transformation);
    }
    const row = await database.withScope(scope, (tx) =>
      changeEndpoint(tx, params.id, (current) => {
        const columns = toEndpointColumns(body, current, columnsContextOf(context, current.id));
        return {
          ...columns,
          ...signingKeysFor(secretBox, current.id, columns.signing, current.signingKeys),
          ...(columns.url === undefined || columns.url === current.url ? {} : { verified: false }),
          // An endpoint that stays switched off keeps its reason.
          ...(columns.active ? { disabledAt: null, disabledReason: null } : {}),
          resumed: columns.active === true && !current.active,
        };
      }),
    );
    if (body.ordering !== undefined) context.onKeysReleased();
    const mayBeTwin = body.url !== undefined || body.events !== undefined || body.active !== undefined;
    const warnings = [
      ...(body.filter ? warnOfFilter(row.filter) : []),
      ...(mayBeTwin ? await warnOfTwins(database, row) : []),
    ];
    return { data: presentEndpoint(row, secretBox), ...withWarnings(warnings) };
  };

  for (const operation of [operations.updateEndpoint, operations.patchEndpoint])
    mountOperation(app, operation, context.authenticate, update);
}
