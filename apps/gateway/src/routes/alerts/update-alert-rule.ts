import { isDeepStrictEqual } from 'node:util';
import { ApiError, operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { readChannels } from '../../alerts/rules/read-channels.ts';
import { noteBefore } from '../../audit/before.ts';
import { endAlerts } from '../../sql/end-alerts.ts';
import { updateAlertRule } from '../../sql/write-alert-rule.ts';
import type { RouteContext } from '../context.ts';
import { presentAlertRule, presentWithNewSecrets } from './present-alert-rule.ts';
import { readRuleChange } from './read-alert-rule.ts';
import { requireAlertRule } from './require-alert-rule.ts';

export function mountUpdateAlertRule(app: FastifyInstance, context: RouteContext): void {
  const { alerts, database } = context;
  mountOperation(app, operations.updateAlertRule, context.authenticate, async (call) => {
    const { principal, params, query, body, request } = call;
    const scope = tenantToRead(principal, query.userId);
    const seen = await database.withScope(scope, (transaction) => requireAlertRule(transaction, params.id));
    noteBefore(request, presentAlertRule(seen));
    const settings = readRuleChange(body, seen);
    const before = alerts.channels.open(seen);
    // Looks up host names, which no transaction waits for.
    const channels = body.channels ? await readChannels(body.channels, before, alerts) : before;
    return database.withScope(scope, async (transaction) => {
      const stored = await requireAlertRule(transaction, seen.id, 'for update');
      if (stored.updatedAt.getTime() !== seen.updatedAt.getTime())
        throw new ApiError('conflict', { message: 'The alert rule was changed at the same time: try again' });
      const row = await updateAlertRule(transaction, stored.id, {
        ...settings,
        ...alerts.channels.seal(stored.id, channels),
      });
      // What a rule that is off, or had another condition, said of its subjects is no longer checked.
      if (!row.active || !isDeepStrictEqual(row.condition, stored.condition))
        await endAlerts(transaction, row.id);
      return { data: presentWithNewSecrets(row, channels, before) };
    });
  });
}
