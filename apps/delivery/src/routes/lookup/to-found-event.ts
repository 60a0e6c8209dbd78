import type { FoundThing } from '@hookline/contracts';
import type { EventRow } from '../../sql/event-row.ts';

const MAX_SUBJECT_LENGTH = 100;

export function toFoundEvent(
  {
    id,
    tenantId,
    type,
    repository,
    subject,
  }: Pick<EventRow, 'id' | 'tenantId' | 'type' | 'repository' | 'subject'>,
  matchedBy: FoundThing['matchedBy'],
): FoundThing {
  const about = (repository ?? subject)?.slice(0, MAX_SUBJECT_LENGTH).toWellFormed();
  return {
    kind: 'event',
    id,
    userId: tenantId,
    path: `/api/webhook-events/${id}`,
    title: about === undefined ? type : `${type} of ${about}`,
    matchedBy,
  };
}
