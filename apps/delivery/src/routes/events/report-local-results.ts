import { type LocalResult, operations, tenantToRead } from '@hookline/contracts';
import { invalidFields, mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { insertLocalResults, type ReportedResult } from '../../sql/insert-local-results.ts';
import type { RouteContext } from '../context.ts';

export function mountReportLocalResults(app: FastifyInstance, context: RouteContext): void {
  mountOperation(
    app,
    operations.reportLocalResults,
    context.authenticate,
    async ({ principal, body: { reporter, results, userId } }) => {
      const reported = results.map(toReported);
      const data = await context.database.withScope(tenantToRead(principal, userId), (tx) =>
        insertLocalResults(tx, reporter, reported),
      );
      return { data };
    },
  );
}

function toReported(
  { eventId, durationMs, status, error, detail }: LocalResult,
  index: number,
): ReportedResult {
  if ((status === undefined) === (error === undefined)) {
    throw invalidFields({
      path: `body/results/${index}`,
      message: 'must have either status or error',
    });
  }
  return {
    eventId,
    durationMs,
    responseCode: status ?? null,
    error: error ?? null,
    detail: detail ?? null,
  };
}
