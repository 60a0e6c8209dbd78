import type { BulkChange } from '../../changes/bulk-change.ts';
import { type Matching, tenantOf } from '../../changes/matching.ts';

/** The filters that every selection of deliveries has. */
const selectionOf = ({ filters: { webhookId, eventType, errorCode }, bounds }: Matching) => ({
  ...(webhookId !== undefined && { webhookId }),
  ...(eventType !== undefined && { eventType }),
  ...(errorCode !== undefined && { errorCode }),
  ...bounds,
});

/** An empty filter is refused unless one says that everything is meant. */
const allIfEmpty = (selection: object) => (Object.keys(selection).length === 0 ? { all: true } : {});

/** @returns what is in the way of sending the deliveries of a list again, if something is */
export function whyNoRetry({ filters }: Matching): string | undefined {
  if (filters['eventId'] !== undefined) return 'open the event in place of filtering by it';
  if (filters['discarded'] !== undefined) return 'discarded ones are sent again one by one';
  const { status } = filters;
  return status === undefined || status === 'failed' ? undefined : 'show those that gave up';
}

export function whyNoCancel({ filters }: Matching): string | undefined {
  if (filters['eventId'] !== undefined) return 'open the event in place of filtering by it';
  const { status } = filters;
  return status === undefined || status === 'pending' || status === 'retrying'
    ? undefined
    : 'show those that are pending or retrying';
}

export const whyNoDiscard = ({ filters }: Matching): string | undefined =>
  filters['discarded'] === undefined ? undefined : 'these are discarded already';

export const retryMatching = (matching: Matching): BulkChange => ({
  operation: 'replayDeadLetters',
  body: { ...selectionOf(matching), ...tenantOf(matching.filters) },
  title: 'Send all dead letters that match again',
  description: 'Each starts with a full set of retries. Dead letters of deleted endpoints stay as they are.',
  noun: 'dead letter',
  confirm: 'Send',
});

export function discardMatching(matching: Matching): BulkChange {
  const filter = selectionOf(matching);
  return {
    operation: 'bulkDeadLetters',
    body: { action: 'discard', filter, ...allIfEmpty(filter), ...tenantOf(matching.filters) },
    title: 'Discard all dead letters that match',
    description:
      'They are no longer listed and no replay sends them again. Each can still be sent again by its id.',
    noun: 'dead letter',
    confirm: 'Discard',
    tone: 'danger',
    asksReason: true,
  };
}

export function cancelMatching(matching: Matching): BulkChange {
  const { status } = matching.filters;
  const filter = {
    ...(status !== undefined && { status: status as 'pending' | 'retrying' }),
    ...selectionOf(matching),
  };
  return {
    operation: 'bulkDeliveries',
    body: { action: 'cancel', filter, ...allIfEmpty(filter), ...tenantOf(matching.filters) },
    title: 'Cancel all open deliveries that match',
    description:
      'No further attempt begins. Deliveries that are being sent at this moment are left as they are.',
    noun: 'delivery',
    confirm: 'Cancel',
    tone: 'danger',
    asksReason: true,
  };
}
