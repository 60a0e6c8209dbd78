import type { EventStatus, ReceivedEvent } from '@hookline/contracts';
import type { LiveEvent } from '../../feed/feed-store.ts';

/** An event as the list shows it. What the live feed does not tell is absent until the list is read again. */
export interface EventRow
  extends Pick<
    ReceivedEvent,
    | 'id'
    | 'type'
    | 'provider'
    | 'source'
    | 'subject'
    | 'repository'
    | 'action'
    | 'userId'
    | 'receivedAt'
    | 'via'
  > {
  status?: EventStatus;
  matched?: number;
  retryCount?: number;
  lastError?: string | null;
}

export const toEventRow = (event: LiveEvent): EventRow => ({
  ...event,
  subject: event.subject ?? null,
  repository: event.repository ?? null,
  action: event.action ?? null,
});

/** Whether the row will change soon by itself. */
export const isUnsettled = ({ status }: EventRow): boolean =>
  status === undefined || status === 'pending' || status === 'processing';
