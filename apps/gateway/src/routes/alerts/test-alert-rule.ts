import { type AlertType, ApiError, ID_PREFIX, operations, tenantToRead } from '@hookline/contracts';
import { createIdFactory, mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { testMessageOf } from '../../alerts/notifications/alert-message.ts';
import type { RouteContext } from '../context.ts';
import { requireAlertRule } from './require-alert-rule.ts';

/** No tenant has an empty name. */
const OPERATORS = '';
const nextNotificationId = createIdFactory(ID_PREFIX.alertNotification);

export function mountTestAlertRule(app: FastifyInstance, context: RouteContext): void {
  const { alerts, database } = context;
  mountOperation(
    app,
    operations.testAlertRule,
    context.authenticate,
    async ({ principal, params, query }) => {
      const row = await database.withScope(tenantToRead(principal, query.userId), (transaction) =>
        requireAlertRule(transaction, params.id),
      );
      const { id, name, tenantId } = row;
      const { exceeded, quota, resetSeconds } = alerts.tests.take(tenantId ?? OPERATORS);
      if (exceeded) {
        throw new ApiError('rate_limited', {
          message: `At most ${quota.limit} tests of alert rules are sent in a minute`,
          retryAfterSeconds: resetSeconds,
        });
      }
      const message = testMessageOf(
        { id, name, type: row.kind as AlertType, userId: tenantId },
        new Date().toISOString(),
      );
      const channels = await Promise.all(
        alerts.channels.open(row).map(async (channel) => {
          const outcome = await alerts.send(channel, message, { id: nextNotificationId(), tenant: tenantId });
          return {
            name: channel.name,
            type: channel.type,
            sent: outcome.sent,
            responseStatus: outcome.status,
            error: outcome.error,
          };
        }),
      );
      return { data: { channels } };
    },
  );
}
