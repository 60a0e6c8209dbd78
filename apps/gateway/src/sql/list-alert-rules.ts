import { countUpTo, type Transaction } from '@hookline/db';
import { alertRules } from '@hookline/db/gateway';
import type { RowRange } from '@hookline/service';
import { and, desc, eq, isNull, lt } from 'drizzle-orm';
import type { AlertRuleRow } from './alert-rule-row.ts';

/** Lists alert rules, newest first. @param tenant undefined: those of all tenants and of the operators */
export function listAlertRules(
  transaction: Transaction,
  tenant: string | undefined,
  { after, offset, limit }: RowRange,
): Promise<AlertRuleRow[]> {
  return transaction
    .select()
    .from(alertRules)
    .where(and(ofTenant(tenant), after === undefined ? undefined : lt(alertRules.id, after)))
    .orderBy(desc(alertRules.id))
    .limit(limit)
    .offset(offset);
}

/** Counts the alert rules of the list, but no more than `limit`. */
export function countAlertRules(
  transaction: Transaction,
  tenant: string | undefined,
  limit: number,
): Promise<number> {
  return countUpTo(transaction, alertRules, ofTenant(tenant), limit);
}

/** Counts the rules of a tenant, or of the operators, but no more than `limit`. */
export function countOwnAlertRules(
  transaction: Transaction,
  tenant: string | null,
  limit: number,
): Promise<number> {
  const own = tenant === null ? isNull(alertRules.tenantId) : eq(alertRules.tenantId, tenant);
  return countUpTo(transaction, alertRules, own, limit);
}

const ofTenant = (tenant: string | undefined) =>
  tenant === undefined ? undefined : eq(alertRules.tenantId, tenant);
