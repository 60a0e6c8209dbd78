import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { noteBefore } from '../../audit/before.ts';
import { endAlerts } from '../../sql/end-alerts.ts';
import { deleteAlertRule } from '../../sql/write-alert-rule.ts';
import type { RouteContext } from '../context.ts';
import { presentAlertRule } from './present-alert-rule.ts';
import { requireAlertRule } from './require-alert-rule.ts';

export function mountDeleteAlertRule(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.deleteAlertRule, context.authenticate, async (call) => {
    const { principal, params, query, request } = call;
    await context.database.withScope(tenantToRead(principal, query.userId), async (transaction) => {
      const stored = await requireAlertRule(transaction, params.id, 'for update');
      noteBefore(request, presentAlertRule(stored));
      await deleteAlertRule(transaction, stored.id);
      await endAlerts(transaction, stored.id);
    });
    return { data: { message: 'The alert rule is deleted' } };
  });
}
