import { ApiError, operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { DoctorCheck } from '../../doctor/doctor-facts.ts';
import type { RouteContext } from '../context.ts';
import { ofInstallation, requireOAuthApp } from './require-oauth-app.ts';

export function mountExamineOAuthApp(app: FastifyInstance, context: RouteContext): void {
  mountOperation(
    app,
    operations.examineOAuthApp,
    context.authenticate,
    async ({ principal, params, query }) => {
      const row = await context.database.withScope(tenantToRead(principal, query.userId), (transaction) =>
        requireOAuthApp(transaction, params.id),
      );
      // The checks count the connections of all tenants.
      if (row.tenantId === null && principal.role !== 'operator') throw ofInstallation();
      const examination = await context.doctor.examine(row.id);
      if (!examination) throw new ApiError('not_found', { message: 'OAuth application not found' });
      const { checks, checkedAt } = examination;
      return { data: { checkedAt: checkedAt.toISOString(), status: worstOf(checks), checks: [...checks] } };
    },
  );
}

function worstOf(checks: readonly DoctorCheck[]): 'ok' | 'warning' | 'problem' {
  const statuses = new Set(checks.map(({ status }) => status));
  return statuses.has('problem') ? 'problem' : statuses.has('warning') ? 'warning' : 'ok';
}
