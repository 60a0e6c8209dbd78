import { ApiError, ID_PREFIX, operations, tenantToWrite } from '@hookline/contracts';
import { createIdFactory, mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { sealEndpointSecret } from '../../endpoints/secrets/endpoint-secret-box.ts';
import { insertEndpoint } from '../../sql/insert-endpoint.ts';
import type { RouteContext } from '../context.ts';
import { warnOfFilter, withWarnings } from '../warnings.ts';
import { presentEndpoint } from './present-endpoint.ts';
import { refuseTakenUid } from './refuse-taken-uid.ts';
import { secretFrom } from './secret-from.ts';
import { checkAddresses } from './settings/check-addresses.ts';
import { checkTransformation } from './settings/check-transformation.ts';
import { columnsContextOf } from './settings/columns-context.ts';
import { NO_COLUMNS, toEndpointColumns } from './settings/endpoint-columns.ts';
import { signingKeysFor } from './settings/signing-keys-for.ts';
import { warnOfTwins } from './warn-of-twins.ts';

const nextEndpointId = createIdFactory(ID_PREFIX.endpoint);

export function mountCreateEndpoint(app: FastifyInstance, context: RouteContext): void {
  const { database, secretBox } = context;
  mountOperation(app, operations.createEndpoint, context.authenticate, async ({ principal, body }) => {
    const { userId, secret: given, ...fields } = body;
    const tenantId = tenantToWrite(principal, userId);
    const secret = secretFrom(given ?? undefined);
    await checkAddresses(fields, context.guard);
    if (fields.transformation)
      await checkTransformation(context.transformer, tenantId, fields.transformation);
    const id = nextEndpointId();
    const { name, url, events, ...columns } = toEndpointColumns(
      fields,
      NO_COLUMNS,
      columnsContextOf(context, id),
    );
    // The schema requires them.
    if (name === undefined || url === undefined || events === undefined)
      throw new ApiError('invalid_request');
    const row = await database.withTenant(tenantId, (tx) =>
      insertEndpoint(tx, {
        maxRetries: context.defaultMaxRetries,
        ...columns,
        ...signingKeysFor(secretBox, id, columns.signing, []),
        id,
        tenantId,
        name,
        url,
        events,
        secrets: [{ sealed: sealEndpointSecret(secretBox, id, secret), expiresAt: null }],
      }).catch(refuseTakenUid),
    );
    const warnings = [...warnOfFilter(row.filter), ...(await warnOfTwins(database, row))];
    return { data: { ...presentEndpoint(row, secretBox), secret }, ...withWarnings(warnings) };
  });
}
