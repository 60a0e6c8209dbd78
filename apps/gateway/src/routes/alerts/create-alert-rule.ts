import { ApiError, ID_PREFIX, MAX_ALERT_RULES, operations, tenantToRead } from '@hookline/contracts';
import { createIdFactory, mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { readChannels } from '../../alerts/rules/read-channels.ts';
import { countOwnAlertRules } from '../../sql/list-alert-rules.ts';
import { lockLimit } from '../../sql/lock-limit.ts';
import { insertAlertRule } from '../../sql/write-alert-rule.ts';
import type { RouteContext } from '../context.ts';
import { presentWithNewSecrets } from './present-alert-rule.ts';
import { readNewRule } from './read-alert-rule.ts';

const nextRuleId = createIdFactory(ID_PREFIX.alertRule);

export function mountCreateAlertRule(app: FastifyInstance, context: RouteContext): void {
  const { alerts, database } = context;
  mountOperation(app, operations.createAlertRule, context.authenticate, async ({ principal, body }) => {
    const tenant = tenantToRead(principal, body.userId);
    const tenantId = tenant ?? null;
    const settings = readNewRule(body, tenantId);
    const channels = await readChannels(body.channels, [], alerts);
    const id = nextRuleId();
    const row = await database.withScope(tenant, async (transaction) => {
      await lockLimit(transaction, 'alert_rules', tenantId);
      if ((await countOwnAlertRules(transaction, tenantId, MAX_ALERT_RULES)) >= MAX_ALERT_RULES) {
        throw new ApiError('conflict', {
          message: `${tenantId === null ? 'The operators' : 'A tenant'} may have at most ${MAX_ALERT_RULES} alert rules`,
        });
      }
      return insertAlertRule(transaction, {
        id,
        tenantId,
        ...settings,
        ...alerts.channels.seal(id, channels),
      });
    });
    return { data: presentWithNewSecrets(row, channels, []) };
  });
}
