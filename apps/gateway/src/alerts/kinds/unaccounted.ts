import { alertFactOperations, type UnaccountedWork } from '@hookline/contracts';
import { defineKind } from './alert-kind.ts';
import { tenantSubject } from './tenant-subject.ts';
import { count } from './texts.ts';

const DEFAULT_COUNT = 1;

export const unaccounted = defineKind<'unaccounted', UnaccountedWork>({
  type: 'unaccounted',
  owner: 'delivery',
  isForOperators: true,
  operation: alertFactOperations.countUnaccounted,
  complete: ({ type, count: wanted = DEFAULT_COUNT }) => ({ type, count: wanted }),
  subjectOf: ({ userId }) => tenantSubject(userId),
  measure: ({ count: wanted = DEFAULT_COUNT }, { unaccounted: missing }) =>
    missing >= wanted ? { unaccounted: missing } : undefined,
  describe: (_subject, { unaccounted: missing = 0 }) => ({
    firing: `The ledger misses ${count(missing, 'event or delivery', 'events or deliveries')}`,
    recovered: 'The ledger adds up again',
    nextStep:
      'Look at the unreadable messages (GET /api/unreadable-messages) and at the log of delivery: something that was accepted may be lost',
  }),
});
