import { alertFactOperations, DEAD_LETTER_WINDOWS, type DeadLetterCount } from '@hookline/contracts';
import { defineKind } from './alert-kind.ts';
import { tenantSubject } from './tenant-subject.ts';
import { count, duration, ownerOf } from './texts.ts';

const DEFAULT_COUNT = 1;
const DEFAULT_WINDOW = 60;

export const deadLetters = defineKind<'dead_letters', DeadLetterCount>({
  type: 'dead_letters',
  owner: 'delivery',
  operation: alertFactOperations.countRecentDeadLetters,
  complete: ({ type, count: wanted = DEFAULT_COUNT, withinMinutes = DEFAULT_WINDOW }) => ({
    type,
    count: wanted,
    withinMinutes,
  }),
  askFor: (conditions) => ({
    withinMinutes: Math.max(...conditions.map(({ withinMinutes = DEFAULT_WINDOW }) => withinMinutes)),
  }),
  subjectOf: ({ userId }) => tenantSubject(userId),
  measure({ count: wanted = DEFAULT_COUNT, withinMinutes = DEFAULT_WINDOW }, { counts }) {
    const found = counts[DEAD_LETTER_WINDOWS.indexOf(withinMinutes)] ?? 0;
    return found >= wanted ? { deadLetters: found, withinMinutes } : undefined;
  },
  describe: (subject, { deadLetters: found = 0, withinMinutes = DEFAULT_WINDOW }) => ({
    firing: `${count(found, 'delivery', 'deliveries')} ${ownerOf(subject)} gave up within ${duration(withinMinutes * 60)}`,
    recovered: `Deliveries ${ownerOf(subject)} no longer give up`,
    nextStep: 'Look at the dead letters, mend their receivers, and replay them',
  }),
});
