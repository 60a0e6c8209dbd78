import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { presentAlertRule } from './present-alert-rule.ts';
import { requireAlertRule } from './require-alert-rule.ts';

export function mountGetAlertRule(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.getAlertRule, context.authenticate, async ({ principal, params, query }) => {
    const row = await context.database.withScope(tenantToRead(principal, query.userId), (transaction) =>
      requireAlertRule(transaction, params.id),
    );
    return { data: presentAlertRule(row) };
  });
}
