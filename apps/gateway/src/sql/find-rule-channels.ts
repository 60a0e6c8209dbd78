import type { Database } from '@hookline/db';
import type { AlertRuleRow } from './alert-rule-row.ts';

export type RuleChannels = Pick<AlertRuleRow, 'id' | 'channels' | 'sealedSecrets'>;

/** The channels of rules. A rule that was deleted is missing. */
export async function findRuleChannels(database: Database, ids: readonly string[]): Promise<RuleChannels[]> {
  const { rows } = await database.system<RuleChannels>(
    'select id, channels, sealed_secrets as "sealedSecrets" from alert_rules where id = any($1)',
    [ids],
  );
  return rows;
}
