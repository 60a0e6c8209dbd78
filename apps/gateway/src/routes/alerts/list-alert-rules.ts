import { ID_PREFIX, operations, tenantToRead } from '@hookline/contracts';
import { mountOperation, readPage } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { countAlertRules, listAlertRules } from '../../sql/list-alert-rules.ts';
import type { RouteContext } from '../context.ts';
import { presentAlertRule } from './present-alert-rule.ts';

export function mountListAlertRules(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.listAlertRules, context.authenticate, ({ principal, query }) => {
    const tenant = tenantToRead(principal, query.userId);
    return context.database.withScope(tenant, (transaction) =>
      readPage(query, {
        list: (range) => listAlertRules(transaction, tenant, range),
        count: (limit) => countAlertRules(transaction, tenant, limit),
        cursorOf: ({ id }) => id,
        idPrefix: ID_PREFIX.alertRule,
        toItem: presentAlertRule,
      }),
    );
  });
}
