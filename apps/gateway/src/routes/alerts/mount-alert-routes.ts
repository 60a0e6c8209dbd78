import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { mountAcknowledgeAlert } from './acknowledge-alert.ts';
import { mountCreateAlertRule } from './create-alert-rule.ts';
import { mountDeleteAlertRule } from './delete-alert-rule.ts';
import { mountGetAlert } from './get-alert.ts';
import { mountGetAlertRule } from './get-alert-rule.ts';
import { mountListAlertRules } from './list-alert-rules.ts';
import { mountListAlerts } from './list-alerts.ts';
import { mountTestAlertRule } from './test-alert-rule.ts';
import { mountUpdateAlertRule } from './update-alert-rule.ts';

/** The operations that the gateway handles itself: alert rules and alerts. */
export function mountAlertRoutes(app: FastifyInstance, context: RouteContext): void {
  mountCreateAlertRule(app, context);
  mountListAlertRules(app, context);
  mountGetAlertRule(app, context);
  mountUpdateAlertRule(app, context);
  mountDeleteAlertRule(app, context);
  mountTestAlertRule(app, context);
  mountListAlerts(app, context);
  mountGetAlert(app, context);
  mountAcknowledgeAlert(app, context);
}
