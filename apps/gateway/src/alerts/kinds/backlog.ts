import { alertFactOperations, type OpenDeliveries } from '@hookline/contracts';
import { defineKind } from './alert-kind.ts';
import { tenantSubject } from './tenant-subject.ts';
import { count, duration, ownerOf } from './texts.ts';

const DEFAULT_OLDEST_SECONDS = 600;

export const backlog = defineKind<'backlog', OpenDeliveries>({
  type: 'backlog',
  owner: 'delivery',
  operation: alertFactOperations.countOpenDeliveries,
  complete: (condition) =>
    condition.deliveries === undefined && condition.oldestSeconds === undefined
      ? { ...condition, oldestSeconds: DEFAULT_OLDEST_SECONDS }
      : condition,
  subjectOf: ({ userId }) => tenantSubject(userId),
  measure({ deliveries, oldestSeconds: limit }, { open, oldestSeconds }) {
    const isLong = deliveries !== undefined && open >= deliveries;
    const isOld = limit !== undefined && oldestSeconds >= limit;
    return isLong || isOld ? { open, oldestSeconds: Math.floor(oldestSeconds) } : undefined;
  },
  describe: (subject, { open = 0, oldestSeconds = 0 }) => ({
    firing: `${count(open, 'delivery', 'deliveries')} ${ownerOf(subject)} ${open === 1 ? 'is' : 'are'} open, and the oldest has been due for ${duration(oldestSeconds)}`,
    recovered: `The backlog ${ownerOf(subject)} is small again`,
    nextStep:
      'See whether the queue is paused, whether an endpoint is slow or limited, and whether enough replicas of delivery run',
  }),
});
