import type { alertRules } from '@hookline/db/gateway';

export type AlertRuleRow = typeof alertRules.$inferSelect;
