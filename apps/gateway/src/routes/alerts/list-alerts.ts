import { ID_PREFIX, operations, tenantToRead } from '@hookline/contracts';
import { mountOperation, readPage } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { countAlerts, listAlerts, listNotifications } from '../../sql/list-alerts.ts';
import type { RouteContext } from '../context.ts';
import { presentAlert } from './present-alert.ts';

export function mountListAlerts(app: FastifyInstance, context: RouteContext): void {
  const { alerts, database } = context;
  mountOperation(app, operations.listAlerts, context.authenticate, ({ principal, query }) => {
    const { userId, state, ruleId } = query;
    const filter = { tenant: tenantToRead(principal, userId), state, ruleId };
    return database.withScope(filter.tenant, async (transaction) => {
      const { data: rows, page } = await readPage(query, {
        list: (range) => listAlerts(transaction, filter, range),
        count: (limit) => countAlerts(transaction, filter, limit),
        cursorOf: ({ id }) => id,
        idPrefix: ID_PREFIX.alert,
        toItem: (row) => row,
      });
      const notifications = await listNotifications(
        transaction,
        rows.map(({ id }) => id),
      );
      return {
        data: rows.map((row) => presentAlert(row, notifications.get(row.id) ?? [], alerts.publicUrl)),
        page,
      };
    });
  });
}
