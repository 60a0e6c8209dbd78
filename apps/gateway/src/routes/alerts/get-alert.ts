import { ApiError, operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { findAlert, listNotifications } from '../../sql/list-alerts.ts';
import type { RouteContext } from '../context.ts';
import { presentAlert } from './present-alert.ts';

export function mountGetAlert(app: FastifyInstance, context: RouteContext): void {
  const { alerts, database } = context;
  mountOperation(app, operations.getAlert, context.authenticate, ({ principal, params, query }) =>
    database.withScope(tenantToRead(principal, query.userId), async (transaction) => {
      const row = await findAlert(transaction, params.id);
      if (!row) throw new ApiError('not_found', { message: 'There is no such alert' });
      const notifications = await listNotifications(transaction, [row.id]);
      return { data: presentAlert(row, notifications.get(row.id) ?? [], alerts.publicUrl) };
    }),
  );
}
