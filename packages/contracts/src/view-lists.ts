import Type, { type TObject, type TProperties } from 'typebox';
import { operations } from './api/index.ts';
import { VIEW_LISTS, type ViewListName } from './api/views.ts';
import type { Operation } from './operation.ts';

/** The operation that reads each list that can have views. */
export const VIEW_OPERATIONS: Readonly<Record<ViewListName, Operation>> = {
  events: operations.listEvents,
  deliveries: operations.listDeliveries,
  attempts: operations.listAttempts,
  'dead-letters': operations.listDeadLetters,
  replays: operations.listReplays,
  endpoints: operations.listEndpoints,
  sources: operations.listSources,
  rejections: operations.listRejections,
  connections: operations.listConnections,
  schedules: operations.listSchedules,
  audit: operations.listAuditEntries,
};

/** They select a page of the list, not its items. */
const OF_PAGES: ReadonlySet<string> = new Set(['limit', 'cursor', 'offset']);

/** The filters of each list: the query of its operation without what selects a page. */
export const VIEW_FILTERS = Object.fromEntries(
  VIEW_LISTS.map((list) => [list, filtersOf(VIEW_OPERATIONS[list])]),
) as Readonly<Record<ViewListName, TObject>>;

function filtersOf({ query }: Operation): TObject {
  const { properties } = query as TObject<TProperties>;
  const filters = Object.entries(properties).filter(([name]) => !OF_PAGES.has(name));
  return Type.Object(Object.fromEntries(filters), { additionalProperties: false });
}
