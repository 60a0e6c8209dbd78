import { ApiError, operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { actorOf } from '../../audit/actor-of.ts';
import { acknowledgeAlert } from '../../sql/acknowledge-alert.ts';
import { listNotifications } from '../../sql/list-alerts.ts';
import type { RouteContext } from '../context.ts';
import { presentAlert } from './present-alert.ts';

export function mountAcknowledgeAlert(app: FastifyInstance, context: RouteContext): void {
  const { alerts, database } = context;
  mountOperation(app, operations.acknowledgeAlert, context.authenticate, ({ principal, params, query }) =>
    database.withScope(tenantToRead(principal, query.userId), async (transaction) => {
      const row = await acknowledgeAlert(transaction, params.id, actorOf(principal).actor_id);
      if (!row) throw new ApiError('not_found', { message: 'There is no such alert' });
      const notifications = await listNotifications(transaction, [row.id]);
      return { data: presentAlert(row, notifications.get(row.id) ?? [], alerts.publicUrl) };
    }),
  );
}
