import type { BulkChange } from '../../changes/bulk-change.ts';
import { type Matching, tenantOf } from '../../changes/matching.ts';
import type { Filters } from '../../url/filters.ts';

/** What a replay can select events by. */
const REPLAYABLE = new Set(['eventType', 'provider', 'userId']);
/** What dead letters can be selected by. A list of dead letters has its status as a filter. */
const OF_DEAD_LETTERS = new Set([...REPLAYABLE, 'status']);

const others = (filters: Filters, known: ReadonlySet<string>) =>
  Object.keys(filters).filter((name) => !known.has(name));

/** The filters that stand in a selection of a replay. */
function selectionOf({ filters: { eventType, provider }, bounds }: Matching) {
  return {
    ...(eventType !== undefined && { eventType }),
    ...(provider !== undefined && { provider }),
    ...bounds,
  };
}

/** @returns a text that says which filters are in the way, if there are some */
export const whyNoReplay = ({ filters }: Matching): string | undefined =>
  describe(others(filters, REPLAYABLE));

export const whyNoRetry = ({ filters }: Matching): string | undefined => {
  const isOfDeadLetters = filters['status'] === undefined || filters['status'] === 'dead_letter';
  return isOfDeadLetters ? describe(others(filters, OF_DEAD_LETTERS)) : 'The list is not one of dead letters';
};

export const whyNoDelete = ({ filters, bounds }: Matching): string | undefined =>
  Object.keys({ ...filters, ...bounds }).length === 0
    ? 'Set a filter first, so that not everything is deleted'
    : describe(Object.keys(filters).filter((name) => name === 'providerDeliveryId'));

const describe = (names: readonly string[]) =>
  names.length === 0
    ? undefined
    : `Without the ${names.length === 1 ? 'filter' : 'filters'} ${names.join(', ')}`;

export const replayChosen = (ids: readonly string[], filters: Filters): BulkChange => ({
  operation: 'createReplay',
  body: { selection: { kind: 'events', eventIds: [...ids] }, ...tenantOf(filters) },
  title: 'Replay the chosen events',
  description: 'Each is sent again to the endpoints that it was sent to, also to those that have it already.',
  noun: 'delivery',
  confirm: 'Replay',
});

export const replayMatching = (matching: Matching): BulkChange => ({
  operation: 'createReplay',
  body: { selection: { kind: 'events', ...selectionOf(matching) }, ...tenantOf(matching.filters) },
  title: 'Replay all events that match',
  description: 'Each is sent again to the endpoints that it was sent to, also to those that have it already.',
  noun: 'delivery',
  confirm: 'Replay',
});

export const retryMatching = (matching: Matching): BulkChange => ({
  operation: 'replayDeadLetters',
  body: { ...selectionOf(matching), ...tenantOf(matching.filters) },
  title: 'Send all dead letters that match again',
  description: 'Each starts with a full set of retries.',
  noun: 'dead letter',
  confirm: 'Send',
});

export function deleteMatching({ filters, bounds }: Matching): BulkChange {
  const { userId: _userId, processed, ...rest } = filters;
  const filter: Record<string, unknown> = {
    ...rest,
    ...(processed !== undefined && { processed: processed === 'true' }),
    ...bounds,
  };
  return {
    operation: 'bulkEvents',
    body: {
      action: 'delete',
      filter: filter as Extract<BulkChange, { operation: 'bulkEvents' }>['body']['filter'],
      ...tenantOf(filters),
    },
    title: 'Delete all events that match',
    description:
      'Their payloads and the answers of the receivers are deleted for good. The ledger still counts them.',
    noun: 'event',
    confirm: 'Delete',
    tone: 'danger',
  };
}
