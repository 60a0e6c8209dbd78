import { alertFactOperations, type UsedQuota } from '@hookline/contracts';
import { defineKind } from './alert-kind.ts';
import { nameOf } from './texts.ts';

const DEFAULT_PERCENT = 80;

export const quotaNear = defineKind<'quota_near', UsedQuota>({
  type: 'quota_near',
  owner: 'scheduler',
  operation: alertFactOperations.listUsedQuotas,
  complete: ({ type, percent = DEFAULT_PERCENT }) => ({ type, percent }),
  askFor: (conditions) => ({
    percent: Math.min(...conditions.map(({ percent = DEFAULT_PERCENT }) => percent)),
  }),
  // Several tenants may take from one quota.
  subjectOf: ({ key }) => ({ type: 'quota', id: key, name: null, userId: null }),
  measure({ percent = DEFAULT_PERCENT }, { used, capacity }) {
    const usedPercent = Math.floor((used / capacity) * 1_000) / 10;
    return used * 100 >= percent * capacity ? { usedPercent, used, capacity } : undefined;
  },
  describe: (subject, { usedPercent = 0, used = 0, capacity = 0 }) => ({
    firing: `${nameOf('quota', subject)} is used to ${usedPercent} % (${used} of ${capacity})`,
    recovered: `${nameOf('quota', subject)} has room again`,
    nextStep: 'Poll less often, or ask the provider for a larger quota: polls wait when it is used up',
  }),
});
