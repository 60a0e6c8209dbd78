import { ApiError, operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { diagnoseRejection } from '../../diagnose/diagnose-rejection.ts';
import { diagnoseRequest } from '../../diagnose/diagnose-request.ts';
import { readPastedRequest } from '../../diagnose/read-pasted-request.ts';
import type { ActiveSource } from '../../sources/active-source.ts';
import { listTenantSources } from '../../sources/list-tenant-sources.ts';
import { toActiveSource } from '../../sources/to-active-source.ts';
import { findRejection } from '../../sql/find-rejection.ts';
import type { SourceRow } from '../../sql/source-row.ts';
import type { RouteContext } from '../context.ts';
import { requireProvider } from './check-provider.ts';
import { requireSource } from './require-source.ts';
import { toSource } from './to-source.ts';

export function mountDiagnoseSource(app: FastifyInstance, context: RouteContext): void {
  const { database, secrets, publicUrl, environmentSecrets } = context;

  mountOperation(
    app,
    operations.diagnoseSource,
    context.authenticate,
    async ({ principal, params, query, body }) => {
      const { rejectionId, clientAddress, ...given } = body;
      const scope = tenantToRead(principal, query.userId);
      const row = await database.withScope(scope, (transaction) => requireSource(transaction, params.id));
      if (rejectionId !== undefined) {
        if (Object.keys(given).length > 0 || clientAddress !== undefined) {
          throw new ApiError('invalid_request', {
            message: 'body: rejectionId must be the only field that describes the request',
          });
        }
        return { data: diagnoseRejection(await findRejectionOf(row, rejectionId)) };
      }
      const pasted = readPastedRequest(given, toSource(row, publicUrl).url);
      // The tenant of the source, even if an operator, who may read every tenant's data, sends the request.
      const own = await listTenantSources(
        { database, secrets, onSealed },
        row.tenantId,
        requireProvider(row.provider),
      );
      const data = await diagnoseRequest({
        ...pasted,
        source: open(row),
        isActive: row.active,
        others: own.filter(({ id }) => id !== row.id),
        environmentSecrets: environmentSecrets.get(row.provider)?.secrets ?? [],
        isTimeKnown: given.receivedAt !== undefined,
        clientAddress,
        publicUrl,
        maxBodyBytes: context.maxBodyBytes,
        fetchPublished: context.fetchPublished,
      });
      return { data };
    },
  );

  async function findRejectionOf(row: SourceRow, rejectionId: string) {
    const rejection = await database.withTenant(row.tenantId, (transaction) =>
      findRejection(transaction, row.id, rejectionId),
    );
    if (!rejection) throw new ApiError('not_found', { message: 'Rejection not found' });
    return rejection;
  }

  function open(row: SourceRow): ActiveSource {
    return toActiveSource(row, requireProvider(row.provider), '', secrets, (error) =>
      onSealed(row.id, error),
    );
  }

  function onSealed(sourceId: string, error: unknown): void {
    app.log.error({ err: error, sourceId }, 'could not decrypt the secrets of a source');
  }
}
