import { ApiError, operations, tenantToWrite } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { judgeSchema, type SchemaVerdict } from '../../event-types/judge-schema.ts';
import { presentEventType } from '../../event-types/read-event-types.ts';
import { registerEventType } from '../../sql/register-event-type.ts';
import type { RouteContext } from '../context.ts';

export function mountPutEventType(app: FastifyInstance, context: RouteContext): void {
  const { database, schemaThreads } = context;
  mountOperation(
    app,
    operations.putEventType,
    context.authenticate,
    async ({ principal, params, query, body }) => {
      const tenant = tenantToWrite(principal, query.userId);
      if (body.schema) refuseUnusable(await judgeSchema(schemaThreads, tenant, body.schema));
      const changes = {
        ...(body.description === undefined ? {} : { description: body.description }),
        ...(body.schema === undefined ? {} : { schema: body.schema }),
      };
      const row = await database.withTenant(tenant, (transaction) =>
        registerEventType(transaction, { tenantId: tenant, type: params.type }, changes),
      );
      return { data: presentEventType(row) };
    },
  );
}

function refuseUnusable(verdict: SchemaVerdict): void {
  if (verdict.kind === 'busy') throw new ApiError('overloaded', { retryAfterSeconds: 1 });
  if (verdict.kind === 'refused') {
    throw new ApiError('invalid_schema', { message: `body/schema${verdict.at}: ${verdict.problem}` });
  }
}
